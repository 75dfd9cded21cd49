"""What time alone changes in the delivery: replies nobody came back for, processes that died, answers nobody fetched."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, union, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store import wechat_rows as rows
from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.tables import wechat_queues as queues
from koujing.store.wechat_rows import Question

__all__ = ["Upkeep"]


class Upkeep:
    """Blocking. Each method is one transaction; several processes may call them at the same time."""

    def __init__(self, engine: Engine, clock: Clock, appid: str, settle: dt.timedelta, sending: dt.timedelta) -> None:
        self._engine, self._clock, self._appid = engine, clock, appid
        self._settle, self._sending = settle, sending

    def unanswered(self) -> list[Question]:
        """The messages without an answer that were not delivered for a while, oldest first."""
        now = self._clock.now()
        query = select(messages).join(queues, queues.c.id == messages.c.queue_id)
        query = query.where(queues.c.appid == self._appid, messages.c.state == rows.PENDING)
        query = query.where(messages.c.delivered_at < now - self._settle).order_by(messages.c.id)
        with self._engine.connect() as connection:
            return [rows.question(row) for row in connection.execute(query)]

    def due(self) -> list[int]:
        """The followers for whom `tidy` has something to do."""
        now = self._clock.now()
        ours = _of(self._appid)
        of_messages = select(messages.c.queue_id).where(ours, or_(self._abandoned(now), self._unconfirmed(now)))
        of_parts = select(messages.c.queue_id).join(parts, parts.c.message_id == messages.c.id)
        of_parts = of_parts.where(ours, or_(self._silent(now), _outdated(now)))
        with self._engine.connect() as connection:
            return list(connection.execute(union(of_messages, of_parts)).scalars())

    def tidy(self, queue: int) -> None:
        """Give up on passive replies that nobody came back for, and on word of those who should have given it."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            if not rows.lock(connection, queue, now):
                return
            mine = messages.c.queue_id == queue
            if connection.execute(update(messages).where(mine, self._abandoned(now)).values(released=True)).rowcount:
                # The follower wrote, so what was refused may be pushed now.
                connection.execute(update(messages).where(mine).values(push_after=None))
            self._lose(connection, mine, now)
            of_mine = rows.of_queue(queue)
            connection.execute(update(parts).where(of_mine, _outdated(now)).values(state=rows.EXPIRED, at=now))

    def expire(self, before: dt.datetime) -> None:
        """Remove what is older, and followers of whom nothing is left."""
        with self._engine.begin() as connection:
            connection.execute(delete(messages).where(messages.c.at < before, _of(self._appid)))
            left = select(messages.c.id).where(messages.c.queue_id == queues.c.id)
            idle = queues.c.appid == self._appid, queues.c.touched_at < before
            connection.execute(delete(queues).where(*idle, ~left.exists()))

    def counts(self) -> dict[str, int]:
        """How many messages are worked on, how many parts wait, and how many may be lost."""
        asked = select(func.count()).select_from(messages).where(messages.c.state == rows.PENDING, _of(self._appid))
        answered = select(parts.c.state, func.count()).join(messages, messages.c.id == parts.c.message_id)
        answered = answered.where(parts.c.state.in_((rows.WAITING, rows.DOUBTFUL)), _of(self._appid))
        with self._engine.connect() as connection:
            pending = connection.execute(asked).scalar_one()
            found = dict(connection.execute(answered.group_by(parts.c.state)).all())
        waiting, doubtful = found.get(rows.WAITING, 0), found.get(rows.DOUBTFUL, 0)
        return {"pending": pending, "outbox": waiting, "ambiguous": doubtful}

    def _lose(self, connection: Connection, mine: Any, now: dt.datetime) -> None:
        """Nobody knows whether these were seen."""
        replies = select(messages.c.id).where(mine, self._unconfirmed(now))
        lost = list(connection.execute(replies).scalars())
        connection.execute(update(messages).where(messages.c.id.in_(lost)).values(handed=rows.HANDED_LOST))
        carried = and_(parts.c.carrier.in_(lost), parts.c.state == rows.FIXED)
        silent = and_(parts.c.message_id.in_(select(messages.c.id).where(mine)), self._silent(now))
        doubtful = {"state": rows.DOUBTFUL, "at": now, "told": False}
        connection.execute(update(parts).where(or_(carried, silent)).values(**doubtful))

    def _abandoned(self, now: dt.datetime) -> Any:
        return and_(messages.c.released.is_(False), messages.c.delivered_at < now - self._settle)

    def _unconfirmed(self, now: dt.datetime) -> Any:
        limit = now - self._settle
        fixed = messages.c.handed == rows.HANDED_FIXED
        return and_(fixed, messages.c.handed_at < limit, messages.c.delivered_at < limit)

    def _silent(self, now: dt.datetime) -> Any:
        return and_(parts.c.state == rows.SENDING, parts.c.at < now - self._sending)


def _outdated(now: dt.datetime) -> Any:
    return and_(parts.c.state == rows.WAITING, parts.c.until <= now)


def _of(appid: str) -> Any:
    return messages.c.queue_id.in_(select(queues.c.id).where(queues.c.appid == appid))
