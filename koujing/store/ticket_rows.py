"""A ticket (工单) as it is read, and the errors of changing one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from koujing.store.errors import StoreError
from koujing.store.tables import callbacks
from koujing.store.tables_staff import staff
from koujing.store.tables_tickets import tickets

__all__ = [
    "CallbackTakenError",
    "Event",
    "Ticket",
    "TicketChangedError",
    "TicketGoneError",
    "TicketStateError",
    "read_ticket",
    "the_ticket",
    "ticket_query",
]

_maker, _worker, _replier = staff.alias("maker"), staff.alias("worker"), staff.alias("replier")


@dataclass(frozen=True)
class Ticket:
    """One ticket. `maker`, `worker` and `replier` are names of staff; `phone` tells only whether a number is kept."""

    id: int
    year: int
    serial: int
    code: str
    source: str
    session_id: str | None
    channel: str | None
    call_id: str | None
    callback: str | None
    receipt: str | None
    title: str
    question: str
    region: str | None
    matter: str | None
    aspect: str | None
    clause: str | None
    kind: str
    priority: str
    office: str | None
    staff_id: int | None
    state: str
    made_by: int
    made_at: dt.datetime
    counted_from: dt.datetime
    due_on: dt.date
    due_unsure: str
    reply: str | None
    replied_by: int | None
    replied_at: dt.datetime | None
    delivery: str | None
    delivery_key: str | None
    delivery_note: str | None
    delivered_at: dt.datetime | None
    closed_at: dt.datetime | None
    version: int
    touched_at: dt.datetime
    maker: str | None
    worker: str | None
    replier: str | None
    phone: bool

    @property
    def number(self) -> str:
        """As people call it: 2026-000123."""
        return f"{self.year}-{self.serial:06d}"

    @property
    def unsure_years(self) -> tuple[int, ...]:
        """Years whose holidays were not known when its days were counted."""
        return tuple(int(year) for year in self.due_unsure.split(",") if year)


@dataclass(frozen=True)
class Event:
    """One thing done with a ticket; `by` is a name, `data` what changed: {field: [before, after]}."""

    id: int
    at: dt.datetime
    by: str | None
    kind: str
    text: str
    data: Mapping[str, Any]


class TicketGoneError(StoreError):
    """There is no such ticket."""


class TicketChangedError(StoreError):
    """Somebody changed the ticket meanwhile; `ticket` is as it is now."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        super().__init__(f"ticket {ticket.id} is at version {ticket.version}")


class TicketStateError(StoreError):
    """In the state that the ticket is in this cannot be done; `ticket` is as it is now."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        super().__init__(f"ticket {ticket.id} is {ticket.state}")


class CallbackTakenError(StoreError):
    """There is a ticket of this callback request already; `ticket_id` is its id."""

    def __init__(self, ticket_id: int) -> None:
        self.ticket_id = ticket_id
        super().__init__(f"ticket {ticket_id}")


_PLAIN = [column for column in tickets.c if column.name not in ("phone", "key")]
_FIELDS = [column.name for column in _PLAIN]
_JOINED = (
    tickets.outerjoin(_maker, _maker.c.id == tickets.c.made_by)
    .outerjoin(_worker, _worker.c.id == tickets.c.staff_id)
    .outerjoin(_replier, _replier.c.id == tickets.c.replied_by)
    .outerjoin(callbacks, callbacks.c.code == tickets.c.callback)
)


def ticket_query() -> Any:
    """A query of tickets that `read_ticket` reads."""
    phone = tickets.c.phone.is_not(None) | callbacks.c.phone.is_not(None)
    names = _maker.c.display.label("maker"), _worker.c.display.label("worker"), _replier.c.display.label("replier")
    return select(*_PLAIN, *names, phone.label("has_phone")).select_from(_JOINED)


def read_ticket(row: Any) -> Ticket:
    """A row of it."""
    given = {name: getattr(row, name) for name in _FIELDS}
    return Ticket(**given, maker=row.maker, worker=row.worker, replier=row.replier, phone=bool(row.has_phone))


def the_ticket(connection: Connection, ticket_id: int) -> Ticket:
    """One of them.

    Raises:
        TicketGoneError: there is none.
    """
    row = connection.execute(ticket_query().where(tickets.c.id == ticket_id)).first()
    if row is None:
        raise TicketGoneError(ticket_id)
    return read_ticket(row)
