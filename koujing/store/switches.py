"""What is switched off, and emergency announcements. Every change is kept; the last one of a thing holds."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.serial import one_at_a_time
from koujing.store.tables_staff import announcements, staff, switch_changes

__all__ = ["KINDS", "Announcement", "Change", "Kind", "State", "Switches"]

Kind = Literal["channel", "matter", "caliber"]
KINDS: tuple[Kind, ...] = ("channel", "matter", "caliber")
_FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Change:
    """One thing switched off or on: by whom, why, when, and until when."""

    id: int
    kind: str
    key: str
    off: bool
    reason: str
    by: str | None
    at: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True)
class Announcement:
    """An emergency notice with its validity."""

    id: int
    text: str
    starts: dt.datetime
    ends: dt.datetime
    by: str | None
    at: dt.datetime
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True)
class State:
    """What holds now. `announcements` are those valid at this moment."""

    off: Mapping[tuple[str, str], Change] = field(default_factory=dict)
    announcements: tuple[Announcement, ...] = ()

    def is_off(self, kind: Kind, key: str | None) -> bool:
        """Whether this is switched off."""
        return key is not None and (kind, key) in self.off


class Switches:
    """Blocking, as the store is. Other processes follow within seconds."""

    def __init__(self, engine: Engine, clock: Clock, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock, self._seconds = engine, clock, seconds
        self._kept: tuple[float, State] | None = None

    def now(self) -> State:
        """What holds, as read some seconds ago at most."""
        kept, moment = self._kept, self._seconds()
        if kept is None or moment - kept[0] >= _FRESH_SECONDS:
            kept = self._kept = (moment, self._read())
        return kept[1]

    def set(
        self, kind: Kind, key: str, *, off: bool, reason: str, staff_id: int | None, until: dt.datetime | None = None
    ) -> bool:
        """Switch something off or on; whether that was a change. Off again with another reason or end is one."""
        with self._engine.begin() as connection:
            one_at_a_time(connection, "switches")
            last = connection.execute(
                select(switch_changes).filter_by(kind=kind, key=key).order_by(switch_changes.c.id.desc()).limit(1)
            ).first()
            is_off = last is not None and last.off and not _over(last.until, self._clock.now())
            if is_off == off and (not off or last is None or (last.reason, last.until) == (reason, until)):
                return False
            row = {"kind": kind, "key": key, "off": off, "reason": reason, "staff_id": staff_id}
            connection.execute(insert(switch_changes).values(**row, at=self._clock.now(), until=until))
        self._kept = None
        return True

    def announce(self, text: str, starts: dt.datetime, ends: dt.datetime, *, staff_id: int | None) -> int:
        """Add an emergency notice; its id."""
        row = {"text": text, "starts": starts, "ends": ends, "staff_id": staff_id, "at": self._clock.now()}
        with self._engine.begin() as connection:
            id = connection.execute(insert(announcements).values(row)).inserted_primary_key[0]
        self._kept = None
        return int(id)

    def withdraw(self, id: int, *, staff_id: int | None) -> bool:
        """Take an emergency notice back; whether there was one to take back."""
        query = update(announcements).filter_by(id=id).where(announcements.c.withdrawn_at.is_(None))
        with self._engine.begin() as connection:
            changed = connection.execute(query.values(withdrawn_at=self._clock.now(), withdrawn_by=staff_id)).rowcount
        self._kept = None
        return bool(changed == 1)

    def history(self, limit: int = 30) -> list[Change]:
        """The newest changes first."""
        with self._engine.connect() as connection:
            return [_change(row) for row in connection.execute(_changes().limit(limit))]

    def announced(self, limit: int = 10) -> list[Announcement]:
        """The newest announcements first, withdrawn ones too."""
        with self._engine.connect() as connection:
            return [_announcement(row) for row in connection.execute(_announcements().limit(limit))]

    def _read(self) -> State:
        now = self._clock.now()
        last = select(func.max(switch_changes.c.id)).group_by(switch_changes.c.kind, switch_changes.c.key)
        valid = (announcements.c.starts <= now, announcements.c.ends > now, announcements.c.withdrawn_at.is_(None))
        with self._engine.connect() as connection:
            changes = [_change(row) for row in connection.execute(_changes().where(switch_changes.c.id.in_(last)))]
            texts = tuple(_announcement(row) for row in connection.execute(_announcements().where(*valid)))
        off = {(one.kind, one.key): one for one in changes if one.off and not _over(one.until, now)}
        return State(off, texts)


def _over(until: dt.datetime | None, now: dt.datetime) -> bool:
    return until is not None and until <= now


def _changes() -> Any:
    by = switch_changes.outerjoin(staff, staff.c.id == switch_changes.c.staff_id)
    return select(switch_changes, staff.c.display.label("by")).select_from(by).order_by(switch_changes.c.id.desc())


def _announcements() -> Any:
    by = announcements.outerjoin(staff, staff.c.id == announcements.c.staff_id)
    return select(announcements, staff.c.display.label("by")).select_from(by).order_by(announcements.c.id.desc())


def _change(row: Any) -> Change:
    return Change(row.id, row.kind, row.key, row.off, row.reason, row.by, row.at, row.until)


def _announcement(row: Any) -> Announcement:
    return Announcement(row.id, row.text, row.starts, row.ends, row.by, row.at, row.withdrawn_at)
