from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.rules.turning import months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2021-07-01", 3, "2021-10-01"),
        ("2021-11-30", 3, "2022-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2021-12-31", 1, "2022-01-31"),
        ("2021-01-31", 12, "2022-01-31"),
        ("2021-01-31", 0, "2021-01-31"),
        ("9999-12-31", 1, "9999-12-31"),
    ],
)
def test_calendar_months(day: str, months: int, later: str) -> None:
    assert months_later(dt.date.fromisoformat(day), months).isoformat() == later


@given(st.dates(max_value=dt.date(3000, 1, 1)), st.integers(0, 600))
def test_the_same_day_or_the_last_of_the_month(day: dt.date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1
