"""The clock."""

from __future__ import annotations

import datetime as dt

from koujing.clock import Clock


def test_the_day_is_the_one_in_shanghai() -> None:
    late = dt.datetime(2021, 12, 31, 16, 0, tzinfo=dt.timezone.utc)
    assert Clock(now=lambda: late).today() == dt.date(2022, 1, 1)
    assert Clock(now=lambda: late - dt.timedelta(seconds=1)).today() == dt.date(2021, 12, 31)


def test_a_fixed_day_does_not_change_the_moment() -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)
    clock = Clock(dt.date(2021, 9, 15), now=lambda: moment)
    assert clock.today() == dt.date(2021, 9, 15)
    assert clock.now() == moment


def test_the_system_clock_is_the_default() -> None:
    assert Clock().now().utcoffset() == dt.timedelta(hours=8)
