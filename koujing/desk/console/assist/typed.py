"""Values of facts as an operator types them with a caller on the line: 20210301, 3万2, 1年3个月, 6%."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from koujing.knowledge.facts import FactType, Value
from koujing.text.normalise import normalise

__all__ = ["typed_value"]

_WHOLE_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})[日号]?")
_DATE_IN_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
_TEN_THOUSAND = re.compile(r"(\d+(?:\.\d+)?)[万w](\d{0,4})")
_UNITS = ("个工作日", "人", "个", "元", "块", "岁", "年", "天", "%")


def typed_value(kind: FactType, typed: str, on: dt.date) -> Value:
    """The value that was meant, `on` the day of the call.

    Raises:
        FactValueError: it cannot be a value of this fact.
    """
    text = normalise(typed).replace(" ", "").replace(",", "")
    if kind.type == "date":
        text = _date(text, on)
    elif kind.type == "month" and (match := _MONTH.fullmatch(text)):
        text = f"{match[1]}-{int(match[2]):02d}"
    elif kind.type in ("number", "money", "percent"):
        text = _figure(text, kind.unit)
    return kind.parse(text)


def _date(text: str, on: dt.date) -> str:
    if match := _WHOLE_DATE.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    if match := _DATE_IN_YEAR.fullmatch(text):
        return f"{on.year}-{int(match[1]):02d}-{int(match[2]):02d}"
    near = {"今天": on, "昨天": on - dt.timedelta(days=1)}.get(text)
    return near.isoformat() if near else text


def _figure(text: str, unit: str) -> str:
    """A numeral without its unit; 3万2 is 32000, 1.5万 is 15000."""
    ending = next((each for each in (unit, *_UNITS) if each and text.endswith(each)), "")
    text = text.removesuffix(ending)
    match = _TEN_THOUSAND.fullmatch(text)
    if match is None:
        return text
    rest = int((match[2] or "0").ljust(4, "0"))
    return f"{Decimal(match[1]) * 10_000 + rest:f}"
