"""Tickets (工单) read: one of them with its history, lists by filter, what is due, and requests to be called back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Engine

from koujing.store.codes import normal_code
from koujing.store.tables import callbacks
from koujing.store.tables_staff import staff
from koujing.store.tables_tickets import ticket_events, tickets
from koujing.store.ticket_rows import Event, Ticket, read_ticket, the_ticket, ticket_query
from koujing.store.ticket_states import OPEN

__all__ = ["Due", "TicketLists", "Wanted", "Wish"]


@dataclass(frozen=True)
class Wanted:
    """What to look for; everything given must hold. `since` and `until` are of when it was opened, until excluded.

    `states` None is any; `mine` is a member of staff with their office: what is theirs to do, as `TicketLists.due` counts;
    `overdue_on` a day on which it is too late; `text` is looked for in the words and the number.
    """

    states: Collection[str] | None = None
    office: str | None = None
    staff_id: int | None = None
    mine: tuple[int, str | None] | None = None
    overdue_on: dt.date | None = None
    regions: Collection[str] | None = None
    matter: str | None = None
    source: str | None = None
    text: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    session_id: str | None = None


@dataclass(frozen=True)
class Due:
    """How many tickets still owe an answer by their day: too late, today, and until the next working day."""

    overdue: int
    today: int
    next: int


@dataclass(frozen=True)
class Wish:
    """A request to be called back; `ticket_id` of the ticket it led to."""

    code: str
    at: dt.datetime
    day_part: str
    note: str | None
    session_id: str | None
    ticket_id: int | None


class TicketLists:
    """Blocking. Only reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, ticket_id: int) -> Ticket:
        """One of them.

        Raises:
            TicketGoneError: there is none.
        """
        with self._engine.connect() as connection:
            return the_ticket(connection, ticket_id)

    def by_code(self, typed: str) -> Ticket | None:
        """The ticket with this code, as the person concerned types it."""
        code = normal_code(typed)
        found = self._list(tickets.c.code == code, most=1) if code else []
        return found[0] if found else None

    def find(self, wanted: Wanted, *, skip: int = 0, most: int = 30) -> list[Ticket]:
        """Those that fit: what is owed first by its day, then the rest, newest first."""
        order = case((tickets.c.state.in_(OPEN), 0), else_=1), case((tickets.c.state.in_(OPEN), tickets.c.due_on))
        query = ticket_query().where(*_conditions(wanted)).order_by(*order, tickets.c.id.desc())
        with self._engine.connect() as connection:
            return [read_ticket(row) for row in connection.execute(query.offset(skip).limit(most))]

    def count(self, wanted: Wanted) -> int:
        """How many fit."""
        query = select(func.count()).select_from(tickets).where(*_conditions(wanted))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def of_session(self, session_id: str) -> list[Ticket]:
        """Those of a conversation, newest first."""
        return self._list(tickets.c.session_id == session_id)

    def of_call(self, call_id: str) -> list[Ticket]:
        """Those of a call, newest first."""
        return self._list(tickets.c.call_id == call_id)

    def handed(self, most: int = 20) -> list[Ticket]:
        """Those whose reply is on its way."""
        return self._list(tickets.c.state == "undelivered", tickets.c.delivery == "handed", most=most)

    def regions(self) -> list[str]:
        """The regions that any is of."""
        query = select(tickets.c.region).where(tickets.c.region.is_not(None)).distinct().order_by(tickets.c.region)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def due(self, today: dt.date, soon: dt.date, staff_id: int | None = None, office: str | None = None) -> Due:
        """How many are due, of all or of somebody's: theirs, their office's that nobody has, their own unassigned ones.

        Args:
            today: the day it is.
            soon: the next working day.
        """
        day = tickets.c.due_on
        late, now, next_ = day < today, day == today, and_(day > today, day <= soon)
        sums = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in (late, now, next_)]
        query = select(*sums).select_from(tickets).where(tickets.c.state.in_(OPEN))
        if staff_id is not None:
            query = query.where(_mine(staff_id, office))
        with self._engine.connect() as connection:
            return Due(*(int(each) for each in connection.execute(query).one()))

    def due_list(self, soon: dt.date, most: int = 500) -> list[Ticket]:
        """Those due until a day, the most urgent first."""
        where = tickets.c.state.in_(OPEN), tickets.c.due_on <= soon
        query = ticket_query().where(*where).order_by(tickets.c.due_on, tickets.c.id).limit(most)
        with self._engine.connect() as connection:
            return [read_ticket(row) for row in connection.execute(query)]

    def history(self, ticket_id: int) -> list[Event]:
        """Everything that was done with a ticket, oldest first."""
        query = select(ticket_events, staff.c.display)
        query = query.select_from(ticket_events.outerjoin(staff, staff.c.id == ticket_events.c.staff_id))
        query = query.where(ticket_events.c.ticket_id == ticket_id).order_by(ticket_events.c.id)
        with self._engine.connect() as connection:
            return [
                Event(row.id, row.at, row.display, row.kind, row.text, _data(row.data))
                for row in connection.execute(query)
            ]

    def wishes(self, most: int = 200) -> list[Wish]:
        """Requests to be called back that led to no ticket yet, the oldest first."""
        return self._wishes(tickets.c.id.is_(None), most=most)

    def wish(self, code: str) -> Wish | None:
        """One of them, whether it led to a ticket or not."""
        found = self._wishes(callbacks.c.code == code, most=1)
        return found[0] if found else None

    def _wishes(self, *where: Any, most: int) -> list[Wish]:
        columns = [callbacks.c[name] for name in ("code", "at", "day_part", "note", "session_id")]
        joined = callbacks.outerjoin(tickets, tickets.c.callback == callbacks.c.code)
        query = select(*columns, tickets.c.id).select_from(joined).where(*where).order_by(callbacks.c.at).limit(most)
        with self._engine.connect() as connection:
            return [Wish(*row) for row in connection.execute(query)]

    def _list(self, *where: Any, most: int = 100) -> list[Ticket]:
        query = ticket_query().where(*where).order_by(tickets.c.id.desc()).limit(most)
        with self._engine.connect() as connection:
            return [read_ticket(row) for row in connection.execute(query)]


def _mine(staff_id: int, office: str | None) -> Any:
    conditions = [tickets.c.staff_id == staff_id]
    conditions.append(and_(tickets.c.made_by == staff_id, tickets.c.state.in_(("new", "returned"))))
    if office is not None:
        conditions.append(and_(tickets.c.office == office, tickets.c.staff_id.is_(None)))
    return or_(*conditions)


def _conditions(wanted: Wanted) -> list[Any]:
    plain = ("office", "staff_id", "matter", "source", "session_id")
    given = [(column, getattr(wanted, column)) for column in plain]
    found: list[Any] = [tickets.c[column] == value for column, value in given if value is not None]
    if wanted.mine is not None:
        found.append(_mine(*wanted.mine))
    if wanted.states is not None:
        found.append(tickets.c.state.in_(list(wanted.states)))
    if wanted.regions is not None:
        found.append(tickets.c.region.in_(list(wanted.regions)))
    if wanted.overdue_on is not None:
        found.append(and_(tickets.c.state.in_(OPEN), tickets.c.due_on < wanted.overdue_on))
    if wanted.text:
        fields = (tickets.c.title, tickets.c.question, tickets.c.reply)
        held = [field.contains(wanted.text, autoescape=True) for field in fields]
        found.append(or_(*held, _numbered(wanted.text)))
    if wanted.since is not None:
        found.append(tickets.c.made_at >= wanted.since)
    if wanted.until is not None:
        found.append(tickets.c.made_at < wanted.until)
    return found


def _numbered(text: str) -> Any:
    """Whether it is the ticket of this number, written in full or without its noughts."""
    year, _, serial = text.strip().partition("-")
    if not (year.isascii() and year.isdigit() and serial.isascii() and serial.isdigit() and len(text) < 20):
        return tickets.c.id.is_(None)
    return and_(tickets.c.year == int(year), tickets.c.serial == int(serial))


def _data(text: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(text)
    return data
