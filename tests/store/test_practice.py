"""Practice: past questions, rounds, what is chosen once, and how people do."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.practice import Practice, Question
from koujing.store.staff import StaffStore
from koujing.store.store import Store
from koujing.store.visits import Visits
from tests.store.conftest import REPLY, Time

ASKED = Question(
    "示例问题",
    "huludao",
    "refund",
    "amount",
    [{"label": "甲"}, {"label": "乙"}, {"label": "没有规定"}],
    1,
    {"text": "乙", "quotes": []},
)


@pytest.fixture
def practice(engine: Engine, clock: Clock) -> Practice:
    return Practice(engine, clock)


def record(store: Store, session: str, n: int, **more: Any) -> str:
    reply = {**REPLY, "status": "answered", "matter": "refund", "region": "huludao", **more}
    return str(store.record(session, f"m{n}", "d", [reply])[0]["receipt"])


def test_past_questions_are_those_that_one_caliber_answered(practice: Practice, store: Store, session: str) -> None:
    code = record(store, session, 1)
    two = [*REPLY["calibers"], {"id": "other", "version": "1"}]
    for n, more in enumerate(({"calibers": two}, {"calibers": []}, {"status": "determined"}, {"question": None}), 2):
        record(store, session, n, **more)
    record(store, session, 9, matter="grant", region=None)
    [grant, past] = practice.past(None, None, 100)
    assert (past.receipt, past.text, past.caliber) == (code, REPLY["question"], REPLY["calibers"][0]["id"])
    assert grant.region is None
    assert [each.matter for each in practice.past(None, "grant", 100)] == ["grant"]
    assert [each.matter for each in practice.past(frozenset({"huludao"}), None, 100)] == ["refund"]


def test_a_round_is_answered_question_by_question(practice: Practice, time: Time) -> None:
    id = practice.begin(7, "huludao", None, [ASKED, dataclasses.replace(ASKED, matter="grant", answer=2)])
    begun = practice.round(id, 7)
    assert begun is not None
    assert [each.position for each in begun.questions] == [1, 2]
    assert begun.next is not None
    assert begun.next.position == 1
    time.pass_(minutes=1)
    assert practice.answer(id, 7, 1, 1)
    assert not practice.answer(id, 7, 1, 0), "an answer is kept once"
    half = practice.round(id, 7)
    assert half is not None
    assert (half.asked, half.right, half.ended_at) == (1, 1, None)
    assert practice.answer(id, 7, 2, 0)
    done = practice.round(id, 7)
    assert done is not None
    assert (done.asked, done.right, done.next) == (2, 1, None)
    assert done.ended_at is not None
    assert practice.by_matter(7)["refund"].rate == 1
    assert practice.by_matter(7)["grant"].rate == 0
    [listed] = practice.rounds(7)
    assert (listed.right, listed.asked) == (1, 2)


@pytest.mark.parametrize(("staff_id", "position", "chosen"), [(8, 1, 1), (7, 3, 1), (7, 1, 3), (7, 1, -1)])
def test_nobody_answers_what_is_not_asked_of_them(
    practice: Practice, staff_id: int, position: int, chosen: int
) -> None:
    id = practice.begin(7, None, None, [ASKED])
    assert not practice.answer(id, staff_id, position, chosen)
    assert practice.round(id, 8) is None


def test_a_past_question_is_gone_with_its_conversation(
    practice: Practice, store: Store, session: str, engine: Engine
) -> None:
    code = record(store, session, 1)
    id = practice.begin(7, None, None, [dataclasses.replace(ASKED, receipt=code)])
    shown = practice.round(id, 7)
    assert shown is not None
    assert shown.questions[0].text == REPLY["question"]
    Visits(engine).remove(session)
    cleared = practice.round(id, 7)
    assert cleared is not None
    assert cleared.questions[0].text == "示例问题"


def test_everybody_s_results(practice: Practice, engine: Engine, clock: Clock, time: Time) -> None:
    staff = StaffStore(engine, clock)
    ids = []
    for name in ("wang", "li"):
        staff.add(name, name.title(), ["operator"], None, "hash")
        account = staff.named(name)
        assert account is not None
        ids.append(account.id)
        time.pass_(minutes=1)
        id = practice.begin(ids[-1], None, None, [ASKED, ASKED])
        practice.answer(id, ids[-1], 1, 1)
        if name == "li":
            practice.answer(id, ids[-1], 2, 0)
    (first, name, standing, own), (_, _, other, _) = practice.by_person()
    assert (first, name, standing.asked, standing.right, standing.rounds) == (ids[1], "Li", 2, 1, 1)
    assert (other.asked, other.right, other.rounds) == (1, 1, 0)
    assert own["refund"].rate == pytest.approx(0.5)
    assert practice.by_matter()["refund"].asked == 3
