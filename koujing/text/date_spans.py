"""What the readers of dates share: parts of a month, the words for years, spans of days."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from koujing.text.numerals import parse_numeral
from koujing.text.spans import Span

__all__ = ["RELATIVE_YEARS", "SMALL", "month_end", "small", "whole", "within_month"]

SMALL = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
"""A regular expression (no groups) for a month or a day of a month."""

RELATIVE_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "旧年": -1, "今年": 0, "明年": 1, "后年": 2}
_PARTS_OF_MONTH = {
    "底": (21, 31),
    "末": (21, 31),
    "尾": (21, 31),
    "下旬": (21, 31),
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
}
_LAST_DAY = "最后一天"


def small(said: str) -> int:
    """The number of a month or a day, 0 when it is none."""
    value = parse_numeral(said)
    return int(value) if value is not None else 0


def month_end(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def within_month(match: re.Match[str], year: int, month: int, year_said: bool = True) -> Span | None:
    """The day, the part or the whole of a month, by the groups `day` and `part` of the match."""
    if not 1 <= month <= 12:
        return None
    end, groups = month_end(year, month), match.groupdict()
    part = groups.get("part")
    if groups.get("day"):
        day = small(groups["day"])
        if not 1 <= day <= end.day:
            return None
        return whole(match, end.replace(day=day), end.replace(day=day), "day", year_said)
    if part == _LAST_DAY:
        return whole(match, end, end, "day", year_said)
    if part in _PARTS_OF_MONTH:
        first, last = _PARTS_OF_MONTH[part]
        return whole(match, end.replace(day=first), end.replace(day=min(last, end.day)), "vague", year_said)
    return whole(match, dt.date(year, month, 1), end, "month", year_said)


def whole(match: re.Match[str], low: dt.date, high: dt.date, precision: str = "day", year_said: bool = True) -> Span:
    """The span of a whole match, meaning some day from `low` to `high`."""
    return Span(match.start(), match.end(), "date", low, match[0], precision != "day", low, high, precision, year_said)
