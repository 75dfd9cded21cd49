"""Dates as people give them, told from the day of the question: 2021年8月3号, 8月3日, 去年底, 今年三月, 上个月, 20年末."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from koujing.text.numerals import NUMERAL, parse_numeral
from koujing.text.spans import Span

__all__ = ["find_dates"]

_N = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = r"(?:(?P<year>\d{4}|[二一][零〇九][零〇一二三四五六七八九]{2})年?度?|(?P<short>\d{2}|[零〇一二三四五六七八九]{2})年|(?P<said_year>大前年|前年|去年|上一?年度?|旧年|今年|本年度?|明年|后年))"
_PART = r"(?P<part>年底|年末|年初|年中|底|末|初|中旬|上旬|下旬|上半年|下半年|尾)"
_FULL = re.compile(rf"{_YEAR}(?:的?(?P<month>{_N})月份?(?:(?P<day>{_N})[日号])?)?{_PART}?")
_MONTH = re.compile(
    rf"(?<![年\d.个十])(?P<month>{_N})月(?:份(?!额)|(?P<day>{_N})[日号]?)?(?P<part>底|末|初|中旬|上旬|下旬)?"
)
_CLASS_OF = re.compile(r"(?<!\d)(?:20)?(?P<short>\d{2})(?=届)")
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?(?!\d)")
_NEAR_MONTH = re.compile(
    rf"(?P<which>上上|上|这|本|当|下)个?月(?!嫂)(?:(?P<day>{_N})[日号])?(?P<part>底|末|初|中旬|上旬|下旬)?"
)
_NEAR_DAY = re.compile(r"大前天|前天|昨[天日]|今[天日]|琴日|寻日|今日|明天|后天")
_AGO = re.compile(rf"(?P<count>{NUMERAL}|半)(?P<unit>天|个月|年)(?:以|之)?前")
_FEAST = re.compile(r"(?P<said_year>去年|今年|明年)?(?P<feast>元旦|五一|劳动节|六一|七一|国庆节?)")

_RELATIVE = {"大前年": -3, "前年": -2, "去年": -1, "旧年": -1, "今年": 0, "明年": 1, "后年": 2}
_MONTHS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1}
_DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "琴日": -1,
    "寻日": -1,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "后天": 2,
}
_FEASTS = {
    "元旦": (1, 1),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "七一": (7, 1),
    "国庆": (10, 1),
    "国庆节": (10, 1),
}
_PARTS_OF_YEAR = {
    "年底": (12, 12),
    "年末": (12, 12),
    "底": (12, 12),
    "末": (12, 12),
    "尾": (12, 12),
    "年初": (1, 2),
    "初": (1, 2),
    "年中": (6, 7),
    "上半年": (1, 6),
    "下半年": (7, 12),
}
_PARTS_OF_MONTH = {"底": (21, 31), "末": (21, 31), "下旬": (21, 31), "初": (1, 10), "上旬": (1, 10), "中旬": (11, 20)}
_SHORT_YEAR_IS_BIRTH = re.compile(r"^(?:的|生|出生|人|属)")
_SHORT_YEAR_IS_EVENT = re.compile(
    r"^的?(?:失业|下岗|毕业|批|受理|申请|被|入伍|裁|元旦|那会|那年|以后|以前|之前|之后|开始)"
)
_LENGTH_BEFORE = re.compile(r"[了满过够超近整第]$")


def find_dates(text: str, on: dt.date) -> list[Span]:
    """Every date told from `on`; the value is the first day meant, `low` and `high` the days it may be."""
    spans = [
        *(_full(text, match, on) for match in _FULL.finditer(text)),
        *(_month(text, match, on) for match in _MONTH.finditer(text)),
        *(_class_of(match) for match in _CLASS_OF.finditer(text)),
        *(_iso(match) for match in _ISO.finditer(text)),
        *(_near_month(match, on) for match in _NEAR_MONTH.finditer(text)),
        *(_near_day(match, on) for match in _NEAR_DAY.finditer(text)),
        *(_ago(match, on) for match in _AGO.finditer(text)),
        *(_feast(match, on) for match in _FEAST.finditer(text)),
    ]
    return sorted((span for span in spans if span is not None), key=lambda s: (s.start, -s.end))


def _full(text: str, match: re.Match[str], on: dt.date) -> Span | None:
    year = _year(text, match, on)
    if year is None:
        return None
    if match["month"]:
        return _within_month(match, year, _small(match["month"]))
    if match["part"] in _PARTS_OF_YEAR:
        first, last = _PARTS_OF_YEAR[match["part"]]
        precision = "month" if first == last else "vague"
        return _whole(match, dt.date(year, first, 1), _month_end(year, last), precision)
    if match["part"]:
        return None
    return _whole(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def _year(text: str, match: re.Match[str], on: dt.date) -> int | None:
    if match["said_year"]:
        return on.year + _RELATIVE.get(match["said_year"], 0 if match["said_year"].startswith("本") else -1)
    if match["year"]:
        value = parse_numeral(match["year"])
        year = int(value) if value is not None else 0
        written = "年" in match[0][4:6] or match["month"] or match["part"]
        return year if 1900 <= year <= 2100 and written else None
    value = parse_numeral(match["short"])
    if (
        value is None
        or _LENGTH_BEFORE.search(text, 0, match.start())
        or text[max(0, match.start() - 1) : match.start()].isdigit()
    ):
        return None
    return _short_year(text, match, int(value))


def _short_year(text: str, match: re.Match[str], short: int) -> int | None:
    after = text[match.end("short") + 1 :]
    dated = bool(match["month"] or match["part"])
    if short >= 40 and (
        dated or (_SHORT_YEAR_IS_BIRTH.match(after) and short >= 50) or after.startswith(("生", "出生"))
    ):
        return 1900 + short
    spelled = not match["short"].isdigit()
    if short <= 30 and (dated or _SHORT_YEAR_IS_EVENT.match(after) or (spelled and match["short"][0] in "零〇")):
        return 2000 + short
    return None


def _small(said: str) -> int:
    value = parse_numeral(said)
    return int(value) if value is not None else 0


def _within_month(match: re.Match[str], year: int, month: int, year_said: bool = True) -> Span | None:
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if match["day"]:
        day = _small(match["day"])
        return (
            _whole(match, dt.date(year, month, day), dt.date(year, month, day), "day", year_said)
            if 1 <= day <= last
            else None
        )
    if match["part"] in _PARTS_OF_MONTH:
        first, final = _PARTS_OF_MONTH[match["part"]]
        return _whole(match, dt.date(year, month, first), dt.date(year, month, min(final, last)), "vague", year_said)
    return _whole(match, dt.date(year, month, 1), dt.date(year, month, last), "month", year_said)


def _month(text: str, match: re.Match[str], on: dt.date) -> Span | None:
    span = _within_month(match, on.year, _small(match["month"]), year_said=False)
    bare = not match["day"] and "份" not in match[0] and not match["part"]
    return None if bare and text[match.end() : match.end() + 1] in ("薪", "嫂", "饼", "租", "供", "票") else span


def _iso(match: re.Match[str]) -> Span | None:
    year, month = int(match["year"]), int(match["month"])
    if not (1900 <= year <= 2100 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    if match["day"] is None:
        return _whole(match, dt.date(year, month, 1), dt.date(year, month, last), "month")
    day = int(match["day"])
    return _whole(match, dt.date(year, month, day), dt.date(year, month, day)) if 1 <= day <= last else None


def _near_month(match: re.Match[str], on: dt.date) -> Span | None:
    index = on.year * 12 + on.month - 1 + _MONTHS[match["which"]]
    return _within_month(match, index // 12, index % 12 + 1)


def _near_day(match: re.Match[str], on: dt.date) -> Span:
    day = on + dt.timedelta(_DAYS[match[0]])
    return _whole(match, day, day)


def _class_of(match: re.Match[str]) -> Span:
    year = 2000 + int(match["short"])
    return _whole(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def _ago(match: re.Match[str], on: dt.date) -> Span | None:
    count = parse_numeral(match["count"])
    if count is None or count > 100 * 365:
        return None
    if match["unit"] == "天":
        day = on - dt.timedelta(int(count))
        return _whole(match, day, day, "day" if count.denominator == 1 else "vague")
    months = count * (12 if match["unit"] == "年" else 1)
    index = on.year * 12 + on.month - 1 - int(months)
    if index < 1900 * 12:
        return None
    year, month = index // 12, index % 12 + 1
    if match["unit"] == "年" and match["count"] != "半":
        return _whole(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
    return _whole(match, dt.date(year, month, 1), _month_end(year, month), "month" if months >= 1 else "vague")


def _feast(match: re.Match[str], on: dt.date) -> Span:
    month, day = _FEASTS[match["feast"]]
    date = dt.date(on.year + _RELATIVE.get(match["said_year"] or "今年", 0), month, day)
    return _whole(match, date, date, "vague", bool(match["said_year"]))


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _whole(match: re.Match[str], low: dt.date, high: dt.date, precision: str = "day", year_said: bool = True) -> Span:
    return Span(match.start(), match.end(), "date", low, match[0], precision != "day", low, high, precision, year_said)
