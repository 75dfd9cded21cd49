"""Lists of tickets: by filter, in the order of what is owed, and what is due."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import SHANGHAI, Clock
from koujing.store.ticket_lists import Due, TicketLists, Wanted
from koujing.store.ticket_states import OPEN
from koujing.store.tickets import Tickets
from tests.store.conftest import Time
from tests.store.test_tickets import FIELDS, STAFF

TODAY = dt.date(2021, 9, 15)


@pytest.fixture
def lists(engine: Engine) -> TicketLists:
    return TicketLists(engine)


@pytest.fixture
def make(engine: Engine, clock: Clock) -> Any:
    tickets = Tickets(engine, clock)
    made: list[int] = []

    def open_one(**given: Any) -> int:
        made.append(tickets.open(f"key-{len(made)}", given.pop("by", STAFF), {**FIELDS, **given}))
        return made[-1]

    return open_one


def test_what_is_owed_stands_first_by_its_day(make: Any, lists: TicketLists) -> None:
    closed = make(state="closed", due_on=TODAY - dt.timedelta(9))
    late = make(due_on=TODAY - dt.timedelta(1))
    soon = make(due_on=TODAY)
    assert [each.id for each in lists.find(Wanted())] == [late, soon, closed]
    assert [each.id for each in lists.find(Wanted(), skip=1, most=1)] == [soon]
    assert lists.count(Wanted()) == 3
    assert lists.count(Wanted(states=OPEN)) == 2


def test_each_filter_leaves_what_fits(make: Any, lists: TicketLists, time: Time) -> None:
    one = make(office="a", staff_id=3, region="huludao", matter="internship_subsidy", title="100%见习")
    time.pass_(days=2)
    two = make(office="b", region="xingcheng", question="怎么领_补贴", due_on=TODAY - dt.timedelta(1))
    begin = dt.datetime(2021, 9, 16, tzinfo=SHANGHAI)
    for wanted, found in (
        (Wanted(office="a"), [one]),
        (Wanted(staff_id=3), [one]),
        (Wanted(regions={"huludao", "xingcheng"}), [two, one]),
        (Wanted(regions={"xingcheng"}), [two]),
        (Wanted(matter="internship_subsidy"), [one]),
        (Wanted(overdue_on=TODAY), [two]),
        (Wanted(text="0%"), [one]),
        (Wanted(text="领_补"), [two]),
        (Wanted(text="%"), [one]),
        (Wanted(text="2021-000002"), [two]),
        (Wanted(text="2021-2"), [two]),
        (Wanted(since=begin), [two]),
        (Wanted(until=begin), [one]),
        (Wanted(source="talk"), []),
        (Wanted(states=[]), []),
    ):
        assert [each.id for each in lists.find(wanted)] == found, wanted
        assert lists.count(wanted) == len(found)


def test_what_is_due_of_all_and_of_somebody(make: Any, lists: TicketLists) -> None:
    soon = TODAY + dt.timedelta(1)
    make(due_on=TODAY - dt.timedelta(1), staff_id=7, state="working", by=2)
    make(due_on=TODAY, office="a", by=2)
    make(due_on=soon, by=7)
    make(due_on=soon, office="b", staff_id=8, by=2)
    make(due_on=TODAY - dt.timedelta(1), state="replied")
    assert lists.due(TODAY, soon) == Due(1, 1, 2)
    assert lists.due(TODAY, soon, 7, "a") == Due(1, 1, 1)
    assert lists.due(TODAY, soon, 7) == Due(1, 0, 1)
    assert lists.due(TODAY, soon, 99) == Due(0, 0, 0)
    assert [each.due_on for each in lists.due_list(soon)] == [TODAY - dt.timedelta(1), TODAY, soon, soon]


def test_a_code_finds_its_ticket_as_people_type_it(make: Any, lists: TicketLists) -> None:
    made = make()
    code = lists.get(made).code
    found = lists.by_code(f" {code[:4].lower()}-{code[4:]}")
    assert found is not None
    assert found.id == made
    assert lists.by_code("") is None
    assert lists.by_code("没有") is None
