"""What happened in the website's conversations, in order: messages, replies, failures, notices, an operator's words.

A reply's event keeps its receipt only; the reply itself is read from the receipts. Of a message that a person was shown in
place of the bot it is said so (`held`), so that nobody waits for an answer to it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store import talk_rows
from koujing.store.errors import MessageReusedError, SessionGoneError
from koujing.store.privacy import join
from koujing.store.tables import receipts, sessions, web_events

__all__ = ["Event", "Events", "Pending"]

_PENDING, _ANSWERED, _FAILED = "pending", "answered", "failed"


@dataclass(frozen=True)
class Event:
    """One thing that happened. `reply` is whole, with its private part, for an event of that type only."""

    id: int
    type: str
    at: dt.datetime
    message_id: str | None
    data: Mapping[str, Any]
    reply: dict[str, Any] | None = None


@dataclass(frozen=True)
class Pending:
    """A message that waits for its answer."""

    message_id: str
    at: dt.datetime
    data: Mapping[str, Any]


class Events:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def accept(self, session_id: str, message_id: str, digest: str, data: Mapping[str, Any]) -> int:
        """Keep a message as pending, once; its cursor. One that failed is pending again when it is sent again.

        Raises:
            MessageReusedError: the id was used for a message with another digest.
            SessionGoneError: the session was removed.
        """
        try:
            return self._accept(session_id, message_id, digest, data)
        except IntegrityError:
            # The same message came twice at once, and the other was first.
            return self._accept(session_id, message_id, digest, data)

    def again(self, session_id: str, message_id: str) -> bool:
        """Make a message that failed pending again; whether there is such a message, failed or not.

        Raises:
            SessionGoneError: the session was removed.
        """
        mine = {"session_id": session_id, "type": "message", "message_id": message_id}
        with self._writing(session_id) as connection:
            connection.execute(update(web_events).filter_by(**mine, state=_FAILED).values(state=_PENDING))
            return connection.execute(select(web_events.c.id).filter_by(**mine)).first() is not None

    def pending(self, session_id: str) -> Pending | None:
        """The oldest message of a session without an answer."""
        columns = web_events.c.message_id, web_events.c.at, web_events.c.data
        waiting = select(*columns).filter_by(session_id=session_id, state=_PENDING).order_by(web_events.c.id).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(waiting).first()
        return row and Pending(row.message_id, row.at, json.loads(row.data))

    def pending_sessions(self, before: dt.datetime | None = None) -> list[str]:
        """The sessions with a message that waits (since `before`), who waits longest first."""
        waiting = select(web_events.c.session_id).filter_by(state=_PENDING)
        if before is not None:
            waiting = waiting.where(web_events.c.at < before)
        waiting = waiting.group_by(web_events.c.session_id).order_by(func.min(web_events.c.id))
        with self._engine.connect() as connection:
            return list(connection.execute(waiting).scalars())

    def answer(self, session_id: str, message_id: str, codes: Iterable[str]) -> None:
        """Add the replies with these receipts, unless the message has them already or a person took over meanwhile.

        Raises:
            SessionGoneError: the session was removed.
        """
        with self._writing(session_id) as connection:
            if _set_state(connection, session_id, message_id, _ANSWERED):
                receipts_kept = list(codes)
                if not receipts_kept or talk_rows.held(connection, session_id):
                    self._add(connection, session_id, "held", message_id=message_id, position=0, data={})
                    return
                for position, code in enumerate(receipts_kept):
                    self._add(
                        connection, session_id, "reply", message_id=message_id, position=position, receipt=code, data={}
                    )

    def fail(self, session_id: str, message_id: str, data: Mapping[str, Any]) -> None:
        """Say that a message could not be answered, unless a person took over meanwhile.

        Raises:
            SessionGoneError: the session was removed.
        """
        with self._writing(session_id) as connection:
            if not _set_state(connection, session_id, message_id, _FAILED):
                return
            if talk_rows.held(connection, session_id):
                self._add(connection, session_id, "held", message_id=message_id, position=0, data={})
            else:
                self._add(connection, session_id, "failed", message_id=message_id, data=data)

    def notice(self, session_id: str, text: str) -> None:
        """Add a line of the system's own.

        Raises:
            SessionGoneError: the session was removed.
        """
        with self._writing(session_id) as connection:
            self.add_notice(connection, session_id, text)

    def add_notice(self, connection: Connection, session_id: str, text: str) -> None:
        """As `notice`, in a transaction that has locked the session."""
        self._add(connection, session_id, "notice", data={"text": text})

    def add_operator(self, connection: Connection, session_id: str, key: str, text: str, name: str) -> None:
        """Add what an operator says, in a transaction that has locked the session."""
        data = {"text": text, "name": name}
        self._add(connection, session_id, "operator", message_id=key, position=0, data=data)

    def after(self, session_id: str, cursor: int, most: int) -> list[Event]:
        """The events of a session behind a cursor, oldest first.

        Raises:
            SessionGoneError: the session was removed.
        """
        query = (
            select(web_events, receipts.c.reply, receipts.c.private)
            .select_from(web_events.outerjoin(receipts, web_events.c.receipt == receipts.c.code))
            .where(web_events.c.session_id == session_id, web_events.c.id > cursor)
            .order_by(web_events.c.id)
            .limit(most)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            if not rows:
                _check_there(connection, session_id)
        return [_event(row) for row in rows]

    def latest(self) -> int:
        """The cursor of the newest event of all sessions."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(web_events.c.id))).scalar() or 0)

    def moved(self, cursor: int) -> tuple[int, frozenset[str]]:
        """The newest cursor, and the sessions with events behind the one given."""
        newest = select(func.max(web_events.c.id), web_events.c.session_id).where(web_events.c.id > cursor)
        with self._engine.connect() as connection:
            rows = connection.execute(newest.group_by(web_events.c.session_id)).all()
        return max((row[0] for row in rows), default=cursor), frozenset(row[1] for row in rows)

    def receipt(self, session_id: str, code: str) -> tuple[dict[str, Any], bool] | None:
        """A reply of this session, and whether it belongs to the session's newest answer; None where it is not its."""
        query = select(receipts.c.reply, receipts.c.private, receipts.c.message_id)
        newest = select(web_events.c.message_id).filter_by(session_id=session_id, type="reply")
        with self._engine.connect() as connection:
            row = connection.execute(query.filter_by(session_id=session_id, code=code)).first()
            if row is None:
                return None
            last = connection.execute(newest.order_by(web_events.c.id.desc()).limit(1)).scalar()
        return join(json.loads(row.reply), json.loads(row.private)), last == row.message_id

    def _accept(self, session_id: str, message_id: str, digest: str, data: Mapping[str, Any]) -> int:
        query = select(web_events.c.id, web_events.c.digest, web_events.c.state)
        with self._writing(session_id) as connection:
            known = connection.execute(
                query.filter_by(session_id=session_id, type="message", message_id=message_id)
            ).first()
            if known is None:
                row = {"message_id": message_id, "position": 0, "state": _PENDING, "digest": digest}
                return self._add(connection, session_id, "message", data=data, **row)
            if known.digest != digest:
                raise MessageReusedError(message_id)
            if known.state == _FAILED:
                connection.execute(update(web_events).where(web_events.c.id == known.id).values(state=_PENDING))
            return int(known.id)

    @contextmanager
    def _writing(self, session_id: str) -> Iterator[Connection]:
        """A transaction on one session. Its row is locked, so that its events become visible in their order."""
        try:
            with self._engine.begin() as connection:
                _check_there(connection, session_id)
                yield connection
        except IntegrityError:
            # Where the database cannot lock the row, the session may have been removed in between.
            with self._engine.connect() as connection:
                _check_there(connection, session_id)
            raise

    def _add(
        self, connection: Connection, session_id: str, kind: str, *, data: Mapping[str, Any], **columns: Any
    ) -> int:
        row = {"session_id": session_id, "type": kind, "at": self._clock.now(), **columns}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return int(connection.execute(insert(web_events).values(**row, data=text)).inserted_primary_key[0])


def _check_there(connection: Connection, session_id: str) -> None:
    there = select(sessions.c.id).where(sessions.c.id == session_id).with_for_update()
    if connection.execute(there).first() is None:
        raise SessionGoneError(session_id)


def _set_state(connection: Connection, session_id: str, message_id: str, state: str) -> bool:
    """Whether the message was still pending."""
    message = {"session_id": session_id, "type": "message", "message_id": message_id}
    changed = connection.execute(update(web_events).filter_by(**message, state=_PENDING).values(state=state))
    return bool(changed.rowcount)


def _event(row: Any) -> Event:
    reply = None if row.reply is None else join(json.loads(row.reply), json.loads(row.private))
    return Event(row.id, row.type, row.at, row.message_id, json.loads(row.data), reply)
