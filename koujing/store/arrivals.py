"""What the desk must know of a conversation before it answers a message in it, read at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from koujing.prepared import Prepared
from koujing.store import talk_rows
from koujing.store.errors import MessageReusedError, SessionGoneError
from koujing.store.privacy import join
from koujing.store.tables import messages, receipts, sessions
from koujing.store.tables_takeovers import talks

__all__ = ["Arrival", "answered", "arrive"]

Reply = dict[str, Any]

# Of every message, so built once.
_THIS = (messages.c.session_id == sessions.c.id) & (messages.c.message_id == bindparam("the_message"))
_HERE = Prepared(
    select(talks.c.state, talks.c.told, messages.c.digest)
    .select_from(sessions.outerjoin(talks, talks.c.session_id == sessions.c.id).outerjoin(messages, _THIS))
    .where(sessions.c.id == bindparam("the_session"))
)
_DIGEST = select(messages.c.digest).where(
    messages.c.session_id == bindparam("the_session"), messages.c.message_id == bindparam("the_message")
)


@dataclass(frozen=True)
class Arrival:
    """A message as it finds its conversation.

    `before` are the replies that it was given already, `held` tells whether a person holds the conversation, and `learnt`
    are the facts that were told to a person and that the bot does not know yet.
    """

    before: list[Reply] | None = None
    held: bool = False
    learnt: dict[str, Any] = field(default_factory=dict)


def arrive(connection: Connection, session_id: str, message_id: str | None, digest: str) -> Arrival:
    """How a message finds its conversation; without an id it cannot have come before.

    Raises:
        SessionGoneError: the session was removed.
        MessageReusedError: the id was used for a message with another digest.
    """
    here = _HERE.first(connection, {"the_session": session_id, "the_message": message_id})
    if here is None:
        raise SessionGoneError(session_id)
    state, told, known = here
    before = None
    if message_id is not None and known is not None:
        before = _replies(connection, session_id, message_id, digest, known)
    held = state == talk_rows.HELD
    return Arrival(before, held, {} if held or told is None else dict(json.loads(told)))


def answered(connection: Connection, session_id: str, message_id: str, digest: str) -> list[Reply] | None:
    """The replies that a message was given before, or None.

    Raises:
        MessageReusedError: the id was used for a message with another digest.
    """
    known = connection.execute(_DIGEST, {"the_session": session_id, "the_message": message_id}).scalar()
    return None if known is None else _replies(connection, session_id, message_id, digest, known)


def _replies(connection: Connection, session_id: str, message_id: str, digest: str, known: str) -> list[Reply]:
    if known != digest:
        raise MessageReusedError(message_id)
    key = {"session_id": session_id, "message_id": message_id}
    rows = connection.execute(
        select(receipts.c.reply, receipts.c.private).filter_by(**key).order_by(receipts.c.position)
    )
    return [join(json.loads(row.reply), json.loads(row.private)) for row in rows]
