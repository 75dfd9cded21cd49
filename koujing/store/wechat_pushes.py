"""Answers on their way through the customer API: claimed before the call, settled behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store import wechat_rows as rows
from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.tables import wechat_queues as queues

__all__ = ["Pushed", "Pushes", "Sending"]

Pushed = Literal["sent", "refused", "doubtful", "unreachable"]


@dataclass(frozen=True)
class Sending:
    """What one process is to send: a part, or (`text` None) the word that `parts` may be lost.

    `question` is what the text answers, where the person has asked something else since.
    """

    queue: int
    openid: str
    at: dt.datetime
    parts: tuple[int, ...]
    text: str | None
    question: str | None = None


class Pushes:
    """Blocking. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock, appid: str, sending: dt.timedelta) -> None:
        self._engine, self._clock, self._appid, self._sending = engine, clock, appid, sending

    def due(self) -> list[int]:
        """The followers for whom there is something to send."""
        query = _due().join(queues, queues.c.id == messages.c.queue_id)
        query = query.where(queues.c.appid == self._appid).distinct().order_by(messages.c.queue_id)
        with self._engine.connect() as connection:
            return list(connection.execute(query, {"the_now": self._clock.now()}).scalars())

    def claim(self, queue: int, owner: str) -> Sending | None:
        """The next thing to send to a follower, in order; None where there is nothing, or another process is sending."""
        now = self._clock.now()
        with self._engine.connect() as connection:
            # Mostly there is nothing, which is no reason to lock anything.
            if connection.execute(_DUE_OF_ONE, {"the_now": now, "the_queue": queue}).first() is None:
                return None
        with self._engine.begin() as connection:
            if not rows.lock(connection, queue, now):
                return None
            openid = connection.execute(select(queues.c.openid).where(queues.c.id == queue)).scalar_one()
            busy = select(parts.c.id).where(rows.of_queue(queue), parts.c.state == rows.SENDING)
            if connection.execute(busy.where(parts.c.at > now - self._sending)).first() is not None:
                return None
            return _claim_untold(connection, queue, openid, now) or _claim_part(connection, queue, openid, owner, now)

    def settle(self, sending: Sending, owner: str, came_of: Pushed, wait_until: dt.datetime | None = None) -> None:
        """Say what came of it.

        Args:
            wait_until: of what was refused, when to try again; None for not before the follower writes.
        """
        now = self._clock.now()
        with self._engine.begin() as connection:
            if not rows.lock(connection, sending.queue, now):
                return
            if sending.text is None:
                _settle_word(connection, sending, came_of)
            else:
                _settle_part(connection, sending.parts[0], owner, came_of, now)
            if came_of == "unreachable":
                waiting = update(parts).where(rows.of_queue(sending.queue), parts.c.state == rows.WAITING)
                connection.execute(waiting.values(state=rows.DROPPED, at=now))
            elif came_of != "sent":
                # What was written since gave us new chances.
                stopped = update(messages).where(messages.c.queue_id == sending.queue, messages.c.at <= sending.at)
                connection.execute(stopped.values(push_after=wait_until or rows.NEVER))


def _due() -> Any:
    """The followers for whom there is something to send at the moment `the_now`."""
    waiting = (parts.c.state == rows.WAITING) & messages.c.released.is_(True)
    untold = (parts.c.state == rows.DOUBTFUL) & parts.c.told.is_(False)
    whose = select(messages.c.queue_id).join(parts, parts.c.message_id == messages.c.id)
    return whose.where(or_(waiting, untold), *_may_go(bindparam("the_now")))


def _may_go(now: Any) -> tuple[Any, Any]:
    return parts.c.until > now, or_(messages.c.push_after.is_(None), messages.c.push_after <= now)


# Asked for behind every reply, so built once.
_DUE_OF_ONE = _due().where(messages.c.queue_id == bindparam("the_queue"))


def _claim_untold(connection: Connection, queue: int, openid: str, now: dt.datetime) -> Sending | None:
    """Told once: whoever dies between here and the call leaves it unsaid."""
    query = select(parts.c.id).join(messages, messages.c.id == parts.c.message_id)
    query = query.where(messages.c.queue_id == queue, parts.c.state == rows.DOUBTFUL, parts.c.told.is_(False))
    lost = tuple(connection.execute(query.where(*_may_go(now))).scalars())
    if not lost:
        return None
    connection.execute(update(parts).where(parts.c.id.in_(lost)).values(told=True))
    return Sending(queue, openid, now, lost, None)


def _claim_part(connection: Connection, queue: int, openid: str, owner: str, now: dt.datetime) -> Sending | None:
    # The parts of an answer follow each other, also where an earlier one is in a passive reply on its way out.
    query = (
        select(parts.c.id, parts.c.text, parts.c.position, parts.c.message_id, messages.c.says)
        .join(messages, messages.c.id == parts.c.message_id)
        .where(messages.c.queue_id == queue, messages.c.released.is_(True), parts.c.state == rows.WAITING)
        .where(*_may_go(now), ~rows.behind(rows.FIXED, rows.SENDING))
        .order_by(messages.c.id, parts.c.position)
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    connection.execute(update(parts).filter_by(id=row.id).values(state=rows.SENDING, at=now, owner=owner))
    asked = select(messages.c.id).where(messages.c.queue_id == queue, messages.c.id > row.message_id)
    since = row.position == 0 and connection.execute(asked).first() is not None
    return Sending(queue, openid, now, (row.id,), row.text, row.says if since else None)


def _settle_part(connection: Connection, part: int, owner: str, came_of: Pushed, now: dt.datetime) -> None:
    # Taken for lost meanwhile, it is still ours; shown again meanwhile, it is not.
    mine = update(parts).filter_by(id=part, owner=owner).where(parts.c.state.in_((rows.SENDING, rows.DOUBTFUL)))
    state = {"sent": rows.SENT, "refused": rows.WAITING, "doubtful": rows.DOUBTFUL, "unreachable": rows.DROPPED}
    told = {"told": False} if came_of == "refused" else {}
    connection.execute(mine.values(state=state[came_of], at=now, **told))


def _settle_word(connection: Connection, sending: Sending, came_of: Pushed) -> None:
    if came_of == "refused":
        connection.execute(update(parts).where(parts.c.id.in_(sending.parts)).values(told=False))
