"""Whose a session is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Engine

from koujing.store.tables import sessions

__all__ = ["Clients"]


class Clients:
    """Blocking, as the store is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, session_id: str) -> str:
        """The client that a session belongs to: `web:<site>`, `wechat:<appid>`, `console` or a key's digest; empty where it is gone."""
        with self._engine.connect() as connection:
            return str(connection.execute(select(sessions.c.client).filter_by(id=session_id)).scalar() or "")
