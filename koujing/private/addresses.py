"""Addresses from the street down: city, county and town stay, as the answer depends on them; road, house and room go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from koujing.private.numbers import Found
from koujing.private.words import Words, any_of

__all__ = ["Addresses"]

_ADDRESS = "【地址】"
_HAN = r"\u4e00-\u9fff"
_NUMBER = r"(?:[A-Za-z]?\d{1,5}(?:-\d{1,4}){0,2}(?![\d.%])|[一二三四五六七八九十百零〇]{1,5})"
# 3号 is a day as well; 12号线, 3号文 and 第2号令 are no houses.
_HOUSE = r"号(?![线文令]|公告|通知|前|之前|以前|后|之后|到|至|文件)"

# Most texts have no such thing, and are left at once.
_LIKELY = re.compile(r"[A-Za-z\d一二三四五六七八九十百零〇]\s?(?:号|弄|巷|栋|幢|座|单元|室|组|楼|#|-)")


class Addresses:
    """Finds them in a plain text (koujing.private.plain)."""

    def __init__(self, words: Words) -> None:
        stops = re.escape(words.address_stops)
        name = rf"[{_HAN}](?:(?![{stops}])[{_HAN}]){{0,7}}"
        first = rf"(?![{stops}]){name}"
        street = rf"{any_of(words.streets)}(?!道)[{re.escape(words.street_sides)}]?段?"
        unit = rf"(?:{any_of(words.units)})"
        room = rf"(?:\s?{_NUMBER}\s?{unit}|\s?[A-Za-z]{unit}|[-\s]\d{{1,4}}(?!\d)|(?<=[{_HAN}])\d{{3,4}}(?!\d))"
        inside = rf"(?:[,，\s]?(?:{name}?{any_of(words.estates)})?{room}){{0,5}}"
        self._ends = tuple(words.not_streets)
        self._street = re.compile(rf"(?P<name>{first}{street})\s?{_NUMBER}\s?(?:{_HOUSE}|弄|巷|-\d{{1,4}}){inside}")
        # A street with a house that has no 号: 兴工街12栋.
        self._street_building = re.compile(
            rf"(?P<name>{first}{street})\s?{_NUMBER}\s?{any_of(words.buildings)}{inside}"
        )
        estate = rf"(?P<name>{first}{any_of(words.estates)})"
        inner = r"(?:[东西南北中]?[区院期]|[一二三四五六]期|[A-Za-z]区)?"
        self._estate = re.compile(
            rf"{estate}{inner}\s?(?:{_NUMBER}|[A-Za-z])\s?(?:{any_of(words.buildings)}|{_HOUSE}|组|#|室|楼|-\d{{1,4}}){inside}"
        )
        self._building = re.compile(
            rf"(?<![\d.])(?P<name>(?:[A-Za-z]?\d{{1,4}}|[A-Za-z]|[一二三四五六七八九十]{{1,3}}))\s?(?:栋|幢|号楼|座)\s?(?:{_NUMBER}\s?单元\s?)?(?:{_NUMBER}\s?(?:室|号|房|户|楼|层)|\d{{3,4}}(?!\d))"
        )
        self._room = re.compile(
            rf"(?<![\d.])(?P<name>{_NUMBER})\s?单元\s?(?:{_NUMBER}\s?(?:楼|层)\s?)?(?:{_NUMBER}\s?(?:室|号|房|户)|\d{{3,4}}(?!\d))"
        )

    def find(self, text: str) -> Iterator[Found]:
        """Every one of them."""
        if not _LIKELY.search(text):
            return
        for pattern in (self._street, self._street_building, self._estate, self._building, self._room):
            for match in pattern.finditer(text):
                if not match["name"].endswith(self._ends):
                    yield *match.span(), _ADDRESS
