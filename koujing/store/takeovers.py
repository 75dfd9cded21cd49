"""Who holds a conversation, and what happens while a person does. Many operators, many processes, each step decided once.

A conversation | means                                        | goes on by
bot            | the bot answers                              | the citizen asks for a person → waiting; claim → held
waiting        | the citizen waits; the bot still answers     | claim → held
held           | a person answers, the bot is silent          | give_back → bot; pass_on → held; nobody acts → waiting

While it is held with nobody in `staff_id` an office is to take it. Where no operator did anything for half an hour it is
given up with the citizen's next message, so that nobody talks into silence.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store import talk_rows as rows
from koujing.store.errors import SessionGoneError, StoreError
from koujing.store.tables import messages
from koujing.store.tables_takeovers import talk_lines, talks

__all__ = ["AWAY", "LAPSE", "Also", "NotHolderError", "Takeovers"]

# Silent for so long, an operator may be replaced by another, and then by the bot.
AWAY = dt.timedelta(minutes=10)
LAPSE = dt.timedelta(minutes=30)

# What a channel writes in the same transaction: the message itself, or that answers on their way are stopped.
Also = Callable[[Connection], None]

# Of every message, so built once.
_TOLD = select(talks.c.told).where(talks.c.session_id == bindparam("session_id"), talks.c.state != rows.HELD)


class NotHolderError(StoreError):
    """Someone else holds the conversation, or nobody does."""


class Takeovers:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    # --- the citizen's side

    def held(self, session_id: str) -> bool:
        """Whether a person holds a conversation."""
        with self._engine.connect() as connection:
            return rows.held(connection, session_id)

    def hear(self, session_id: str, message_id: str, digest: str, text: str, facts: Mapping[str, Any]) -> bool:
        """Keep a message for the person who holds the conversation; False where nobody does, or nobody any more."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            rows.lock(connection, session_id)
            talk = self._talk(connection, session_id, now, rows.HELD)
            if talk is None:
                return False
            if talk.acted_at <= now - LAPSE:
                self._lapse(connection, session_id, now)
                return False
            news = {"said": text, "touched_at": now, "revision": talks.c.revision + 1}
            connection.execute(update(talks).filter_by(session_id=session_id).values(**news))
            if connection.execute(select(messages).filter_by(session_id=session_id, message_id=message_id)).first():
                return True
            heard = {"session_id": session_id, "message_id": message_id, "digest": digest, "answered_at": now}
            connection.execute(insert(messages).values(**heard))
            self._line(connection, session_id, "heard", None, message_id, text, {"facts": dict(facts)})
            return True

    def understood(self, session_id: str, message_id: str, facts: Mapping[str, Any]) -> None:
        """Add what a message kept before tells."""
        line = update(talk_lines).filter_by(session_id=session_id, kind="heard", key=message_id)
        with self._engine.begin() as connection:
            if connection.execute(line.values(data=_dump({"facts": dict(facts)}))).rowcount:
                rows.touch(connection, session_id, self._clock.now())

    def learnt(self, session_id: str) -> dict[str, Any]:
        """The facts told to a person that the bot does not know yet; none while a person holds the conversation."""
        with self._engine.connect() as connection:
            told = connection.execute(_TOLD, {"session_id": session_id}).scalar()
        return {} if told is None else dict(json.loads(told))

    def passed(self, session_id: str, facts: Mapping[str, Any]) -> None:
        """The bot knows these facts now."""
        known = update(talks).filter_by(session_id=session_id, told=_dump(dict(facts)))
        with self._engine.begin() as connection:
            connection.execute(known.values(told=None))

    # --- the operator's side

    def claim(self, session_id: str, staff_id: int, key: str, also: Also | None = None) -> bool:
        """Take a conversation over; of those who do so at once one gets it. True too where it is one's own already.

        Taken are those that nobody holds, and those whose holder has done nothing for ten minutes.

        Raises:
            SessionGoneError: the conversation was removed, or is none that can be taken over.
        """
        now = self._clock.now()
        free = or_(talks.c.state != rows.HELD, talks.c.staff_id.is_(None), talks.c.acted_at <= now - AWAY)
        mine = {"state": rows.HELD, "staff_id": staff_id, "office": None, "waiting_since": None, "why": None}
        with self._changing(session_id, now) as connection:
            before = connection.execute(select(talks).filter_by(session_id=session_id)).one()
            held_at = before.held_at if before.state == rows.HELD else now
            taking = update(talks).filter_by(session_id=session_id).where(free)
            if before.state == rows.HELD and before.staff_id == staff_id:
                return True
            if not connection.execute(taking.values(**mine, held_at=held_at, acted_at=now)).rowcount:
                return False
            self._line(connection, session_id, "taken", staff_id, key, "", {"from": before.state, "why": before.why})
            if also is not None and before.state != rows.HELD:
                also(connection)
            return True

    def say(self, session_id: str, staff_id: int, key: str, text: str, data: Mapping[str, Any], also: Also) -> bool:
        """Keep and hand out what an operator says; False where the same was sent before (`key`).

        Raises:
            NotHolderError, SessionGoneError.
        """
        with self._holding(session_id, staff_id) as connection:
            known = {"session_id": session_id, "kind": "operator", "key": key}
            if connection.execute(select(talk_lines.c.id).filter_by(**known)).first() is not None:
                return False
            self._line(connection, session_id, "operator", staff_id, key, text, data)
            also(connection)
            return True

    def give_back(self, session_id: str, staff_id: int, key: str, also: Also | None = None) -> None:
        """Let the bot answer again; it will be told the facts that were told to the person.

        Raises:
            NotHolderError, SessionGoneError.
        """
        with self._holding(session_id, staff_id) as connection:
            self._release(connection, session_id, {"state": rows.BOT, "why": None, "waiting_since": None})
            self._line(connection, session_id, "back", staff_id, key, "", {})
            if also is not None:
                also(connection)

    def pass_on(
        self,
        session_id: str,
        staff_id: int,
        key: str,
        *,
        colleague: int | None,
        office: str | None,
        name: str,
        reason: str,
    ) -> None:
        """Hand a conversation to a colleague, or to whoever of an office takes it; the bot stays silent.

        Raises:
            NotHolderError, SessionGoneError.
        """
        now = self._clock.now()
        waits = {"why": rows.TRANSFER, "waiting_since": now} if colleague is None else {}
        with self._holding(session_id, staff_id) as connection:
            given = update(talks).filter_by(session_id=session_id)
            connection.execute(given.values(staff_id=colleague, office=office, **waits))
            to = {"colleague": colleague, "office": office, "name": name}
            self._line(connection, session_id, "transferred", staff_id, key, reason, to)

    def note(self, session_id: str, staff_id: int, key: str, text: str) -> None:
        """Keep a note for colleagues, once.

        Raises:
            SessionGoneError: the conversation was removed.
        """
        with self._changing(session_id, self._clock.now()) as connection:
            known = {"session_id": session_id, "kind": "note", "key": key}
            if connection.execute(select(talk_lines.c.id).filter_by(**known)).first() is None:
                self._line(connection, session_id, "note", staff_id, key, text, {})

    # ---

    @contextmanager
    def _changing(self, session_id: str, now: dt.datetime) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            client = rows.lock(connection, session_id)
            if client is None:
                raise SessionGoneError(session_id)
            rows.touch(connection, session_id, now)
            taken = select(talks.c.session_id).filter_by(session_id=session_id).where(talks.c.channel != rows.API)
            if connection.execute(taken).first() is None:
                raise SessionGoneError(session_id)
            yield connection

    @contextmanager
    def _holding(self, session_id: str, staff_id: int) -> Iterator[Connection]:
        now = self._clock.now()
        with self._changing(session_id, now) as connection:
            mine = update(talks).filter_by(session_id=session_id, state=rows.HELD, staff_id=staff_id)
            if not connection.execute(mine.values(acted_at=now)).rowcount:
                raise NotHolderError(session_id)
            yield connection

    @staticmethod
    def _talk(connection: Connection, session_id: str, now: dt.datetime, state: str) -> Any:
        """The row where it is in this state; written to first, which locks it."""
        there = update(talks).filter_by(session_id=session_id, state=state)
        if not connection.execute(there.values(touched_at=now)).rowcount:
            return None
        return connection.execute(select(talks).filter_by(session_id=session_id)).one()

    def _lapse(self, connection: Connection, session_id: str, now: dt.datetime) -> None:
        self._release(connection, session_id, {"state": rows.WAITING, "why": rows.LAPSED, "waiting_since": now})
        self._line(connection, session_id, "back", None, now.isoformat(), "", {})

    @staticmethod
    def _release(connection: Connection, session_id: str, to: Mapping[str, Any]) -> None:
        talk = connection.execute(select(talks).filter_by(session_id=session_id)).one()
        since = select(talk_lines.c.data).filter_by(session_id=session_id, kind="heard")
        since = since.where(talk_lines.c.at >= talk.held_at).order_by(talk_lines.c.id)
        told = {} if talk.told is None else json.loads(talk.told)
        for data in connection.execute(since).scalars():
            told |= json.loads(data)["facts"]
        nobody = {"staff_id": None, "office": None, "held_at": None, "revision": talks.c.revision + 1}
        kept = {"told": _dump(told) if told else None}
        connection.execute(update(talks).filter_by(session_id=session_id).values(**nobody, **kept, **to))

    def _line(
        self,
        connection: Connection,
        session_id: str,
        kind: str,
        staff_id: int | None,
        key: str,
        text: str,
        data: Mapping[str, Any],
    ) -> None:
        row = {"session_id": session_id, "at": self._clock.now(), "kind": kind, "staff_id": staff_id, "key": key}
        connection.execute(insert(talk_lines).values(**row, text=text, data=_dump(data)))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
