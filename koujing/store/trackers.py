"""Rasa's own records of the conversations, as far as the desk must be able to remove one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["Trackers"]

_BUSY_SECONDS = 5


class Trackers:
    """Rasa's embedded database (endpoints.yml). Rasa reads a conversation from it at every message."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def remove(self, session_id: str) -> None:
        """Remove what Rasa remembers of a conversation; nothing where it has no database yet. Blocking."""
        if not self._path.exists():
            return
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
            known = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'events'").fetchone()
            if known:
                database.execute("DELETE FROM events WHERE sender_id = ?", (session_id,))
