"""The plain value of a fact from the figure that was said or from the cue itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from koujing.text.spans import Span

__all__ = ["Reading", "added_value", "fixed_value", "in_range", "nearest_year", "plain_number", "taken_value"]


# Nothing that a policy asks the day of was earlier.
_EARLIEST = "1990"
_LEAST_BARE_SUM = 100  # 补贴一边, 补贴两种: a bare small number is no sum of money
_YOUNGEST = 14  # years of age; a later month is no birth month of anyone who asks
_LONGEST_MONTH = 31
_ROUGHLY = Fraction(1, 5)
_POSSIBLE = {"周岁": (14, 120)}
"""What a number of a unit can be: 骗了我妈三万 is no age, and who asks for work is no child."""


@dataclass(frozen=True)
class Reading:
    """A value as plain data, whether it is only approximate, and its bounds if known."""

    value: bool | str | int
    approximate: bool = False
    low: str | int | None = None
    high: str | int | None = None


def fixed_value(value: bool | str | int | None, negated: bool, approximate: bool) -> Reading | None:
    """A cue's own value; a negated yes is a no, any other negated value says nothing."""
    if value is None or (negated and value is not True):
        return None
    return Reading(False if negated else value, approximate)


def added_value(readings: Sequence[Reading | None]) -> Reading | None:
    """One reading as it is; of several the sum, approximate if one is. Nothing when one of them cannot be told."""
    first, *others = readings
    if first is None or not others:
        return first
    total = Fraction(0)
    for each in readings:
        if each is None:
            return None
        total += Fraction(each.value)
    return Reading(plain_number(total), any(each is None or each.approximate for each in readings))


def plain_number(number: Fraction) -> int | str:
    """A fraction as an integer, a decimal string, or `1/3` where it has no finite decimals."""
    if number.denominator == 1:
        return int(number)
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(int(number * 10**places)):0{places + 1}d}"
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def taken_value(take: str, span: Span, on: dt.date, past: bool) -> Reading | None:
    """The figure of a span as the value asked for; None when the span cannot give it."""
    if isinstance(span.value, Fraction):
        if (take == "number" and span.value.denominator != 1) or (
            span.kind == "number" and take == "money" and span.value < _LEAST_BARE_SUM
        ):
            return None
        scale = Fraction(1, 100) if take == "share" else Fraction(1)
        ends = (span.low, span.high) if span.low is not None or not span.approximate else _about(span.value)
        low, high = (plain_number(end * scale) if isinstance(end, Fraction) else None for end in ends)
        return Reading(plain_number(span.value * scale), span.approximate, low, high)
    first, last = span.low, span.high
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        return None
    guessed = not span.year_said and not _plainly_this_year(first, on, past)
    if past and first > on:
        if span.year_said or (first.month, first.day) == (2, 29):
            return None
        first, last = first.replace(year=first.year - 1), _year_back(last)
    if past:
        last = min(last, on)
    if take == "date" and not past and (last - first).days > _LONGEST_MONTH:
        return None
    return _date_reading(take, span, first, last, on, guessed)


def _about(value: Fraction) -> tuple[Fraction, Fraction]:
    """The whole numbers between which a figure lies that is said to be about so much (差不多两年半, 大概28)."""
    return Fraction(floor(value * (1 - _ROUGHLY))), Fraction(ceil(value * (1 + _ROUGHLY)))


def nearest_year(reading: Reading, span: Span, on: dt.date) -> Reading:
    """A day whose year is not said, in the year in which it is nearest to the question's day (1月4号 asked in December)."""
    if span.year_said or not isinstance(reading.value, str):
        return reading
    try:
        day = dt.date.fromisoformat(reading.value)
        near = min((day.replace(year=on.year + step) for step in (-1, 0, 1)), key=lambda each: abs((each - on).days))
    except ValueError:  # a month, or the 29th of February
        return reading
    return reading if near == day else Reading(near.isoformat())


def _plainly_this_year(day: dt.date, on: dt.date, past: bool) -> bool:
    """Whether 8月31日 without a year can only be this year's: it has been already, or is still to come where that is meant."""
    return day.year == on.year and (day <= on) == past


def _date_reading(take: str, span: Span, first: dt.date, last: dt.date, on: dt.date, guessed: bool) -> Reading | None:
    if take == "year":
        return Reading(first.year) if first.year == last.year else None
    if take == "month":
        if first.year > on.year - _YOUNGEST:
            return None
        if span.precision in ("day", "month"):
            return Reading(f"{first:%Y-%m}")
        return Reading(f"{first:%Y-%m}", True, f"{first:%Y-%m}", f"{last:%Y-%m}")
    guessed = guessed or span.approximate
    return Reading(
        first.isoformat(),
        guessed,
        first.isoformat() if first != last else None,
        last.isoformat() if first != last else None,
    )


def _year_back(day: dt.date) -> dt.date:
    return dt.date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def in_range(kind: Mapping[str, Any], value: bool | str | int) -> bool:
    """Whether a number or a day can be the value of a fact of this type (1963 is somebody's birth); anything else can."""
    if kind.get("type") == "date" and isinstance(value, str):
        return value >= _EARLIEST
    if not isinstance(value, int) or isinstance(value, bool):
        return True
    least, most = _POSSIBLE.get(kind.get("unit", ""), (kind.get("minimum"), None))
    return (least is None or value >= least) and (most is None or value <= most)
