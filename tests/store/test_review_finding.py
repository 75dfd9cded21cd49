"""What somebody should look at is found once, with every reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.call_records import CallRecords, Said
from koujing.store.calls import Calls
from koujing.store.review_finding import Found, ReviewFinder, Wanted
from koujing.store.reviews import Filter, Reviews, Turn
from koujing.store.store import Store
from koujing.store.tables_takeovers import talk_lines
from tests.store.conftest import REPLY, Time

WANTED = Wanted(frozenset({"refused"}), frozenset({"abuse"}), 50, frozenset({"answered"}))


def reply(status: str, question: str, **given: Any) -> dict[str, Any]:
    return {**REPLY, "status": status, "question": question, "kind": None, **given}


@pytest.fixture
def reviews(engine: Engine, clock: Clock) -> Reviews:
    return Reviews(engine, clock)


@pytest.fixture
def finder(engine: Engine, clock: Clock) -> ReviewFinder:
    return ReviewFinder(engine, clock, WANTED)


def found(reviews: Reviews) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((turn.question, turn.reasons) for turn in reviews.find(Filter()))


def test_by_status_kind_and_reading(store: Store, session: str, finder: ReviewFinder, reviews: Reviews) -> None:
    store.readings.keep(session, "m4", {"share": 0.4, "topics": []})
    store.readings.keep(session, "m5", {"share": 0.55, "topics": []})
    for n, each in enumerate(
        [
            reply("refused", "听不懂"), reply("refused", "骂人", kind="abuse"), reply("answered", "好"),
            reply("smalltalk", "你好"), reply("answered", "像"), reply("answered", "还行"),
        ]
    ):  # fmt: skip
        store.record(session, f"m{n}", "d", [each])
    for _ in range(2):
        assert finder.look()
        assert found(reviews) == [("像", ("doubtful",)), ("听不懂", ("unanswered",))]


def test_what_comes_later_is_found_and_nothing_is_looked_at_for_ever(
    store: Store, session: str, finder: ReviewFinder, reviews: Reviews, time: Time
) -> None:
    seen: list[Found] = []
    finder._also = lambda _connection, each: seen.append(each)
    store.record(session, "m1", "d", [reply("refused", "先")])
    finder.look()
    time.pass_(hours=1)
    finder.look()
    store.record(session, "m2", "d", [reply("refused", "后")])
    seen.clear()
    finder.look()
    assert [each.message_id for each in seen] == ["m2"]
    assert len(found(reviews)) == 2


def test_more_than_one_batch(store: Store, session: str, finder: ReviewFinder, reviews: Reviews, time: Time) -> None:
    from koujing.store import review_finding

    review_finding._BATCH, before = 3, review_finding._BATCH
    try:
        for n in range(8):
            store.record(session, f"m{n}", "d", [reply("refused", f"问{n}")])
            time.pass_(minutes=1)
        assert not finder.look(3)
        assert finder.look()
    finally:
        review_finding._BATCH = before
    assert len(found(reviews)) == 8


def test_an_operator_who_answered_in_place_of_the_bot(
    store: Store, session: str, finder: ReviewFinder, reviews: Reviews, engine: Engine, time: Time, clock: Clock
) -> None:
    store.record(session, "m1", "d", [reply("answered", "没说清的")])
    store.record(session, "m2", "d", [reply("smalltalk", "谢谢")])
    time.pass_(minutes=1)
    line = {"session_id": session, "at": clock.now(), "kind": "operator", "staff_id": 1, "text": "是这样的"}
    with engine.begin() as connection:
        connection.execute(
            insert(talk_lines).values(
                **line, key="a", data=json.dumps({"ticket": "2021-000001"}, separators=(",", ":"))
            )
        )
    finder.look()
    assert found(reviews) == []
    with engine.begin() as connection:
        connection.execute(insert(talk_lines).values(**line, key="b", data="{}"))
    finder.look()
    assert found(reviews) == [("没说清的", ("corrected",))]


def test_calls(store: Store, finder: ReviewFinder, reviews: Reviews, engine: Engine, clock: Clock) -> None:
    """Of what the console asks only the questions of a call are turns, and what an operator worded otherwise."""
    calls, records = Calls(engine, clock), CallRecords(engine, clock)
    call = calls.open(1, None)
    session = store.session("console", call)
    asked = store.record(session, "m1", "d", [reply("refused", "电话里问的")])
    calls.add_turn(call, "m1", "电话里问的", None, asked, lambda _: None)
    core = store.record(session, "core.1", "d", [reply("refused", "系统自己算的")])
    finder.look()
    (turn,) = reviews.find(Filter())
    assert (turn.question, turn.channel, turn.call_id) == ("电话里问的", "call", call)
    records.add_said(call, Said(core[0]["receipt"], "口径", deviates=True, worded="我这样说", reason="plainer"))
    finder.look()
    assert found(reviews) == [("电话里问的", ("unanswered",)), ("系统自己算的", ("deviating",))]
    assert {each.call_id for each in reviews.find(Filter())} == {call}


def test_the_channel_of_other_systems(store: Store, finder: ReviewFinder, reviews: Reviews) -> None:
    store.record(store.session("hotline", "x"), "m1", "d", [reply("refused", "接口")])
    finder.look()
    (turn,) = reviews.find(Filter(channel="api"))
    assert isinstance(turn, Turn)
