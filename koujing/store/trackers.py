"""Rasa's own records of the conversations, as far as the desk must be able to remove one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from koujing.settings import Settings

__all__ = ["Trackers", "trackers_of"]

_BUSY_SECONDS = 5
_TABLE = "events"


class Trackers:
    """Rasa's tracker store (endpoints.yml): a file of its own, or a table in the desk's PostgreSQL."""

    def __init__(self, where: Path | Engine) -> None:
        self._where = where

    def remove(self, session_id: str) -> None:
        """Remove what Rasa remembers of a conversation; nothing where it has no table yet. Blocking."""
        if isinstance(self._where, Path):
            _remove_from_file(self._where, session_id)
        elif inspect(self._where).has_table(_TABLE):
            with self._where.begin() as connection:
                connection.execute(text("DELETE FROM events WHERE sender_id = :of"), {"of": session_id})


def trackers_of(settings: Settings, engine: Engine) -> Trackers:
    """Those beside the desk's own database."""
    return Trackers(engine if settings.database else settings.data / "conversations.db")


def _remove_from_file(path: Path, session_id: str) -> None:
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database, database:
        database.execute("PRAGMA secure_delete=ON")
        known = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (_TABLE,)).fetchone()
        if known:
            database.execute("DELETE FROM events WHERE sender_id = ?", (session_id,))
