"""The sessions of the website: found again, and removed when the person asks for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Engine

from koujing.store.store import session_key
from koujing.store.tables import feedback, sessions, web_events

__all__ = ["Seen", "Visits"]


@dataclass(frozen=True)
class Seen:
    """A session that exists, and when it last had a message or was begun."""

    session_id: str
    at: dt.datetime


class Visits:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, client: str, name: str) -> Seen | None:
        """The session that this client calls `name`, never made here."""
        with self._engine.connect() as connection:
            known = connection.execute(
                select(sessions.c.id, sessions.c.created_at).filter_by(**session_key(client, name))
            ).first()
            if known is None:
                return None
            spoken = select(web_events.c.at).filter_by(session_id=known.id, type="message")
            last = connection.execute(spoken.order_by(web_events.c.id.desc()).limit(1)).scalar()
        return Seen(known.id, last or known.created_at)

    def remove(self, session_id: str) -> None:
        """Remove a conversation: its messages, replies, receipts and events, and the notes of its feedback.

        What was found useful stays counted, and a callback asked for stays asked for, neither with a link to it.
        """
        with self._engine.begin() as connection:
            # Unlinked here: PostgreSQL checks a row that this transaction changed once more, when its receipt is gone.
            alone = {"note": None, "session_id": None, "receipt": None}
            connection.execute(update(feedback).where(feedback.c.session_id == session_id).values(**alone))
            connection.execute(delete(sessions).where(sessions.c.id == session_id))
