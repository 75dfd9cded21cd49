"""Messages of which it was hardly clear what they are about: kept beside the conversation, for those who review."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.tables import sessions
from koujing.store.tables_reviews import readings

__all__ = ["KEPT_BELOW", "Readings"]

KEPT_BELOW = 60
"""Percent: a reading that is surer leaves no trace, so that most messages cost nothing here."""
_MOST_TOPICS = 3


class Readings:
    """Blocking, as the store is."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def keep(self, session_id: str, message_id: str, reading: Mapping[str, Any]) -> bool:
        """Keep a doubtful reading, once a message; whether it was kept. What is no reading, or a sure one, is let go.

        Args:
            reading: `share` of the likeliest matter (0 to 1), and the likeliest `topics` with their shares.
        """
        share, topics = reading.get("share"), reading.get("topics")
        if isinstance(share, bool) or not isinstance(share, int | float) or not isinstance(topics, list):
            return False
        percent = round(100 * share)
        if not 0 <= percent < KEPT_BELOW:
            return False
        named = [
            [str(topic[0])[:64], round(float(topic[1]), 3)]
            for topic in topics
            if isinstance(topic, list) and len(topic) == 2 and isinstance(topic[1], int | float)
        ]
        row = {"session_id": session_id, "message_id": message_id, "at": self._clock.now(), "share": percent}
        with self._engine.begin() as connection:
            there = connection.execute(select(sessions.c.id).filter_by(id=session_id)).first()
            known = select(readings.c.share).filter_by(session_id=session_id, message_id=message_id)
            if there is None or connection.execute(known).first() is not None:
                return False
            connection.execute(
                insert(readings).values(**row, topics=json.dumps(named[:_MOST_TOPICS], ensure_ascii=False))
            )
        return True
