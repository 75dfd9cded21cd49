"""Lengths of time in months: 半年, 一年零三个月, 1年3个月, 两年半, 9个多月, 一年多, 两个季度."""

from __future__ import annotations

import re
from fractions import Fraction

from koujing.text.numerals import NUMERAL, parse_numeral, parse_range
from koujing.text.spans import Span

__all__ = ["find_durations"]

_NUM = rf"(?:{NUMERAL}|半)"
_DURATION = re.compile(
    rf"(?P<about>大(?=半)|小(?=半|一))?(?P<years>{_NUM})(?P<more_years>[多来几])?(?:周年|年(?!级|代|份|度|底|末|初|纪|龄|轻))(?P<half>半)?(?P<year_more>[多几])?"
    rf"(?:[零又加]?(?P<and_months>{NUMERAL})(?:个(?P<and_more>多)?(?P<and_half>半)?)?月(?!份|底|初|末))?"
    rf"|(?P<months>{_NUM})(?P<more_months>[多来几])?个(?P<month_more>多)?(?P<month_half>半)?月"
    rf"|(?P<pair>[俩仨])月(?![份底初末])"
    rf"|(?P<quarters>{NUMERAL})个季度"
)
_ROUGH_BEFORE = re.compile(
    r"(?:大概|大约|约|差不多|将近|接近|近|快|可能|估计|小|好像)(?:[交缴上买供干做读学]|参保|缴费)?[了有是]?$"
)
_ROUGH_AFTER = re.compile(rf"^(?:时间)?(?:左右|上下|的样子|吧)|^[零又]?{NUMERAL}天")
_CALENDAR = re.compile(r"\d{2}|\d{4}|[零〇一二三四五六七八九]{4}")
_LONGEST_YEARS = 60


def find_durations(text: str) -> list[Span]:
    """Every duration, its value in months; a calendar year (2021年, 21年3月) is none."""
    return [span for match in _DURATION.finditer(text) if (span := _duration(text, match)) is not None]


def _duration(text: str, match: re.Match[str]) -> Span | None:
    if match["quarters"]:
        low = high = (parse_numeral(match["quarters"]) or Fraction(0)) * 3
        more = False
    elif match["months"] or match["pair"]:
        low, high = _ends(match["months"] or match["pair"], match["more_months"])
        more = bool(match["month_more"])
        low, high = (low + _half(match["month_half"]), high + _half(match["month_half"]) + (1 if more else 0))
    else:
        ends = _years(match)
        if ends is None:
            return None
        low, high = ends
    if not high:
        return None
    rough = low != high or bool(
        match["about"]
        or _ROUGH_BEFORE.search(text, max(0, match.start() - 8), match.start())
        or _ROUGH_AFTER.search(text[match.end() : match.end() + 5])
    )
    return Span(
        match.start(),
        match.end(),
        "duration",
        low,
        match[0],
        rough,
        low if low != high else None,
        high if low != high else None,
    )


def _years(match: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    said, months = match["years"], match["and_months"]
    counted = "个" in match[0][match.end("years") - match.start() :]
    if _CALENDAR.fullmatch(said) and (len(said) == 4 or (months and not counted)):
        return None
    low, high = _ends(said, match["more_years"])
    if low > _LONGEST_YEARS or not high:
        return None
    low, high = 12 * low + 12 * _half(match["half"]), 12 * high + 12 * _half(match["half"])
    if match["year_more"]:
        high += 11 if not match["half"] else 5
    if months:
        extra = (parse_numeral(months) or Fraction(0)) + _half(match["and_half"])
        low, high = low + extra, high + extra + (1 if match["and_more"] else 0)
    return low, high


def _ends(said: str, more: str | None) -> tuple[Fraction, Fraction]:
    between = parse_range(said)
    if between:
        return between
    value = parse_numeral(said)
    if value is None:
        return Fraction(0), Fraction(0)
    return (value, value + 9) if more and value >= 10 else (value, value + 1 if more else value)


def _half(said: str | None) -> Fraction:
    return Fraction(1, 2) if said else Fraction(0)
