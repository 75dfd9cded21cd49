"""For what is done seldom and reads before it writes: one at a time over all processes, as SQLite has it anyway."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

__all__ = ["one_at_a_time"]

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('koujing'), hashtext(:what))")


def one_at_a_time(connection: Connection, what: str) -> None:
    """Wait until no other transaction that named the same is under way; until the end of this one."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"what": what})
