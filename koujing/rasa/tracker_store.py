"""Rasa's SQL tracker store, in its own table and format, with an open connection and without the object mapper.

Rasa's opens SQLite anew for every look into it and maps every row to an object: a fifth of what an answer takes.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import bindparam, create_engine, event, func, insert, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL
from sqlalchemy.pool import QueuePool

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
_SESSION = select(_events.c.data).where(*_of_session).order_by(_events.c.id)
_EVERYTHING = select(_events.c.data).where(_mine).order_by(_events.c.id)
_COUNT = select(func.count()).select_from(_events).where(*_of_session)


class ConversationStore(SQLTrackerStore):
    """For `type:` in endpoints.yml, with the same settings as Rasa's `SQL`.

    What was saved outlives the process, however it ends. As everywhere here, SQLite does not wait for the disk: a power cut
    may take the last turns with it, never the file.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.engine: Engine
        super().__init__(*args, **kwargs)
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
            self.engine = _kept_open(self.engine.url)
            self.sessionmaker.configure(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the events that are new."""
        await self.stream_events(tracker)
        with self.engine.begin() as connection:
            known = connection.execute(_COUNT, {"sender": tracker.sender_id}).scalar()
            new = [_row(tracker.sender_id, each) for each in list(tracker.events)[known:]]
            if new:
                connection.execute(insert(_events), new)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        query = _EVERYTHING if fetch_events_from_all_sessions else _SESSION
        with self.engine.connect() as connection:
            found = connection.execute(query, {"sender": sender_id}).scalars().all()
        if not found:
            return None
        return DialogueStateTracker.from_dict(sender_id, [json.loads(data) for data in found], self.domain.slots)


def _row(sender_id: str, new: Any) -> dict[str, Any]:
    data = new.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": new.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _kept_open(url: URL) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _tune)
    return engine


def _tune(connection: Any, _record: Any) -> None:
    """As the desk's own database; the mode WAL stays with the file (`koujing.rasa.server`)."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
