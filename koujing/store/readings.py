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

__all__ = ["KEPT_BELOW", "Readings", "doubtful"]

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
        if not doubtful(reading):
            return False
        percent = _percent(reading)
        named = [
            [str(topic[0])[:64], round(float(topic[1]), 3)]
            for topic in reading["topics"]
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


def doubtful(reading: Mapping[str, Any]) -> bool:
    """Whether there is something to keep of a reading; what is none at all is not doubtful."""
    percent = _percent(reading)
    return percent is not None and 0 <= percent < KEPT_BELOW and isinstance(reading.get("topics"), list)


def _percent(reading: Mapping[str, Any]) -> int | None:
    share = reading.get("share")
    return None if isinstance(share, bool) or not isinstance(share, int | float) else round(100 * share)
