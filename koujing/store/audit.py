"""Who saw and changed what. Rows are added and read; nothing here changes or removes one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.tables_staff import audit, staff

__all__ = ["Audit", "Entry", "Filter"]

_LONGEST_OBJECT = 120


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did. `name` and `display` are None where no account did it, or none is known."""

    id: int
    at: dt.datetime
    staff_id: int | None
    name: str | None
    display: str | None
    action: str
    object: str
    detail: Mapping[str, Any]
    address: str


@dataclass(frozen=True)
class Filter:
    """What to look for; `object` is a beginning. Days are in Asia/Shanghai, both included by moment."""

    staff_id: int | None = None
    action: str | None = None
    object: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Audit:
    """Blocking, as the store is."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def note(
        self,
        staff_id: int | None,
        action: str,
        object: str,  # noqa: A002
        detail: Mapping[str, Any] | None = None,
        *,
        address: str = "",
        connection: Connection | None = None,
    ) -> None:
        """Write down that somebody did something; `connection` to do so in the same transaction as the change itself.

        `detail` must hold no words or numbers of a citizen: the audit outlives what they may have removed.
        """
        row = {
            "at": self._clock.now(), "staff_id": staff_id, "action": action, "object": object[:_LONGEST_OBJECT],
            "detail": json.dumps(dict(detail or {}), ensure_ascii=False, default=str), "address": address[:64],
        }  # fmt: skip
        if connection is not None:
            connection.execute(insert(audit).values(row))
            return
        with self._engine.begin() as own:
            own.execute(insert(audit).values(row))

    def find(self, wanted: Filter, *, before: int | None = None, limit: int = 50) -> list[Entry]:
        """The newest entries that fit, older than the one with the id `before`."""
        query = select(audit, staff.c.name, staff.c.display).select_from(
            audit.outerjoin(staff, staff.c.id == audit.c.staff_id)
        )
        for condition in _conditions(wanted, before):
            query = query.where(condition)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query.order_by(audit.c.id.desc()).limit(limit))]

    def actions(self) -> list[str]:
        """The actions that were ever noted."""
        with self._engine.connect() as connection:
            return [row.action for row in connection.execute(select(audit.c.action).distinct())]


def _conditions(wanted: Filter, before: int | None) -> list[Any]:
    found = []
    if wanted.staff_id is not None:
        found.append(audit.c.staff_id == wanted.staff_id)
    if wanted.action is not None:
        found.append(audit.c.action == wanted.action)
    if wanted.object is not None:
        found.append(audit.c.object.startswith(wanted.object, autoescape=True))
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at <= wanted.until)
    if before is not None:
        found.append(audit.c.id < before)
    return found


def _entry(row: Any) -> Entry:
    return Entry(
        row.id, row.at, row.staff_id, row.name, row.display, row.action, row.object, json.loads(row.detail), row.address
    )
