"""Working days: the announced ones, those beyond the calendar, and office hours."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.clock import SHANGHAI
from koujing.workdays import Counted, OfficeHours, Workdays, warning

DAYS = Workdays()
HOURS = OfficeHours(dt.time(9), dt.time(17))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "on", "holiday"),
    [
        ("2021-09-15", True, False),  # a Wednesday
        ("2021-09-18", True, False),  # a Saturday, worked for the Mid-Autumn days
        ("2021-09-19", False, True),
        ("2021-09-20", False, True),  # a Monday off
        ("2021-09-25", False, False),  # a Saturday
        ("2026-10-10", True, False),  # the last shifted day that is known
    ],
)
def test_announced_days_are_sure(day: str, on: bool, holiday: bool) -> None:
    told = DAYS.is_workday(dt.date.fromisoformat(day))
    assert (told.on, told.sure, told.holiday) == (on, True, holiday)


@pytest.mark.parametrize(("day", "on"), [("2027-01-01", True), ("2027-01-02", False), ("2003-12-31", True)])
def test_beyond_the_calendar_weekdays_count_and_are_unsure(day: str, on: bool) -> None:
    told = DAYS.is_workday(dt.date.fromisoformat(day))
    assert (told.on, told.sure) == (on, False)


@pytest.mark.parametrize(
    ("day", "n", "to"),
    [
        ("2021-09-15", 0, "2021-09-15"),
        ("2021-09-15", 5, "2021-09-23"),  # 16, 17, the shifted 18, 22, 23
        ("2021-09-19", 0, "2021-09-22"),
        ("2021-09-19", 1, "2021-09-22"),
        ("2021-09-30", 1, "2021-10-08"),
    ],
)
def test_working_days_are_added(day: str, n: int, to: str) -> None:
    counted = DAYS.add(dt.date.fromisoformat(day), n)
    assert counted == Counted(dt.date.fromisoformat(to))
    assert counted.sure
    assert counted.warning is None


def test_a_count_that_leaves_the_calendar_says_so() -> None:
    counted = DAYS.add(dt.date(2026, 12, 31), 2)
    assert counted == Counted(dt.date(2027, 1, 4), (2027,))
    assert counted.warning == "2027年的调休未公布，按周一至周五计"
    assert warning([]) is None


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        DAYS.add(dt.date(2021, 9, 15), -1)


def test_working_days_between() -> None:
    assert DAYS.between(dt.date(2021, 9, 17), dt.date(2021, 9, 22)) == 2
    assert DAYS.between(dt.date(2021, 9, 22), dt.date(2021, 9, 17)) == -2
    assert DAYS.between(dt.date(2021, 9, 17), dt.date(2021, 9, 17)) == 0


@pytest.mark.parametrize(
    ("moment", "received", "due"),
    [
        ("2021-09-15 08:00", "2021-09-15", "2021-09-22"),
        ("2021-09-15 16:59", "2021-09-15", "2021-09-22"),
        ("2021-09-15 17:00", "2021-09-16", "2021-09-23"),
        ("2021-09-30 18:00", "2021-10-08", "2021-10-13"),
        ("2021-10-03 10:00", "2021-10-08", "2021-10-13"),
    ],
)
def test_after_hours_counts_from_the_next_working_day(moment: str, received: str, due: str) -> None:
    assert DAYS.received(HOURS, at(moment)).day.isoformat() == received
    assert DAYS.due(HOURS, at(moment), 4).day.isoformat() == due


@pytest.mark.parametrize(
    ("moment", "open"),
    [
        ("2021-09-15 08:59", False),
        ("2021-09-15 09:00", True),
        ("2021-09-15 16:59", True),
        ("2021-09-15 17:00", False),
        ("2021-09-18 10:00", True),  # a shifted Saturday
        ("2021-09-20 10:00", False),  # a Monday off
        ("2021-09-25 10:00", False),
    ],
)
def test_an_office_follows_the_calendar(moment: str, open: bool) -> None:  # noqa: A002 - as people say
    assert DAYS.open_at(HOURS, at(moment)) is open


def test_a_hotline_that_works_on_holidays_follows_the_week_alone() -> None:
    hours = OfficeHours(dt.time(0), dt.time(23, 59), frozenset(range(1, 8)), holidays=True)
    assert DAYS.open_at(hours, at("2021-10-01 10:00"))
    assert DAYS.works(hours, dt.date(2040, 10, 1)).sure


def test_an_office_with_saturdays_rests_on_holidays() -> None:
    hours = OfficeHours(dt.time(9), dt.time(12), frozenset(range(1, 7)))
    assert DAYS.open_at(hours, at("2021-09-25 10:00"))
    assert not DAYS.open_at(hours, at("2021-10-02 10:00"))


def test_when_an_office_opens_next() -> None:
    assert DAYS.opens(HOURS, at("2021-09-15 10:00")) == at("2021-09-15 10:00")
    assert DAYS.opens(HOURS, at("2021-09-15 08:00")) == at("2021-09-15 09:00")
    assert DAYS.opens(HOURS, at("2021-09-30 17:00")) == at("2021-10-08 09:00")
    assert DAYS.opens(OfficeHours(dt.time(9), dt.time(10), frozenset()), at("2021-09-30 17:00")) is None
