"""Rasa's own records of the conversations (its table `events`), read and removed over SQLAlchemy: file or server."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import column, create_engine, delete, event, inspect, select, table
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

__all__ = ["TrackerRows"]

_events = table("events", column("id"), column("sender_id"), column("timestamp"), column("data"))
_BATCH = 500
_BUSY_SECONDS = 5


class TrackerRows:
    """Blocking. `where` is Rasa's SQLite file, or the engine of the server that both share."""

    def __init__(self, where: Path | Engine) -> None:
        self._path = where if isinstance(where, Path) else None
        self._engine = _opened(where) if isinstance(where, Path) else where

    def of(self, session_ids: Iterable[str]) -> list[dict[str, Any]]:
        """All events of these conversations, in order."""
        query = select(_events.c.data).where(_events.c.sender_id.in_(list(session_ids))).order_by(_events.c.id)
        if not self._there():
            return []
        with self._engine.connect() as connection:
            return [json.loads(data) for data in connection.execute(query).scalars()]

    def expire(self, before: float, keep: Collection[str], *, dry: bool) -> int:
        """Remove the events before a moment (seconds of the epoch) but those of conversations to keep; how many.

        A conversation that goes on goes on without them: what was told so long ago is asked again.
        """
        if not self._there():
            return 0
        with self._engine.begin() as connection:
            query = select(_events.c.id, _events.c.sender_id).where(_events.c.timestamp < before)
            ids = [row.id for row in connection.execute(query) if row.sender_id not in keep]
            for at in range(0, 0 if dry else len(ids), _BATCH):
                connection.execute(delete(_events).where(_events.c.id.in_(ids[at : at + _BATCH])))
        return len(ids)

    def remove(self, session_ids: Iterable[str]) -> int:
        """Remove these conversations; how many events that were."""
        if not self._there():
            return 0
        with self._engine.begin() as connection:
            gone = [connection.execute(delete(_events).where(_events.c.sender_id == id)).rowcount for id in session_ids]
        return sum(gone)

    def settle(self) -> None:
        """Put what was removed out of SQLite's journal too, where nobody reads just then."""
        if self._path is not None and self._path.exists():
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _there(self) -> bool:
        return (self._path is None or self._path.exists()) and inspect(self._engine).has_table("events")


def _opened(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}
    )
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=ON"))
    return engine
