"""Tickets: numbers, one form once, no change lost, what is said in the same transaction, and what is left of a person."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.callbacks import Callbacks
from koujing.store.tables import callbacks, sessions
from koujing.store.tables_takeovers import talk_lines
from koujing.store.ticket_lists import TicketLists
from koujing.store.ticket_rows import (
    CallbackTakenError,
    Ticket,
    TicketChangedError,
    TicketGoneError,
    TicketStateError,
)
from koujing.store.ticket_states import ACTS, DONE, OPEN, STATES
from koujing.store.tickets import Tickets, add_line
from tests.store.conftest import Time

STAFF = 1
FIELDS: dict[str, Any] = {
    "source": "manual",
    "title": "见习补贴",
    "question": "见习补贴怎么领",
    "kind": "question",
    "priority": "normal",
    "due_on": dt.date(2021, 9, 18),
    "due_unsure": "",
}


@pytest.fixture
def tickets(engine: Engine, clock: Clock) -> Tickets:
    return Tickets(engine, clock)


@pytest.fixture
def lists(engine: Engine) -> TicketLists:
    return TicketLists(engine)


def test_numbers_rise_within_a_year_and_begin_anew(tickets: Tickets, lists: TicketLists, time: Time) -> None:
    made = [tickets.open(f"key-{n}", STAFF, FIELDS) for n in range(2)]
    time.now = dt.datetime(2021, 12, 31, 16, tzinfo=dt.timezone.utc)  # midnight in Shanghai
    made.append(tickets.open("key-9", STAFF, FIELDS))
    assert [lists.get(each).number for each in made] == ["2021-000001", "2021-000002", "2022-000001"]


def test_many_at_once_get_numbers_of_their_own(tickets: Tickets, lists: TicketLists) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: tickets.open(f"key-{n}", STAFF, FIELDS), range(40)))
    assert sorted(lists.get(each).serial for each in made) == list(range(1, 41))


def test_a_form_sent_twice_opens_one(tickets: Tickets, lists: TicketLists) -> None:
    first = tickets.open("key", STAFF, FIELDS)
    assert tickets.open("key", STAFF, FIELDS) == first
    assert len(lists.history(first)) == 1


def test_a_later_form_does_not_overwrite_an_earlier_one(tickets: Tickets, lists: TicketLists) -> None:
    made = tickets.open("key", STAFF, FIELDS)
    tickets.change(made, 1, STAFF, "edit", "a", {"title": "一"})
    with pytest.raises(TicketChangedError) as found:
        tickets.change(made, 1, 2, "edit", "b", {"title": "二"})
    assert found.value.ticket.title == "一"
    assert found.value.ticket.version == 2
    # The same form again is no other change.
    assert tickets.change(made, 1, STAFF, "edit", "a", {"title": "一"}).title == "一"
    assert [event.data for event in lists.history(made)][1:] == [{"title": ["见习补贴", "一"]}]


def test_of_many_at_once_one_changes_it(tickets: Tickets, lists: TicketLists) -> None:
    made = tickets.open("key", STAFF, FIELDS)

    def edit(n: int) -> bool:
        try:
            tickets.change(made, 1, n, "edit", f"k{n}", {"title": str(n)})
        except TicketChangedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [n for n, done in enumerate(pool.map(edit, range(16))) if done]
    assert [lists.get(made).title] == [str(n) for n in won]


def test_what_a_state_does_not_allow_is_not_done(tickets: Tickets, lists: TicketLists) -> None:
    made = tickets.open("key", STAFF, FIELDS)
    with pytest.raises(TicketStateError):
        tickets.change(made, 1, STAFF, "close", "a", {"state": "closed"})
    assert lists.get(made).version == 1
    with pytest.raises(TicketGoneError):
        tickets.change(999, 1, STAFF, "edit", "b", {})


def test_the_states_hang_together() -> None:
    assert {state for act in ACTS.values() for state in act.states} <= set(STATES)
    assert {act.to for act in ACTS.values()} - {None} <= set(STATES)
    assert OPEN.isdisjoint(DONE)
    # Whatever state it is in, something can be done.
    assert all(any(state in act.states for act in ACTS.values()) for state in STATES)


def test_what_is_said_fails_together_with_the_change(tickets: Tickets, lists: TicketLists, session: str) -> None:
    made = tickets.open("key", STAFF, {**FIELDS, "session_id": session, "channel": "web:demo"})

    def fails(_connection: Connection, _ticket: Ticket) -> None:
        raise RuntimeError("not said")

    with pytest.raises(RuntimeError):
        tickets.change(made, 1, STAFF, "reply", "a", {"state": "replied"}, also=fails)
    assert (lists.get(made).state, lists.get(made).version) == ("new", 1)


def test_what_is_said_stands_among_the_lines_of_the_conversation(
    tickets: Tickets, engine: Engine, clock: Clock, session: str
) -> None:
    made = tickets.open("key", STAFF, {**FIELDS, "session_id": session, "channel": "web:demo"})

    def says(connection: Connection, ticket: Ticket) -> None:
        assert ticket.session_id is not None
        add_line(connection, ticket.session_id, STAFF, "k", "答复", clock.now(), ticket.number)

    tickets.change(made, 1, STAFF, "reply", "a", {"state": "replied", "reply": "答复"}, also=says)
    with engine.connect() as connection:
        assert [row.text for row in connection.execute(select(talk_lines))] == ["答复"]


def test_a_ticket_stays_without_the_conversation_that_was_cleared(
    tickets: Tickets, lists: TicketLists, engine: Engine, session: str
) -> None:
    made = tickets.open("key", STAFF, {**FIELDS, "session_id": session, "channel": "web:demo"})
    assert [each.id for each in lists.of_session(session)] == [made]
    with engine.begin() as connection:
        connection.execute(delete(sessions))
    assert lists.get(made).session_id is None
    assert tickets.change(made, 1, STAFF, "edit", "a", {"title": "一"}).title == "一"


def test_the_number_of_a_request_stays_with_the_request(
    tickets: Tickets, lists: TicketLists, engine: Engine, clock: Clock, session: str
) -> None:
    code, _ = Callbacks(engine, clock).keep(session, "demo", b"secret", note="下午打", day_part="any")
    assert [wish.code for wish in lists.wishes()] == [code]
    made = tickets.open("key", STAFF, {**FIELDS, "source": "callback", "callback": code})
    assert lists.wishes() == []
    assert tickets.phone(made) == b"secret"
    assert lists.get(made).phone
    with pytest.raises(CallbackTakenError) as found:
        tickets.open("other", STAFF, {**FIELDS, "callback": code})
    assert found.value.ticket_id == made
    with engine.begin() as connection:
        connection.execute(delete(callbacks))
    assert tickets.phone(made) is None
    assert not lists.get(made).phone


def test_the_history_tells_of_a_number_but_not_which(tickets: Tickets, lists: TicketLists) -> None:
    made = tickets.open("key", STAFF, {**FIELDS, "phone": b"secret"})
    tickets.change(made, 1, STAFF, "edit", "a", {"phone": b"other"})
    tickets.note(made, STAFF, "n", "打过了")
    tickets.note(made, STAFF, "n", "打过了")
    assert [(event.kind, event.text, dict(event.data)) for event in lists.history(made)] == [
        ("opened", "", {"state": [None, "new"]}),
        ("edit", "", {"phone": [True, True]}),
        ("note", "打过了", {}),
    ]
