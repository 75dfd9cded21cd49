"""The office hours as administrators set them. Every change is kept; the last one holds."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.serial import one_at_a_time
from koujing.store.tables_hours import hours_changes
from koujing.store.tables_staff import staff

__all__ = ["HoursChange", "HoursStore", "SetHours"]

_FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class SetHours:
    """Hours in Shanghai time: days of the week from 1 (Monday), on holidays too or not, and the words for it."""

    days: frozenset[int]
    begin: dt.time
    end: dt.time
    holidays: bool
    text: str


@dataclass(frozen=True)
class HoursChange:
    """A change: by whom, why, when. Without `hours` it went back to what the sites' file says."""

    id: int
    hours: SetHours | None
    reason: str
    by: str | None
    at: dt.datetime


class HoursStore:
    """Blocking, as the store is. Other processes follow within seconds."""

    def __init__(self, engine: Engine, clock: Clock, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock, self._seconds = engine, clock, seconds
        self._kept: tuple[float, SetHours | None] | None = None

    def now(self) -> SetHours | None:
        """What holds, as read some seconds ago at most; None where the sites' file holds."""
        kept, moment = self._kept, self._seconds()
        if kept is None or moment - kept[0] >= _FRESH_SECONDS:
            last = self.history(1)
            kept = self._kept = (moment, last[0].hours if last else None)
        return kept[1]

    def set(self, hours: SetHours | None, *, reason: str, staff_id: int | None) -> bool:
        """Set the hours, or go back to the sites' file; whether that was a change."""
        row: dict[str, Any] = {"reason": reason, "staff_id": staff_id, "at": self._clock.now(), "holidays": False}
        if hours is not None:
            days = "".join(map(str, sorted(hours.days)))
            row |= {"days": days, "begin": f"{hours.begin:%H:%M}", "end": f"{hours.end:%H:%M}"}
            row |= {"holidays": hours.holidays, "text": hours.text}
        with self._engine.begin() as connection:
            one_at_a_time(connection, "hours")
            last = connection.execute(_changes().limit(1)).first()
            if (_hours(last) if last else None) == hours:
                return False
            connection.execute(insert(hours_changes).values(**row))
        self._kept = None
        return True

    def history(self, limit: int = 20) -> list[HoursChange]:
        """The newest changes first."""
        with self._engine.connect() as connection:
            return [
                HoursChange(row.id, _hours(row), row.reason, row.by, row.at)
                for row in connection.execute(_changes().limit(limit))
            ]


def _changes() -> Any:
    by = hours_changes.outerjoin(staff, staff.c.id == hours_changes.c.staff_id)
    return select(hours_changes, staff.c.display.label("by")).select_from(by).order_by(hours_changes.c.id.desc())


def _hours(row: Any) -> SetHours | None:
    if row.days is None:
        return None
    begin, end = dt.time.fromisoformat(row.begin), dt.time.fromisoformat(row.end)
    return SetHours(frozenset(map(int, row.days)), begin, end, row.holidays, row.text)
