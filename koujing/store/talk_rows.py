"""What every store that lets something be said must know of a conversation: whether a person holds it.

The bot speaks by three transactions (its replies are recorded, shown on the website, handed to WeChat). Each of them asks
here whether a person holds the conversation. Whoever takes it over locks first what they lock (the session's row; for
WeChat the follower's), so an answer is either spoken before the takeover or not at all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.engine import Connection

from koujing.prepared import Prepared
from koujing.store.inserting import insert_new
from koujing.store.tables import callbacks, sessions
from koujing.store.tables_takeovers import talks

__all__ = ["API", "ASKED", "BOT", "CALLBACK", "HELD", "WAITING", "held", "lock", "no_callback", "touch", "want"]

BOT, WAITING, HELD = "bot", "waiting", "held"
ASKED, CALLBACK, TRANSFER, LAPSED = "asked", "callback", "transfer", "lapsed"
API = "api"
_TAKEN = ("web:", "wechat:")
# Operators ask in conversations of their own while they are on the telephone; nobody waits in those.
_CONSOLE = "console"

# Of every message, so built once.
_CLIENT = Prepared(select(sessions.c.client).where(sessions.c.id == bindparam("the_session")).with_for_update())
_STATE = Prepared(select(talks.c.state).where(talks.c.session_id == bindparam("the_session")))
_TOUCHED = update(talks).where(talks.c.session_id == bindparam("the_session")).values(revision=talks.c.revision + 1)
_NEW = insert_new(talks, "session_id", "touched_at", "revision", "said", "state", "channel")
_TOUCH, _HEAR = Prepared(_TOUCHED), Prepared(_TOUCHED.values(said=bindparam("the_words")))
_HEAR_IF_NOTHING = Prepared(
    _TOUCHED.values(said=func.coalesce(talks.c.said, bindparam("the_words", type_=talks.c.said.type)))
)


def lock(connection: Connection, session_id: str) -> str | None:
    """The client of a session, whose row is locked where the database can; None where the session is gone."""
    found = _CLIENT.first(connection, {"the_session": session_id})
    return None if found is None else str(found[0])


def touch(
    connection: Connection, session_id: str, now: dt.datetime, said: str | None = None, *, only: bool = False
) -> None:
    """Something happened in a conversation. A write, and so a lock on any database.

    Args:
        said: what the citizen said; `only` where it tells nothing of what it is about, unless nothing else was said.
    """
    news: dict[str, Any] = {"the_session": session_id, "touched_at": now}
    if said:
        news["the_words"] = said
    noted = (_HEAR_IF_NOTHING if only else _HEAR) if said else _TOUCH
    if noted.run(connection, news):
        return
    client = lock(connection, session_id)
    if client is None or client == _CONSOLE:
        return
    row: dict[str, Any] = {"session_id": session_id, "touched_at": now, "revision": 1, "said": said, "state": BOT}
    row["channel"] = client if client.startswith(_TAKEN) else API
    connection.execute(_NEW, row)


def held(connection: Connection, session_id: str) -> bool:
    """Whether a person holds a conversation, so that the bot must not speak in it."""
    return _STATE.first(connection, {"the_session": session_id}) == (HELD,)


def want(connection: Connection, session_id: str, now: dt.datetime, why: str) -> None:
    """The citizen wants a person. Who waits already, or has one, does not wait anew."""
    touch(connection, session_id, now)
    waits = {"state": WAITING, "why": why, "waiting_since": now, "office": None}
    connection.execute(update(talks).filter_by(session_id=session_id, state=BOT).values(**waits))


def no_callback(connection: Connection, session_id: str, now: dt.datetime) -> None:
    """A wish to be called back was taken back; who waited for nothing else waits no more."""
    if connection.execute(select(callbacks.c.code).filter_by(session_id=session_id)).first() is None:
        touch(connection, session_id, now)
        waits = update(talks).filter_by(session_id=session_id, state=WAITING, why=CALLBACK)
        connection.execute(waits.values(state=BOT, why=None, waiting_since=None))
