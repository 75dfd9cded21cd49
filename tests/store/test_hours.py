"""The office hours as set: the last change holds, every one is kept."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.hours import HoursStore, SetHours

SOME = SetHours(frozenset({1, 2, 6}), dt.time(8, 30), dt.time(18), holidays=True, text="长时间")


def test_the_last_change_holds(engine: Engine, clock: Clock) -> None:
    hours = HoursStore(engine, clock)
    assert hours.now() is None
    assert not hours.set(None, reason="没变", staff_id=1)
    assert hours.set(SOME, reason="试行", staff_id=1)
    assert hours.now() == SOME
    assert not hours.set(SOME, reason="再来", staff_id=1)
    assert hours.set(None, reason="结束", staff_id=1)
    assert hours.now() is None
    assert [(one.hours, one.reason) for one in hours.history()] == [(None, "结束"), (SOME, "试行")]


def test_another_process_follows_within_seconds(engine: Engine, clock: Clock) -> None:
    seconds = [0.0]
    here, there = HoursStore(engine, clock, lambda: seconds[0]), HoursStore(engine, clock)
    assert here.now() is None
    there.set(SOME, reason="试行", staff_id=None)
    assert here.now() is None
    seconds[0] = 2.0
    assert here.now() == SOME
