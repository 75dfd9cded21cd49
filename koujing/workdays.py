"""China's working days (工作日) and the hours in which an office works.

The State Council announces each year's holidays and shifted working days (调休) late in the year before. For years whose
announcement the calendar package does not hold, Monday to Friday are counted and the answer is marked as unsure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import chinese_calendar

__all__ = ["Counted", "OfficeHours", "Workday", "Workdays"]

_DAY = dt.timedelta(days=1)
_WEEKDAYS = frozenset(range(1, 6))


@dataclass(frozen=True)
class Workday:
    """Whether a day is worked; `sure` where that year's holidays are known. `holiday`: a public holiday by name of law."""

    day: dt.date
    on: bool
    sure: bool
    holiday: bool = False


@dataclass(frozen=True)
class Counted:
    """A day reached by counting working days. `unsure` are the years on the way whose holidays are not known."""

    day: dt.date
    unsure: tuple[int, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether every year on the way is known."""
        return not self.unsure

    @property
    def warning(self) -> str | None:
        """What people must be told of an unsure day."""
        return warning(self.unsure)


@dataclass(frozen=True)
class OfficeHours:
    """When an office works, in Shanghai time: days of the week from 1 (Monday), `begin` included, `end` excluded.

    `holidays`: it works on public holidays too, as a hotline may; it then follows the days of the week alone.
    """

    begin: dt.time
    end: dt.time
    days: frozenset[int] = _WEEKDAYS
    holidays: bool = False


class Workdays:
    """Counts working days; holds nothing but the calendar."""

    def __init__(self, is_workday: Callable[[dt.date], bool] = chinese_calendar.is_workday) -> None:
        """Take `is_workday` in place of the package's, which raises NotImplementedError for a year it does not know."""
        self._is_workday = is_workday

    def is_workday(self, day: dt.date) -> Workday:
        """Whether this day is worked."""
        weekday = day.isoweekday() in _WEEKDAYS
        try:
            on = self._is_workday(day)
        except NotImplementedError:
            return Workday(day, weekday, sure=False)
        return Workday(day, on, sure=True, holiday=self._holiday(day, on=on, weekday=weekday))

    def add(self, day: dt.date, n: int) -> Counted:
        """The `n`th working day after `day`; with 0 the day itself where it is worked, else the next that is.

        Raises:
            ValueError: `n` is negative.
        """
        if n < 0:
            raise ValueError(f"{n} working days cannot be added")
        unsure: set[int] = set()
        left = n
        while True:
            asked = self.is_workday(day)
            if not asked.sure:
                unsure.add(day.year)
            if left == 0 and asked.on:
                return Counted(day, tuple(sorted(unsure)))
            day += _DAY
            if left and self.is_workday(day).on:
                left -= 1

    def between(self, first: dt.date, last: dt.date) -> int:
        """How many working days come after `first`, up to and including `last`; negative where `last` is before."""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_workday(first + _DAY * n).on for n in range(1, (last - first).days + 1))

    def works(self, hours: OfficeHours, day: dt.date) -> Workday:
        """Whether an office with these hours works on this day.

        A weekend day that was shifted (调休) is worked by an office that works Monday to Friday. A weekend day of the
        office's own is worked unless it is a public holiday.
        """
        asked = self.is_workday(day)
        listed = day.isoweekday() in hours.days
        if hours.holidays:
            return Workday(day, listed, sure=True)
        shifted = asked.on and day.isoweekday() not in _WEEKDAYS and hours.days >= _WEEKDAYS
        return Workday(day, shifted or (listed and not asked.holiday), asked.sure, asked.holiday)

    def open_at(self, hours: OfficeHours, moment: dt.datetime) -> bool:
        """Whether the office works at this moment, given in Shanghai time."""
        return hours.begin <= moment.time() < hours.end and self.works(hours, moment.date()).on

    def opens(self, hours: OfficeHours, moment: dt.datetime) -> dt.datetime | None:
        """When the office works next: the moment itself where it works now; null where not within two months."""
        if self.open_at(hours, moment):
            return moment
        first = moment.date() if moment.time() < hours.begin else moment.date() + _DAY
        days = (first + _DAY * n for n in range(62))
        found = next((day for day in days if self.works(hours, day).on), None)
        return None if found is None else dt.datetime.combine(found, hours.begin, moment.tzinfo)

    def received(self, hours: OfficeHours, moment: dt.datetime) -> Counted:
        """The working day on which something that came at this moment (Shanghai time) counts as received.

        Before the office opens it is the same day; after it closed, or on a day off, the next working day.
        """
        day = moment.date()
        return self.add(day, 0) if moment.time() < hours.end else self.add(day + _DAY, 0)

    def due(self, hours: OfficeHours, moment: dt.datetime, n: int) -> Counted:
        """The last day for something that came at this moment and has `n` working days: `add(received, n)`.

        Raises:
            ValueError: `n` is negative.
        """
        begun = self.received(hours, moment)
        ended = self.add(begun.day, n)
        return Counted(ended.day, tuple(sorted({*begun.unsure, *ended.unsure})))

    @staticmethod
    def _holiday(day: dt.date, *, on: bool, weekday: bool) -> bool:
        if on:
            return False
        return weekday or chinese_calendar.get_holiday_detail(day)[1] is not None


def warning(years: Iterable[int]) -> str | None:
    """The sentence for years whose holidays are not known; null for none."""
    named = "、".join(f"{year}年" for year in sorted(set(years)))
    return f"{named}的调休未公布，按周一至周五计" if named else None
