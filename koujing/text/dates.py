"""Dates as people give them, told from the day of the question: 2021年8月3号, 8月3日, 去年底, 今年三月, 上个月, 20年末."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from koujing.text.date_spans import RELATIVE_YEARS, SMALL, month_end, small, whole, within_month
from koujing.text.near_dates import find_near_dates
from koujing.text.numerals import parse_numeral
from koujing.text.spans import Span

__all__ = ["find_dates"]

# A day without 日 or 号 is one where the words go on about what came to pass on it.
_EVENT = r"(?=[,。;\s]|$|那天|当天|失[业的]|下[岗的]|被|离职|辞|裁|丢|解[除散聘雇]|终止|到期|期满|领[完满]|申请|递|开[班课始])"
_YEAR = r"(?:(?P<year>\d{4}|[二一][零〇九][零〇一二三四五六七八九]{2})年?度?|(?P<short>\d{2}|[零〇一二三四五六七八九]{2})年|(?P<said_year>大前年|前年|去年|上一?年度?|旧年|今年|本年度?|明年|后年))"
_PART = r"(?P<part>年底|年末|年尾|年初|年头|年中|底|末|初|中旬|上旬|下旬|上半年|下半年|尾|最后一天)"
_FULL = re.compile(rf"{_YEAR}(?:的?(?P<month>{SMALL})月份?(?:(?P<day>{SMALL})(?:[日号]|{_EVENT}))?)?{_PART}?")
_MONTH = re.compile(
    rf"(?<![年\d.个十])(?P<month>{SMALL})月(?:份?的?(?=最后一天)|份(?!额)|(?P<day>{SMALL})[日号]?)?(?P<part>底|末|尾|初|中旬|上旬|下旬|最后一天)?"
)
_CLASS_OF = re.compile(r"(?<!\d)(?:20)?(?P<short>\d{2})(?=届)")
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?(?!\d)")
_SHORT_ISO = re.compile(r"(?<![\d./-])(?P<year>\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d./-])")
_DIGITS_ONLY = re.compile(r"(?<!\d)(?P<year>19\d{2}|20[0-4]\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
_BARE_DAY = re.compile(
    r"(?<![\d./-])(?P<month>1[0-2]|0?[1-9])[./](?P<day>[12]\d|3[01]|0?[1-9])"
    r"(?:[日号]|(?=\s?(?:失业|被|下岗|离职|辞|裁|那天|当天|领[完满]|到期|期满|开班|开课|开始|合同|解除|拿到?的?证|考|申请|去)))"
)
_BARE_DAY_AFTER = re.compile(
    r"(?:日期|时间|日子|那天|当天)(?:是|为|:|在)?\s?(?P<month>1[0-2]|0?[1-9])[./](?P<day>[12]\d|3[01]|0?[1-9])(?![\d./])"
)

_PARTS_OF_YEAR = {
    "年底": (12, 12),
    "年末": (12, 12),
    "底": (12, 12),
    "末": (12, 12),
    "尾": (12, 12),
    "年尾": (12, 12),
    "年头": (1, 2),
    "年初": (1, 2),
    "初": (1, 2),
    "年中": (6, 7),
    "上半年": (1, 6),
    "下半年": (7, 12),
}
_LAST_SHORT_YEAR = 40
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
        *(_iso(match, 2000) for match in _SHORT_ISO.finditer(text)),
        *(_iso(match) for match in _DIGITS_ONLY.finditer(text)),
        *(_bare_day(match, on) for match in _BARE_DAY.finditer(text)),
        *(_bare_day(match, on) for match in _BARE_DAY_AFTER.finditer(text)),
        *find_near_dates(text, on),
    ]
    return sorted((span for span in spans if span is not None), key=lambda s: (s.start, -s.end))


def _full(text: str, match: re.Match[str], on: dt.date) -> Span | None:
    year = _year(text, match, on)
    if year is None:
        return None
    if match["month"]:
        return within_month(match, year, small(match["month"]))
    if match["part"] in _PARTS_OF_YEAR:
        first, last = _PARTS_OF_YEAR[match["part"]]
        precision = "month" if first == last else "vague"
        return whole(match, dt.date(year, first, 1), month_end(year, last), precision)
    if match["part"]:
        return None
    return whole(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def _year(text: str, match: re.Match[str], on: dt.date) -> int | None:
    if match["said_year"]:
        return on.year + RELATIVE_YEARS.get(match["said_year"], 0 if match["said_year"].startswith("本") else -1)
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


def _month(text: str, match: re.Match[str], on: dt.date) -> Span | None:
    span = within_month(match, on.year, small(match["month"]), year_said=False)
    bare = not match["day"] and "份" not in match[0] and not match["part"]
    return None if bare and text[match.end() : match.end() + 1] in ("薪", "嫂", "饼", "租", "供", "票") else span


def _iso(match: re.Match[str], century: int = 0) -> Span | None:
    year, month = century + int(match["year"]), int(match["month"])
    if not (1900 <= year <= 2100 and 1 <= month <= 12) or (century and int(match["year"]) > _LAST_SHORT_YEAR):
        return None
    if match["day"] is None:
        return whole(match, dt.date(year, month, 1), month_end(year, month), "month")
    return within_month(match, year, month) if int(match["day"]) else None


def _bare_day(match: re.Match[str], on: dt.date) -> Span | None:
    """12.31, 12/31 without a year; the span holds no word before the month."""
    span = within_month(match, on.year, small(match["month"]), year_said=False)
    begin = match.start("month")
    return span and replace(span, start=begin, said=match[0][begin - match.start() :])


def _class_of(match: re.Match[str]) -> Span:
    year = 2000 + int(match["short"])
    return whole(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
