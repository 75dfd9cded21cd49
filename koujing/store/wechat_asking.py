"""What a follower's short word is about: an answer that waits, one to be shown again, or nothing of the kind."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from koujing.store import wechat_rows as rows
from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.wechat_rows import Arrival

__all__ = ["again", "kind_of"]


def kind_of(connection: Connection, queue: int, arrival: Arrival, now: dt.datetime, *, push: bool) -> str:
    """What a new message is: a turn of the conversation unless it is a fixed text or fetches something.

    An answer on its way by push is not fetched: it comes anyway, and the word may be about something else.
    """
    if arrival.parts is not None:
        return rows.FIXED_TEXT
    if arrival.again and _doubtful(connection, queue):
        return rows.AGAIN
    if (arrival.fetch or arrival.again) and _outbox(connection, queue, now, push):
        return rows.FETCH
    if arrival.again and _newest(connection, queue) is not None:
        return rows.AGAIN
    return rows.TURN


def again(connection: Connection, queue: int, now: dt.datetime, until: dt.datetime) -> None:
    """Let what may be lost wait anew, or else the newest answer as a whole; for the next passive reply, not for a push."""
    shown = _doubtful(connection, queue)
    lost = parts.c.state == rows.DOUBTFUL
    if not shown:
        shown = [_newest(connection, queue)]
        lost = parts.c.state != rows.SENDING
    anew = {"state": rows.WAITING, "at": now, "until": until, "carrier": None, "owner": None, "told": False}
    connection.execute(update(parts).where(parts.c.message_id.in_(shown), lost).values(**anew))
    connection.execute(update(messages).where(messages.c.id.in_(shown)).values(push_after=rows.NEVER))


def _doubtful(connection: Connection, queue: int) -> list[int | None]:
    """The messages with parts that may be lost."""
    found = select(parts.c.message_id).where(rows.of_queue(queue), parts.c.state == rows.DOUBTFUL).distinct()
    return list(connection.execute(found).scalars())


def _outbox(connection: Connection, queue: int, now: dt.datetime, push: bool) -> bool:
    """Whether an answer waits to be fetched or is still being worked on."""
    if rows.awaited(connection, queue):
        return True
    waits = (
        select(parts.c.id)
        .join(messages, messages.c.id == parts.c.message_id)
        .where(messages.c.queue_id == queue, messages.c.released.is_(True))
        .where(parts.c.state == rows.WAITING, parts.c.until > now)
    )
    if push:
        waits = waits.where(messages.c.push_after > now)
    return connection.execute(waits).first() is not None


def _newest(connection: Connection, queue: int) -> int | None:
    """The newest message that has an answer, which has gone its way."""
    answered = select(func.max(messages.c.id)).join(parts, parts.c.message_id == messages.c.id)
    answered = answered.where(messages.c.queue_id == queue, messages.c.released.is_(True))
    found = connection.execute(answered.where(parts.c.state != rows.SENDING)).scalar()
    return None if found is None else int(found)
