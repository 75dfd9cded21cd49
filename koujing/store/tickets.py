"""Tickets (工单) opened and changed: each change against the version it was made for, each kept in the history.

Whoever changes a ticket names the version that they saw. Where somebody was faster nothing is changed, and they are told
what the ticket is now. What is said to the citizen is written in the same transaction as the change (`also`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store import talk_rows
from koujing.store.codes import new_receipt_code
from koujing.store.tables import callbacks
from koujing.store.tables_takeovers import talk_lines
from koujing.store.tables_tickets import ticket_events, ticket_numbers, tickets
from koujing.store.ticket_rows import (
    CallbackTakenError,
    Ticket,
    TicketChangedError,
    TicketStateError,
    the_ticket,
)
from koujing.store.ticket_states import ACTS

__all__ = ["Also", "Tickets", "add_line"]

# What is written in the same transaction: what a citizen is told.
Also = Callable[[Connection, Ticket], None]

_SYSTEM = frozenset({"delivered", "failed"})
# Their change is not told by a value: a number is not kept in the clear, the rest is told by others.
_UNTOLD = frozenset({"phone", "version", "touched_at", "counted_from", "delivery_key", "due_unsure", "closed_at"})


class Tickets:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock, new_code: Callable[[], str] = new_receipt_code) -> None:
        self._engine, self._clock, self._new_code = engine, clock, new_code

    def open(self, key: str, staff_id: int, fields: Mapping[str, Any], also: Also | None = None) -> int:
        """A new ticket; its id. The same form (`key`) sent twice opens one.

        Args:
            fields: columns of the table but those that are made here.
            also: writes what the citizen is told.

        Raises:
            CallbackTakenError: there is one of this callback request.
        """
        try:
            return self._open(key, staff_id, fields, also)
        except IntegrityError:
            # Two came at once: what the first one made is there now.
            return self._open(key, staff_id, fields, also)

    def _open(self, key: str, staff_id: int, fields: Mapping[str, Any], also: Also | None) -> int:
        now = self._clock.now()
        with self._engine.begin() as connection:
            known = connection.execute(select(tickets.c.id).filter_by(key=key)).scalar()
            if known is not None:
                return int(known)
            if fields.get("session_id") and talk_rows.lock(connection, fields["session_id"]) is None:
                fields = {**fields, "session_id": None}
            if fields.get("callback"):
                taken = connection.execute(select(tickets.c.id).filter_by(callback=fields["callback"])).scalar()
                if taken is not None:
                    raise CallbackTakenError(int(taken))
            state = "assigned" if fields.get("office") else "new"
            row = {"state": state, "counted_from": now, **fields, "key": key, "code": self._new_code()}
            row |= {"made_by": staff_id, "made_at": now, "touched_at": now, "version": 1}
            row |= {"year": now.year, "serial": _next(connection, now.year)}
            made = connection.execute(insert(tickets).values(row))
            ticket = the_ticket(connection, made.inserted_primary_key[0])
            self._event(connection, ticket.id, staff_id, "opened", key, "", {"state": [None, state]})
            if also is not None and ticket.session_id is not None:
                also(connection, ticket)
            return ticket.id

    def change(
        self,
        ticket_id: int,
        version: int,
        by: int | None,
        act: str,
        key: str,
        values: Mapping[str, Any],
        *,
        reason: str = "",
        also: Also | None = None,
    ) -> Ticket:
        """Do something with a ticket; as it is after. The same form (`key`) sent twice does it once.

        Args:
            version: that was seen.
            act: of `ACTS`, or delivered or failed, which the system tells.
            values: the columns that change.
            also: writes what the citizen is told; the conversation is locked.

        Raises:
            TicketGoneError, TicketStateError, TicketChangedError: nothing is changed.
        """
        with self._engine.begin() as connection:
            before = the_ticket(connection, ticket_id)
            if before.session_id is not None:
                talk_rows.lock(connection, before.session_id)
            if self._done(connection, ticket_id, key):
                return before
            raised = {"version": version + 1, "touched_at": self._clock.now()}
            seen = update(tickets).where(tickets.c.id == ticket_id, tickets.c.version == version)
            if not connection.execute(seen.values(**raised)).rowcount:
                # Of two that came at once the second waited for the row.
                if self._done(connection, ticket_id, key):
                    return the_ticket(connection, ticket_id)
                raise TicketChangedError(the_ticket(connection, ticket_id))
            before = the_ticket(connection, ticket_id)
            if act not in _SYSTEM and before.state not in ACTS[act].states:
                raise TicketStateError(before)
            if values:
                connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(**values))
            after = the_ticket(connection, ticket_id)
            self._event(connection, ticket_id, by, act, key, reason, _changes(before, after, values))
            if also is not None:
                also(connection, after)
            return after

    def note(self, ticket_id: int, staff_id: int, key: str, text: str, kind: str = "note") -> None:
        """Add a note, once; it changes nothing else and so needs no version.

        Raises:
            TicketGoneError: there is no such ticket.
        """
        with self._engine.begin() as connection:
            the_ticket(connection, ticket_id)
            if not self._done(connection, ticket_id, key):
                self._event(connection, ticket_id, staff_id, kind, key, text, {})

    def done(self, ticket_id: int, key: str) -> bool:
        """Whether a form (`key`) was done before."""
        with self._engine.connect() as connection:
            return self._done(connection, ticket_id, key)

    def phone(self, ticket_id: int) -> bytes | None:
        """The caller's number, encrypted; None where none was left, or the request to be called was taken back.

        Raises:
            TicketGoneError: there is no such ticket.
        """
        with self._engine.connect() as connection:
            the_ticket(connection, ticket_id)
            asked = tickets.outerjoin(callbacks, callbacks.c.code == tickets.c.callback)
            query = select(tickets.c.phone, callbacks.c.phone.label("left")).select_from(asked)
            row = connection.execute(query.where(tickets.c.id == ticket_id)).one()
        kept: bytes | None = row.phone or row.left
        return kept

    def _event(
        self,
        connection: Connection,
        ticket_id: int,
        by: int | None,
        kind: str,
        key: str,
        text: str,
        data: Mapping[str, Any],
    ) -> None:
        row = {"ticket_id": ticket_id, "at": self._clock.now(), "staff_id": by, "kind": kind, "key": key}
        connection.execute(insert(ticket_events).values(**row, text=text, data=_dump(data)))

    @staticmethod
    def _done(connection: Connection, ticket_id: int, key: str) -> bool:
        same = select(ticket_events.c.id).filter_by(ticket_id=ticket_id, key=key)
        return connection.execute(same).first() is not None


def add_line(
    connection: Connection, session_id: str, staff_id: int, key: str, text: str, at: dt.datetime, number: str
) -> None:
    """What a ticket says to a citizen, among the lines that operators see; in a transaction that locked the session."""
    row = {"session_id": session_id, "at": at, "kind": "operator", "staff_id": staff_id, "key": key, "text": text}
    connection.execute(insert(talk_lines).values(**row, data=_dump({"ticket": number})))
    talk_rows.touch(connection, session_id, at)


def _next(connection: Connection, year: int) -> int:
    """The next serial number; whoever asks at once waits for the row."""
    raised = update(ticket_numbers).filter_by(year=year).values(last=ticket_numbers.c.last + 1)
    if not connection.execute(raised).rowcount:
        connection.execute(insert(ticket_numbers).values(year=year, last=1))
    return int(connection.execute(select(ticket_numbers.c.last).filter_by(year=year)).scalar_one())


def _changes(before: Ticket, after: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    changed = {
        name: [getattr(before, name), getattr(after, name)]
        for name in values
        if name not in _UNTOLD and getattr(before, name) != getattr(after, name)
    }
    return {**changed, **({"phone": [before.phone, after.phone]} if "phone" in values else {})}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))
