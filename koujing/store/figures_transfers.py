"""What was passed on to a person (转人工): asked for, taken over, called back, made a ticket; and after which question.

Of one conversation all that happens within 24 hours of the first is one transfer. It belongs to the last question asked before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from koujing.clock import SHANGHAI
from koujing.store.figures import Figures, Scope, Turn
from koujing.store.tables import callbacks, sessions
from koujing.store.tables_calls import calls
from koujing.store.tables_figures import turns
from koujing.store.tables_takeovers import talk_lines
from koujing.store.turn_rows import SETTLED

__all__ = ["KINDS", "Passed", "Transfer", "Transfers"]

ASKED, TAKEN, CALLBACK, TICKET = "asked", "taken", "callback", "ticket"
KINDS = (ASKED, TAKEN, CALLBACK, TICKET)
_WRAP_UPS = {"ticket": TICKET, "callback": CALLBACK}
_CONSOLE = "console"


@dataclass(frozen=True)
class Transfer:
    """One transfer: when it began, in what ways, and the question before it where there was one within a day."""

    session_id: str
    at: dt.datetime
    kinds: frozenset[str]
    channel: str | None
    turn: Turn | None


@dataclass(frozen=True)
class Passed:
    """All of a scope. `lost` are the turns that would count as settled, had nothing been passed on after them."""

    transfers: Sequence[Transfer] = ()
    lost: Sequence[Turn] = ()


@dataclass(frozen=True)
class _Event:
    session_id: str
    at: dt.datetime
    kind: str


class Transfers:
    """Blocking, as the store is. Only reads."""

    def __init__(self, engine: Engine, figures: Figures) -> None:
        self._engine, self._figures = engine, figures

    def of(self, scope: Scope) -> Passed:
        """What was passed on, and what this takes from the settled questions."""
        begin = dt.datetime.combine(scope.first, dt.time(), SHANGHAI)
        end = dt.datetime.combine(scope.last + dt.timedelta(days=1), dt.time(), SHANGHAI)
        events = self._events(begin - SETTLED, end + SETTLED)
        by_session = _grouped(events)
        own = defaultdict[str, list[Turn]](list)
        for turn in self._figures.of_sessions(by_session):
            own[turn.session_id].append(turn)
        transfers: list[Transfer] = []
        lost: list[Turn] = []
        for session_id, mine in by_session.items():
            said = own[session_id]
            transfers += (one for one in _transfers(mine, said) if begin <= one.at < end and _within(scope, one))
            lost += (turn for turn in said if begin <= turn.at < end and scope.holds(turn) and _lost(turn, mine))
        return Passed(transfers, lost)

    def _events(self, begin: dt.datetime, end: dt.datetime) -> list[_Event]:
        with self._engine.connect() as connection:
            return sorted(
                [
                    *_rows(connection, turns.c.session_id, turns.c.at, ASKED, begin, end, turns.c.status == "handed_off"),
                    *_rows(connection, talk_lines.c.session_id, talk_lines.c.at, TAKEN, begin, end, talk_lines.c.kind == "taken"),
                    *_rows(connection, callbacks.c.session_id, callbacks.c.at, CALLBACK, begin, end),
                    *_calls(connection, begin, end),
                    *_tickets(connection, begin, end),
                ],
                key=lambda event: event.at,
            )  # fmt: skip


def _rows(
    connection: Connection, session_id: Any, at: Any, kind: str, begin: dt.datetime, end: dt.datetime, *where: Any
) -> Iterator[_Event]:
    query = select(session_id, at).where(at >= begin, at < end, session_id.isnot(None), *where)
    return (_Event(row[0], row[1], kind) for row in connection.execute(query).all())


def _calls(connection: Connection, begin: dt.datetime, end: dt.datetime) -> Iterator[_Event]:
    """Calls that ended with a ticket or a call back."""
    query = select(calls.c.id, calls.c.sheet, calls.c.ended_at, calls.c.wrap_up)
    query = query.where(calls.c.ended_at >= begin, calls.c.ended_at < end, calls.c.wrap_up.in_(_WRAP_UPS))
    rows = connection.execute(query).all()
    named = _sessions_of_calls(connection, [(row.id, row.sheet) for row in rows])
    for row in rows:
        for session_id in named[row.id]:
            yield _Event(session_id, row.ended_at, _WRAP_UPS[row.wrap_up])


def _tickets(connection: Connection, begin: dt.datetime, end: dt.datetime) -> Iterator[_Event]:
    """Tickets from a conversation or a call."""
    tickets = turns.metadata.tables.get("tickets")
    if tickets is None:
        return
    made = select(tickets.c.session_id, tickets.c.call_id, tickets.c.made_at)
    rows = connection.execute(made.where(tickets.c.made_at >= begin, tickets.c.made_at < end)).all()
    ids = [row.call_id for row in rows if row.call_id is not None]
    sheets = connection.execute(select(calls.c.id, calls.c.sheet).where(calls.c.id.in_(ids))).all() if ids else []
    named = _sessions_of_calls(connection, [(row.id, row.sheet) for row in sheets])
    for row in rows:
        for session_id in [row.session_id] if row.session_id else named.get(row.call_id, ()):
            yield _Event(session_id, row.made_at, TICKET)


def _sessions_of_calls(connection: Connection, of: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The last conversation that was held with the core for each call: the caller's facts may begin it anew."""
    digests: dict[str, str] = {}
    for id, sheet in of:
        begun = json.loads(sheet).get("round", 0)
        name = f"{id}.{begun}" if begun else id
        digests[hashlib.sha256(f"{_CONSOLE}\0{name}".encode()).hexdigest()] = id
    found: dict[str, list[str]] = {id: [] for id, _ in of}
    keys = sorted(digests)
    for n in range(0, len(keys), 500):
        query = select(sessions.c.id, sessions.c.name).where(
            sessions.c.client == _CONSOLE, sessions.c.name.in_(keys[n : n + 500])
        )
        for row in connection.execute(query):
            found[digests[row.name]].append(row.id)
    return found


def _grouped(events: Iterable[_Event]) -> dict[str, list[_Event]]:
    found: dict[str, list[_Event]] = {}
    for event in events:
        found.setdefault(event.session_id, []).append(event)
    return found


def _transfers(events: Sequence[_Event], said: Sequence[Turn]) -> Iterator[Transfer]:
    """The events of one session as transfers."""
    rest = list(events)
    while rest:
        begin = rest[0].at
        one = [event for event in rest if event.at <= begin + SETTLED]
        rest = rest[len(one) :]
        before = [turn for turn in said if begin - SETTLED <= turn.at <= begin and _about(turn)]
        channel = said[-1].channel if said else None
        yield Transfer(
            one[0].session_id, begin, frozenset(e.kind for e in one), channel, before[-1] if before else None
        )


def _about(turn: Turn) -> bool:
    """Whether a turn tells what somebody wanted."""
    return turn.question or turn.status == "clarifying"


def _lost(turn: Turn, events: Iterable[_Event]) -> bool:
    return turn.settled and any(turn.at <= event.at <= turn.at + SETTLED for event in events)


def _within(scope: Scope, transfer: Transfer) -> bool:
    if transfer.turn is not None:
        return scope.holds(transfer.turn)
    kind = (transfer.channel or "").partition(":")[0]
    return Scope(scope.first, scope.last, None, scope.regions, scope.matter, scope.clause).whole and (
        scope.channel is None or scope.channel == kind
    )
