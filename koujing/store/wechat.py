"""Messages of a 公众号 and what became of their answers: each asked once, each answer seen once, over processes and crashes.

Every transaction begins with a write to the follower's row in `wechat_queues`, so those on one follower come one after
another on any database, and each decision below is made by exactly one of those who race for it.

A message      | means                                           | goes on by
pending        | its answer is being worked on                   | finish → answered, failed (with the sorry text as its part)
not released   | its passive reply is still open                 | take, release, tidy (nobody came back) → released
body fixed     | decided byte for byte; every retry gets it      | sent → sent; tidy (no retry, no word) → lost
body sent, lost| it went out; nobody knows                       | delivered once more, so it was not heard → fixed
push_after     | the customer API refused for now                | that time; the follower's next message → null

A part         | means                                           | goes on by
waiting        | nobody carries it; released: it may go any way  | take → fixed; claim → sending; its time is up → expired
fixed          | it stands in the passive reply of `carrier`     | sent → sent; tidy, the process died → doubtful
sending        | `owner` is calling the customer API             | sent; refused → waiting; no word, or a minute → doubtful
sent           | it went out, for all we can know                | `carrier` is delivered once more → fixed
doubtful       | it may have been seen: never sent by itself     | told once (`told`) → again → waiting; late word → sent
dropped        | the platform says this follower is unreachable  |
expired        | nobody fetched it in time                       | again → waiting

The races: an answer that is finished at the moment of release is either seen by `release`, which hands it out, or finds the
message released and goes by push or outbox. Two handlers of one message: the first `take` fixes the bytes, the second returns
them. Two pushers: a follower's parts are claimed one at a time. Unsubscribing removes the rows; whoever comes later finds none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store import talk_rows
from koujing.store import wechat_rows as rows
from koujing.store import wechat_statements as statements
from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.tables import wechat_queues as queues
from koujing.store.wechat_asking import again, kind_of
from koujing.store.wechat_pushes import Pushes
from koujing.store.wechat_rows import Arrival, Fit, Handing, Piece, Ticket
from koujing.store.wechat_upkeep import Upkeep

__all__ = ["Slot", "WeChatStore"]


@dataclass(frozen=True)
class Slot:
    """A message's passive reply: still open, a body, or empty (acknowledge, say nothing)."""

    state: Handing
    body: bytes | None = None


_OPEN, _EMPTY = Slot("open"), Slot("empty")


class WeChatStore:
    """Blocking. Each method is one transaction. `pushes` and `upkeep` are the rest of it."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        appid: str,
        *,
        outbox_seconds: float = 600,
        settle_seconds: float = 20,
        sending_seconds: float = 60,
    ) -> None:
        self._engine, self._clock, self._appid = engine, clock, appid
        self._waits = dt.timedelta(seconds=outbox_seconds)
        sending = dt.timedelta(seconds=sending_seconds)
        self.pushes = Pushes(engine, clock, appid, sending)
        self.upkeep = Upkeep(engine, clock, appid, dt.timedelta(seconds=settle_seconds), sending)

    def arrive(self, arrival: Arrival, *, push: bool) -> Ticket | None:
        """Note a delivery of a message; None where the follower has unsubscribed since it was written.

        Args:
            push: the customer API can be used.
        """
        try:
            return self._arrive(arrival, push)
        except IntegrityError:
            # The follower's first two messages came at once, and the other was first.
            return self._arrive(arrival, push)

    def finish(self, message: int, texts: Sequence[str], offers: str | None, *, failed: bool = False) -> bool:
        """Keep the answer, unless there is one; whether it must find its way by itself, as the passive reply is over."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            row = rows.lock_by_message(connection, message, now)
            if row is None:
                return False
            if row.state == rows.PENDING:
                state = rows.FAILED if failed else rows.ANSWERED
                answer = {"the_message": message, "state": state, "offers": offers}
                connection.execute(statements.SET_MESSAGE, answer)
                # What the bot has to say is not said once a person has taken over.
                if not talk_rows.held(connection, row.session_id):
                    self._add_parts(connection, message, texts, now)
            return bool(row.released)

    def take(self, message: int, fit: Fit, *, push: bool) -> Slot:
        """Fix the passive reply if there is something to say; else it stays open."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            row = rows.lock_by_message(connection, message, now)
            decided = _decided(row)
            if decided is not None:
                return decided
            if self._unready(connection, row, now, push):
                return _OPEN
            return self._close(connection, row, fit, now, push=push, hold=False)

    def release(self, message: int, fit: Fit, *, push: bool, hold: bool) -> Slot:
        """As `take`; but what is not ready goes another way from here on: by push, or by the outbox.

        Args:
            hold: say so in the passive reply, where nothing else can be said.
        """
        now = self._clock.now()
        with self._engine.begin() as connection:
            row = rows.lock_by_message(connection, message, now)
            decided = _decided(row)
            if decided is not None:
                return decided
            if not self._unready(connection, row, now, push):
                return self._close(connection, row, fit, now, push=push, hold=False)
            if hold:
                return self._close(connection, row, fit, now, push=push, hold=True)
            _set_released(connection, row, now, push=push)
            return _EMPTY

    def sent(self, message: int, delivery: int) -> None:
        """Say that a passive reply went out in return for this delivery; the platform heard it unless it delivered again."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            row = rows.lock_by_message(connection, message, now)
            if row is not None and row.deliveries == delivery:
                _hand(connection, message, now, rows.HANDED_SENT, rows.SENT)

    def forget(self, openid: str, created: int) -> None:
        """Remove everything of a follower; messages written up to `created` are not taken in any more."""
        name = rows.queue_name(self._appid, openid)
        with self._engine.begin() as connection:
            mine = queues.c.appid == self._appid, queues.c.name == name
            gone = {"openid": None, "forgotten": created, "touched_at": self._clock.now()}
            if connection.execute(update(queues).where(*mine).values(**gone)).rowcount:
                queue = select(queues.c.id).where(*mine).scalar_subquery()
                connection.execute(delete(messages).where(messages.c.queue_id == queue))

    def offers(self, openid: str) -> str | None:
        """What the newest answer shown to a follower offers, as JSON."""
        with self._engine.connect() as connection:
            found = connection.execute(statements.OFFERS, self._named(openid)).scalar()
        return None if found is None else str(found)

    def _arrive(self, arrival: Arrival, push: bool) -> Ticket | None:
        now = self._clock.now()
        with self._engine.begin() as connection:
            queue = self._queue(connection, arrival, now)
            if queue is None:
                return None
            key = {"the_queue": queue, "the_key": arrival.key}
            known = connection.execute(statements.AGAIN_CAME, {**key, "delivered_at": now}).rowcount
            if not known:
                self._insert(connection, queue, arrival, now, push)
            row = connection.execute(statements.MESSAGE, key).one()
            if known and row.body is not None:
                # What went out before was not heard.
                _hand(connection, row.id, now, rows.HANDED_FIXED, rows.FIXED)
            awaited = rows.awaited(connection, queue) if row.kind == rows.FETCH else ()
            if row.state == rows.PENDING:
                awaited = (rows.question(row),)
            return Ticket(row.id, queue, row.deliveries, row.released, row.body, awaited)

    def _queue(self, connection: Connection, arrival: Arrival, now: dt.datetime) -> int | None:
        """The follower's row, locked, made where it is new; None where the message is of before the follower went."""
        mine = self._named(arrival.openid)
        if not connection.execute(statements.TOUCH_QUEUE, {**mine, "touched_at": now}).rowcount:
            made = insert(queues).values(appid=self._appid, name=mine["the_name"], openid=arrival.openid)
            return int(connection.execute(made.values(forgotten=None, touched_at=now)).inserted_primary_key[0])
        row = connection.execute(statements.QUEUE, mine).one()
        if row.openid is None:
            if arrival.created <= row.forgotten:
                return None
            connection.execute(update(queues).filter_by(id=row.id).values(openid=arrival.openid))
        return int(row.id)

    def _insert(self, connection: Connection, queue: int, arrival: Arrival, now: dt.datetime, push: bool) -> None:
        kind = kind_of(connection, queue, arrival, now, push=push)
        if kind == rows.AGAIN:
            again(connection, queue, now, now + self._waits)
        asked = {name: getattr(arrival, name) for name in ("key", "session_id", "says", "length", "region", "offers")}
        row = {**asked, "queue_id": queue, "kind": kind, "at": now, "delivered_at": now, "deliveries": 1}
        state = rows.PENDING if kind == rows.TURN else rows.ANSWERED
        made = connection.execute(statements.NEW_MESSAGE, {**row, "state": state, "released": False})
        if kind == rows.FIXED_TEXT:
            self._add_parts(connection, made.inserted_primary_key[0], arrival.parts or (), now)

    def _add_parts(self, connection: Connection, message: int, texts: Sequence[str], now: dt.datetime) -> None:
        row = {"message_id": message, "state": rows.WAITING, "at": now, "until": now + self._waits, "told": False}
        new = [{**row, "position": position, "text": text} for position, text in enumerate(texts)]
        if new:
            connection.execute(statements.NEW_PARTS, new)

    def _unready(self, connection: Connection, row: Any, now: dt.datetime, push: bool) -> bool:
        """Whether the answer that the message is about is still being worked on."""
        if row.kind == rows.FETCH:
            return not self._pieces(connection, row, now, push) and bool(rows.awaited(connection, row.queue_id))
        return bool(row.state == rows.PENDING)

    def _close(self, connection: Connection, row: Any, fit: Fit, now: dt.datetime, *, push: bool, hold: bool) -> Slot:
        pieces = self._pieces(connection, row, now, push)
        untold = {"the_queue": row.queue_id, "the_now": now}
        unsure = connection.execute(statements.UNTOLD, untold).first() is not None
        fitted = fit(pieces, unsure, hold)
        if fitted is None:
            _set_released(connection, row, now, push=push)
            return _EMPTY
        handed = {"body": fitted.body, "handed": rows.HANDED_FIXED, "handed_at": now}
        _set_released(connection, row, now, push=push, **handed)
        fixed = {"state": rows.FIXED, "at": now, "carrier": row.id, "owner": None}
        connection.execute(statements.PARTS, {"the_parts": list(fitted.carried), **fixed})
        left = [piece.part for piece in pieces if piece.part not in fitted.carried]
        if left:
            connection.execute(statements.PARTS, {"the_parts": left, "until": now + self._waits})
        if fitted.told:
            doubtful = rows.of_queue(row.queue_id), parts.c.state == rows.DOUBTFUL, parts.c.told.is_(False)
            connection.execute(update(parts).where(*doubtful).values(told=True))
        return Slot("body", fitted.body)

    def _pieces(self, connection: Connection, row: Any, now: dt.datetime, push: bool) -> list[Piece]:
        """What could be carried, in order: own parts, and older ones that nobody else is about to carry."""
        query = statements.pieces(push=push, turn=row.kind == rows.TURN)
        of_this = {"the_message": row.id, "the_queue": row.queue_id, "the_now": now}
        fetched = row.kind in (rows.FETCH, rows.AGAIN)
        return [
            Piece(each.id, each.message_id, each.position, each.text, each.says, each.message_id == row.id, fetched)
            for each in connection.execute(query, of_this)
        ]

    def _named(self, openid: str) -> dict[str, str]:
        return {"the_appid": self._appid, "the_name": rows.queue_name(self._appid, openid)}


def _hand(connection: Connection, message: int, now: dt.datetime, handed: str, state: str) -> None:
    """Note how far a passive reply and what it carries have come."""
    connection.execute(statements.SET_MESSAGE, {"the_message": message, "handed": handed, "handed_at": now})
    connection.execute(statements.CARRIED, {"the_message": message, "state": state, "at": now})


def _set_released(connection: Connection, row: Any, now: dt.datetime, *, push: bool, **values: Any) -> None:
    """End the passive chances of a message. The follower has just written, so what was refused may be pushed now."""
    connection.execute(statements.SET_MESSAGE, {"the_message": row.id, "released": True, **values})
    if push:
        connection.execute(statements.PUSH_AGAIN, {"the_queue": row.queue_id, "the_now": now})


def _decided(row: Any) -> Slot | None:
    """What became of a passive reply that is no longer open."""
    if row is None:
        return _EMPTY
    if row.body is not None:
        return Slot("body", row.body)
    return _EMPTY if row.released else None
