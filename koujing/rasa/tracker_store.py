"""Rasa's SQL tracker store, in its own table and format, with an open connection and without the object mapper.

Rasa's opens SQLite anew for every look into it and maps every row to an object: a fifth of what an answer takes. It keeps
its conversations in a file in the embedded profile, in PostgreSQL beside the desk's tables in the cluster.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

import ujson
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import bindparam, create_engine, event, func, insert, or_, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import QueuePool

from koujing.postgres import postgres_engine, wait_for
from koujing.prepared import Prepared
from koujing.settings import Settings

__all__ = ["ConversationStore"]

_events = SQLTrackerStore.SQLEvent.__table__
_mine = _events.c.sender_id == bindparam("sender")
_begun = (
    select(func.max(_events.c.timestamp))
    .where(_mine, _events.c.type_name == SessionStarted.type_name)
    .correlate(None)
    .scalar_subquery()
)
_of_session = _mine, or_(_events.c.timestamp >= _begun, _begun.is_(None))
_SESSION = Prepared(select(_events.c.data).where(*_of_session).order_by(_events.c.id))
_EVERYTHING = Prepared(select(_events.c.data).where(_mine).order_by(_events.c.id))
_NEW = Prepared(insert(_events), "sender_id", "type_name", "timestamp", "intent_name", "action_name", "data")
_COUNT = select(func.count()).select_from(_events).where(*_of_session)

# One thread uses them, one after another.
_CONNECTIONS = 3
# Several servers start at once, and create the table once; any number that nothing else takes.
_LOCK = text("SELECT pg_advisory_xact_lock(8606216600190023277)")
# PostgreSQL is back from a restart sooner; the desk waits longer than this for an answer.
_PATIENCE_SECONDS, _PAUSE_SECONDS = 8.0, 0.2

# How many events of a session were read; whoever holds the conversation alone need not count them again to add more.
_READ = "_koujing_read"

T = TypeVar("T")


class ConversationStore(SQLTrackerStore):
    """For `type:` in endpoints.yml, with the same settings as Rasa's `SQL`; KOUJING_DATABASE goes before them.

    What was saved outlives the process, however it ends. As everywhere here, SQLite does not wait for the disk: a power cut
    may take the last turns with it, never the file.
    """

    def __init__(self, *args: Any, domain: Any = None, event_broker: Any = None, **kwargs: Any) -> None:
        self.engine: Engine
        settings = Settings.from_env(os.environ)
        if settings.database:
            self.engine = postgres_engine(settings.database, "koujing rasa", most=_CONNECTIONS)
            wait_for(self.engine, settings.start_seconds)
            _create_table(self.engine)
            # Rasa's own engine would be made without a pool that outlives a restart, and say its address in the log.
            self.sessionmaker = sessionmaker(bind=self.engine)
            TrackerStore.__init__(self, domain, event_broker)
            return
        super().__init__(*args, domain=domain, event_broker=event_broker, **kwargs)
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
            self.engine = _kept_open(self.engine.url)
            self.sessionmaker.configure(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the events that are new."""
        await self.stream_events(tracker)
        read: int | None = tracker.__dict__.pop(_READ, None)

        def add(connection: Connection) -> None:
            nonlocal read
            known = read
            if known is None:
                known = connection.execute(_COUNT, {"sender": tracker.sender_id}).scalar()
            # Counted at every other try: what a broken connection did write is not written twice.
            read = None
            new = [_row(tracker.sender_id, each) for each in list(tracker.events)[known:]]
            if new:
                _NEW.each(connection, new)

        await self._patiently(add)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        query = _EVERYTHING if fetch_events_from_all_sessions else _SESSION
        found = await self._patiently(lambda connection: query.all(connection, {"sender": sender_id}))
        if not found:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, [ujson.loads(data) for (data,) in found], self.domain.slots)
        if not fetch_events_from_all_sessions:
            tracker.__dict__[_READ] = len(found)
        return tracker

    async def _patiently(self, work: Callable[[Connection], T]) -> T:
        """In a transaction, and once more while PostgreSQL is away: Rasa would go on without what was said before."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except OperationalError:
                if self.engine.dialect.name == "sqlite" or time.monotonic() >= until:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)


def _row(sender_id: str, new: Any) -> dict[str, Any]:
    data = new.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": new.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": ujson.dumps(data),
    }


def _create_table(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(_LOCK)
        _events.create(connection, checkfirst=True)


def _kept_open(url: URL) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _tune)
    return engine


def _tune(connection: Any, _record: Any) -> None:
    """As the desk's own database; the mode WAL stays with the file (`koujing.rasa.server`)."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
