"""What names a person by its form: e-mail, WeChat and QQ ids, passports and permits, licence plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from koujing.private.numbers import Found
from koujing.private.words import Words, any_of

__all__ = ["Marks"]

_BETWEEN = r"[^A-Za-z\d\n，,。；;！!？?]{0,6}?[:\s]{0,2}"
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\s{0,2}@\s{0,2}"
    r"[A-Za-z0-9-]{1,63}(?:\s?\.\s?[A-Za-z0-9-]{1,63}){0,3}\s?\.\s?[A-Za-z][A-Za-z0-9-]{0,62}"
)
_CHAT = re.compile(
    r"(?<!公众)(?<!企业)(?:微信号码?|微信ID|微信id|加V|加v|QQ号码?|qq号码?|VX号?|vx号?|Vx号?|wx号?|WX号?|weixin|扣扣号?)[^A-Za-z\d\n，,。；;]{0,3}?[:\s]{0,2}"
    r"(?P<it>[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9]\d{4,11})(?![A-Za-z0-9_-])"
)
# 微信 alone may stand before any English word; an id of this kind has a digit or a stroke in it.
_CHAT_LOOSE = re.compile(
    r"(?:微信|QQ|qq)[是为:\s]{0,3}(?P<it>(?=[A-Za-z_-]{0,19}[\d_])[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9]\d{6,10})(?![A-Za-z0-9_-])(?!\s*[元人个万年月])"
)
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[HMC]\d{8}(?:\d{2})?)(?![A-Za-z0-9])")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·. \-]?"
    r"(?=[A-HJ-NP-Z]{0,4}\d[A-HJ-NP-Z]{0,4}\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)


class Marks:
    """Finds them in a plain text (koujing.private.plain)."""

    def __init__(self, words: Words) -> None:
        cue = any_of(words.passport_cues)
        self._papers = re.compile(
            rf"{cue}{_BETWEEN}(?P<it>[A-Za-z]{{1,2}}\d{{7,10}}|\d{{8}})(?![A-Za-z0-9])(?!\s*[元人个万年月])"
        )

    def find(self, text: str) -> Iterator[Found]:
        """Every one of them."""
        if "@" in text:
            yield from ((*match.span(), "【邮箱】") for match in _MAIL.finditer(text))
        yield from ((*match.span("it"), "【证件号】") for match in self._papers.finditer(text))
        yield from ((*match.span(), "【证件号】") for match in _PASSPORT.finditer(text))
        for pattern in (_CHAT, _CHAT_LOOSE):
            yield from ((*match.span("it"), "【微信号】") for match in pattern.finditer(text))
        yield from ((*match.span(), "【车牌号】") for match in _PLATE.finditer(text))
