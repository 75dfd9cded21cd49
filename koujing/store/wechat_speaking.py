"""A person's words to a follower, among the parts that the delivery carries; and the bot's words stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store import wechat_rows as rows
from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.tables import wechat_queues as queues

__all__ = ["Reached", "WeChatSpeaking"]

_PREFIX = "person:"
# Messages are removed after 48 hours, and no window of the platform lasts longer.
_WAITS = dt.timedelta(hours=47)
_STATES = {
    rows.SENT: "sent", rows.FIXED: "sent", rows.SENDING: "sending", rows.WAITING: "waiting",
    rows.DOUBTFUL: "doubtful", rows.DROPPED: "lost", rows.EXPIRED: "lost",
}  # fmt: skip
_WORST = ("lost", "doubtful", "waiting", "sending", "sent")


@dataclass(frozen=True)
class Reached:
    """A follower who wrote within the last days."""

    queue: int
    openid: str


class WeChatSpeaking:
    """Blocking. What takes a connection writes in its transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def follower(self, session_id: str) -> Reached | None:
        """Who a conversation is with; None where they wrote nothing for days, or are gone."""
        with self._engine.connect() as connection:
            return _follower(connection, session_id)

    def silence(self, connection: Connection, session_id: str) -> None:
        """Drop the bot's answers that wait to be sent, and the word that one may be lost."""
        found, now = _follower(connection, session_id), self._clock.now()
        if found is None or not rows.lock(connection, found.queue, now):
            return
        mine = rows.of_queue(found.queue)
        waiting = update(parts).where(mine, parts.c.state == rows.WAITING)
        connection.execute(waiting.values(state=rows.DROPPED, at=now))
        connection.execute(update(parts).where(mine, parts.c.state == rows.DOUBTFUL).values(told=True))

    def say(self, connection: Connection, session_id: str, key: str, texts: Sequence[str]) -> bool:
        """Let texts wait for the follower, to be pushed or carried by the next reply; False where nobody is there."""
        found, now = _follower(connection, session_id), self._clock.now()
        if found is None or not rows.lock(connection, found.queue, now):
            return False
        row = {"queue_id": found.queue, "key": _PREFIX + key, "kind": rows.FIXED_TEXT, "session_id": session_id}
        row |= {"says": "", "length": 0, "region": None, "at": now, "delivered_at": now, "deliveries": 0}
        made = connection.execute(insert(messages).values(**row, state=rows.ANSWERED, released=True))
        part = {"message_id": made.inserted_primary_key[0], "state": rows.WAITING, "at": now, "told": False}
        for position, text in enumerate(texts):
            connection.execute(insert(parts).values(**part, until=now + _WAITS, position=position, text=text))
        return True

    def states(self, session_id: str) -> dict[str, str]:
        """What became of a person's words, by key: sent, sending, waiting, doubtful or lost."""
        query = select(messages.c.key, parts.c.state).join(messages, messages.c.id == parts.c.message_id)
        query = query.where(messages.c.session_id == session_id, messages.c.key.startswith(_PREFIX))
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                key, state = row.key.removeprefix(_PREFIX), _STATES[row.state]
                found[key] = min(state, found.get(key, state), key=_WORST.index)
        return found


def _follower(connection: Connection, session_id: str) -> Reached | None:
    query = select(queues.c.id, queues.c.openid).join(messages, messages.c.queue_id == queues.c.id)
    query = query.where(messages.c.session_id == session_id, queues.c.openid.is_not(None))
    row = connection.execute(query.order_by(messages.c.id.desc()).limit(1)).first()
    return None if row is None else Reached(row.id, row.openid)
