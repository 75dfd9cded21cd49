"""Figures: what is counted, by what, and what is taken off because it was passed on to a person."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from koujing.clock import SHANGHAI, Clock
from koujing.store.callbacks import Callbacks
from koujing.store.calls import Calls
from koujing.store.figures import Counts, Figures, Scope
from koujing.store.figures_transfers import Passed, Transfers
from koujing.store.store import Store
from koujing.store.tables_calls import calls
from koujing.store.takeovers import Takeovers
from tests.store.conftest import REPLY, Time

DAY = dt.date(2021, 9, 15)
TODAY = Scope(DAY, DAY)


@pytest.fixture
def figures(engine: Engine) -> Figures:
    return Figures(engine)


@pytest.fixture
def transfers(engine: Engine, figures: Figures) -> Transfers:
    return Transfers(engine, figures)


class Asking:
    """Asks, each time other words unless given."""

    def __init__(self, store: Store) -> None:
        self.store, self.n = store, 0

    def __call__(self, session: str, status: str = "answered", clauses: tuple[str, ...] = (), **more: Any) -> str:
        self.n += 1
        given = {"matter": "refund", "region": "huludao", "text": f"第{self.n}次", **more}
        reply = {**REPLY, "status": status, "citations": [{"clause": clause} for clause in clauses], **given}
        return str(self.store.record(session, f"m{self.n}", "d", [reply])[0]["receipt"])


@pytest.fixture
def ask(store: Store) -> Asking:
    return Asking(store)


def total(figures: Figures, scope: Scope = TODAY) -> Counts:
    found = Counts()
    for counts in figures.by("channel", scope).values():
        found.add(counts)
    return found


def test_questions_are_counted_by_what_was_said(figures: Figures, store: Store, ask: Asking, session: str) -> None:
    other = store.session("wechat:wx1", "b")
    for status in ("determined", "answered", "referred", "outside_scope", "smalltalk", "clarifying"):
        ask(session, status)
    ask(other, "listed", matter="grant", region=None)
    counts = total(figures)
    assert (counts.questions, counts.concluded, counts.pointed, counts.abstained, counts.broken_off) == (6, 3, 1, 1, 1)
    assert counts.rate == pytest.approx(3 / 6)
    assert {id: c.questions for id, c in figures.by("matter", TODAY).items()} == {"refund": 5, "grant": 1}
    assert {id: c.questions for id, c in figures.by("region", TODAY).items()} == {"huludao": 5, None: 1}
    assert {id: c.questions for id, c in figures.by("day", TODAY).items()} == {DAY: 6}
    assert figures.sessions(TODAY) == {"web:demo": 1, "wechat:wx1": 1}
    assert figures.abstentions(TODAY) == {("outside_scope", None): 1, ("referred", None): 1}
    with pytest.raises(ValueError, match="colour"):
        figures.by("colour", TODAY)


def test_a_scope_narrows(figures: Figures, store: Store, ask: Asking, session: str, time: Time) -> None:
    ask(session, clauses=("a:1", "a:2"))
    ask(store.session("wechat:wx1", "b"), clauses=("a:2",), matter="grant", region="guangzhou")
    time.pass_(days=1)
    ask(session)
    assert total(figures).questions == 2
    assert total(figures, Scope(DAY, DAY + dt.timedelta(days=1))).questions == 3
    for narrowed, n in (
        (Scope(DAY, DAY, channel="web"), 1), (Scope(DAY, DAY, channel="we"), 0), (Scope(DAY, DAY, matter="grant"), 1),
        (Scope(DAY, DAY, regions=frozenset({"huludao", "xingcheng"})), 1), (Scope(DAY, DAY, clause="a:2"), 2),
        (Scope(DAY, DAY, clause="a:1"), 1),
    ):  # fmt: skip
        assert total(figures, narrowed).questions == n, narrowed
    assert {id: c.questions for id, c in figures.by("clause", TODAY).items()} == {"a:1": 1, "a:2": 2}
    assert Scope(DAY, DAY + dt.timedelta(days=2)).before == Scope(
        DAY - dt.timedelta(days=3), DAY - dt.timedelta(days=1)
    )


def test_days_and_hours_are_those_of_shanghai(figures: Figures, ask: Asking, session: str, time: Time) -> None:
    time.now = dt.datetime(2021, 9, 14, 16, 30, tzinfo=dt.timezone.utc)
    ask(session)
    assert figures.heat(TODAY) == {(DAY, 0): 1}
    assert figures.first_day() == DAY


def test_median_and_questions_back(figures: Figures, ask: Asking, session: str) -> None:
    assert figures.took(TODAY, 0.5) is None
    ask(session, "clarifying")
    ask(session, "determined")
    ask(session, "determined")
    assert figures.interviews(TODAY) == {0: 1, 1: 1}


def lost(passed: Passed) -> list[str | None]:
    return [turn.matter for turn in passed.lost]


def test_whoever_asks_for_a_person_within_a_day_was_not_helped(
    transfers: Transfers, ask: Asking, session: str, time: Time
) -> None:
    ask(session, matter="old")
    time.pass_(hours=25)
    ask(session, matter="new", clauses=("a:1",))
    ask(session, "handed_off", matter=None)
    scope = Scope(DAY, DAY + dt.timedelta(days=1))
    passed = transfers.of(scope)
    assert lost(passed) == ["new"]
    [one] = passed.transfers
    assert one.kinds == {"asked"}
    assert one.turn is not None
    assert (one.turn.matter, one.turn.clauses) == ("new", ("a:1",))
    assert transfers.of(Scope(DAY, DAY)) == Passed([], [])
    assert len(transfers.of(Scope(scope.first, scope.last, clause="a:1")).transfers) == 1
    assert transfers.of(Scope(scope.first, scope.last, clause="a:2")).transfers == []


def test_what_follows_within_a_day_is_one_transfer(
    engine: Engine, transfers: Transfers, ask: Asking, session: str, time: Time, clock: Clock
) -> None:
    ask(session)
    ask(session, "handed_off")
    time.pass_(minutes=5)
    assert Takeovers(engine, clock).claim(session, 1, "k")
    Callbacks(engine, clock).keep(session, "demo", b"x", note=None, day_part="any")
    Takeovers(engine, clock).give_back(session, 1, "b")
    time.pass_(days=2)
    ask(session, "handed_off")
    passed = transfers.of(Scope(DAY, DAY + dt.timedelta(days=9)))
    assert [one.kinds for one in passed.transfers] == [{"asked", "taken", "callback"}, {"asked"}]
    assert [one.turn is None for one in passed.transfers] == [False, True]
    assert len(passed.lost) == 1


def test_the_next_day_s_transfer_counts_against_the_last_evening(
    transfers: Transfers, ask: Asking, session: str, time: Time
) -> None:
    time.pass_(hours=11)
    ask(session)
    time.pass_(hours=3)
    ask(session, "handed_off")
    passed = transfers.of(TODAY)
    assert (len(passed.lost), len(passed.transfers)) == (1, 0)
    tomorrow = transfers.of(Scope(DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=1)))
    assert (len(tomorrow.lost), len(tomorrow.transfers)) == (0, 1)


def test_a_call_that_ended_with_a_ticket_is_passed_on(
    engine: Engine, transfers: Transfers, store: Store, ask: Asking, clock: Clock
) -> None:
    book = Calls(engine, clock)
    begun = [book.open(1, None) for _ in range(3)]
    with engine.begin() as connection:
        connection.execute(update(calls).where(calls.c.id == begun[1]).values(sheet=json.dumps({"round": 2})))
    for id, name in zip(begun, (begun[0], f"{begun[1]}.2", begun[2]), strict=True):
        ask(store.session("console", name), matter=id[:8])
    for id, how in zip(begun, ("ticket", "callback", "answered"), strict=True):
        book.wrap_up(id, how)
    passed = transfers.of(TODAY)
    assert sorted(one.kinds for one in passed.transfers) == sorted([{"ticket"}, {"callback"}])
    assert {turn.matter for turn in passed.lost} == {id[:8] for id in begun[:2]}


def test_a_ticket_from_a_conversation_is_a_transfer(
    engine: Engine, transfers: Transfers, ask: Asking, session: str, clock: Clock
) -> None:
    from koujing.store.tables_tickets import tickets

    ask(session)
    now = clock.now()
    known = {
        "year": 2021, "serial": 1, "code": "C", "key": "k", "source": "talk", "session_id": session, "title": "t",
        "question": "q", "kind": "question", "priority": "normal", "state": "new", "made_by": 1, "made_at": now,
        "counted_from": now, "due_on": DAY, "due_unsure": "", "version": 1, "touched_at": now,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(tickets).values({name: value for name, value in known.items() if name in tickets.c}))
    assert [one.kinds for one in transfers.of(TODAY).transfers] == [{"ticket"}]


def test_questions_are_listed_newest_first(figures: Figures, ask: Asking, session: str) -> None:
    codes = [ask(session) for _ in range(3)]
    first = figures.listed(TODAY, before=None, most=2)
    assert [turn.receipt for turn in first] == codes[:0:-1]
    assert [turn.receipt for turn in figures.listed(TODAY, before=first[-1].id, most=2)] == codes[:1]
    assert first[0].at.tzinfo == SHANGHAI
