"""Plain values from figures: what a number can be, and which year a day is of."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.text.fact_values import Reading, in_range, nearest_year, taken_value
from koujing.text.figures import find_figures

ON = dt.date(2021, 9, 15)


def taken(take: str, text: str, past: bool) -> Reading | None:
    (span,) = find_figures(text, ON)
    return taken_value(take, span, ON, past)


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ({"unit": "周岁", "minimum": 0}, 13, False),
        ({"unit": "周岁", "minimum": 0}, 14, True),
        ({"unit": "周岁", "minimum": 0}, 120, True),
        ({"unit": "周岁", "minimum": 0}, 121, False),
        ({"unit": "人", "minimum": 1}, 0, False),
        ({"unit": "人", "minimum": 1}, 1, True),
        ({"unit": "人"}, -1, True),
        ({}, 30000, True),
        # what is no whole number is left to the type
        ({"unit": "周岁"}, "2.5", True),
        ({"minimum": 1}, False, True),
    ],
)
def test_what_a_number_can_be(kind: dict[str, object], value: bool | str | int, fits: bool) -> None:
    assert in_range(kind, value) is fits


@pytest.mark.parametrize(
    ("text", "past", "day", "guessed"),
    [
        # it has been already, or is still to come, this year: no other can be meant
        ("8月31日", True, "2021-08-31", False),
        ("9月15日", True, "2021-09-15", False),
        ("12月1日", False, "2021-12-01", False),
        # its year is a guess
        ("9月16日", True, "2020-09-16", True),
        ("12月1日", True, "2020-12-01", True),
        # a year said is never one
        ("2021年8月31日", True, "2021-08-31", False),
        ("2020年12月1日", True, "2020-12-01", False),
        ("2021年12月31日", False, "2021-12-31", False),
    ],
)
def test_a_day_without_its_year_is_exact_where_only_this_year_can_be_meant(
    text: str, past: bool, day: str, guessed: bool
) -> None:
    assert taken("date", text, past) == Reading(day, guessed)


def test_a_month_stays_bounded() -> None:
    assert taken("date", "2021年3月", True) == Reading("2021-03-01", True, "2021-03-01", "2021-03-31")


def test_a_day_to_come_with_its_year_is_none_that_has_been() -> None:
    assert taken("date", "2021年12月1日", True) is None


@pytest.mark.parametrize(
    ("said", "on", "day"),
    [
        ("1月4号", dt.date(2021, 12, 20), "2022-01-04"),
        ("12月30号", dt.date(2022, 1, 5), "2021-12-30"),
        ("11月3号", dt.date(2021, 9, 15), "2021-11-03"),
        # a year that is said stays
        ("2021年1月4号", dt.date(2021, 12, 20), "2021-01-04"),
    ],
)
def test_a_day_without_its_year_is_the_nearest(said: str, on: dt.date, day: str) -> None:
    (span,) = find_figures(said, on)
    reading = taken_value("date", span, on, False)
    assert reading is not None
    assert nearest_year(reading, span, on).value == day


@pytest.mark.parametrize(
    ("take", "text", "low", "high"),
    [
        ("duration", "差不多两年半", 24, 36),
        ("number", "大概28个人", 22, 34),
        ("number", "二十来个人", 20, 29),
        ("number", "28个人", None, None),
    ],
)
def test_what_is_said_to_be_about_so_much_lies_between_bounds(
    take: str, text: str, low: int | None, high: int | None
) -> None:
    """So that it decides a case whose boundary is far, and is confirmed where it is near."""
    reading = taken(take, text, past=False)
    assert reading is not None
    assert (reading.approximate, reading.low, reading.high) == (low is not None, low, high)
