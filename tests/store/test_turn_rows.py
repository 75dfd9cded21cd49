"""What is kept of every reply for figures: what it counts as, and how that changes with what comes after it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.events import Events
from koujing.store.feedback import Feedback
from koujing.store.store import Store
from koujing.store.tables_figures import turn_clauses, turns
from koujing.store.visits import Visits
from tests.store.conftest import REPLY, Time


def reply(status: str = "answered", text: str = "可以申领。", **more: Any) -> dict[str, Any]:
    return {**REPLY, "status": status, "text": text, **more}


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(turns).order_by(turns.c.id)))


def outcomes(engine: Engine) -> list[str]:
    return [row.outcome for row in rows(engine)]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("determined", "settled"), ("listed", "settled"), ("quoted", "pointed"), ("referred", "pointed"),
        ("outside_scope", "abstained"), ("error", "abstained"), ("clarifying", "broken_off"), ("smalltalk", "none"),
        ("handed_off", "none"),
    ],
)  # fmt: skip
def test_what_a_reply_counts_as(store: Store, engine: Engine, session: str, status: str, outcome: str) -> None:
    store.record(session, "m1", "d", [reply(status)])
    assert outcomes(engine) == [outcome]


def test_a_reply_is_kept_without_its_words(store: Store, engine: Engine, session: str) -> None:
    cited = [{"clause": "hld-2021-2:1"}, {"clause": "hld-2021-2:1"}, {"clause": "hld-2021-2:2"}]
    [kept] = store.record(session, "m1", "d", [reply(matter="m", aspect="amount", region="huludao", citations=cited)])
    [row] = rows(engine)
    assert (row.receipt, row.session_id, row.channel) == (kept["receipt"], session, "web:demo")
    assert (row.matter, row.aspect, row.region, row.day, row.hour) == (
        "m",
        "amount",
        "huludao",
        dt.date(2021, 9, 15),
        12,
    )
    assert not any(REPLY["question"] in str(value) or REPLY["text"] in str(value) for value in row)
    with engine.connect() as connection:
        named = connection.execute(select(turn_clauses.c.clause)).scalars().all()
    assert sorted(named) == ["hld-2021-2:1", "hld-2021-2:2"]


@pytest.mark.parametrize(
    ("client", "channel"), [("wechat:wx1", "wechat:wx1"), ("console", "phone"), ("a digest", "api")]
)
def test_the_channel_is_the_client_s(store: Store, engine: Engine, client: str, channel: str) -> None:
    store.record(store.session(client, "x"), "m1", "d", [reply()])
    assert rows(engine)[0].channel == channel


def test_questions_back_are_counted_until_the_verdict(store: Store, engine: Engine, session: str) -> None:
    for n, status in enumerate(["clarifying", "clarifying", "determined", "answered"]):
        store.record(session, f"m{n}", "d", [reply(status, text=str(n))])
    assert [row.asked for row in rows(engine)] == [0, 1, 2, 0]
    assert outcomes(engine) == ["none", "none", "settled", "settled"]
    assert [row.last for row in rows(engine)] == [False, False, False, True]


def test_an_answer_given_again_within_a_day_did_not_settle(
    store: Store, engine: Engine, session: str, time: Time
) -> None:
    store.record(session, "m1", "d", [reply()])
    time.pass_(hours=23)
    store.record(session, "m2", "d", [reply(text="另一句")])
    store.record(session, "m3", "d", [reply()])
    time.pass_(hours=25)
    store.record(session, "m4", "d", [reply()])
    assert outcomes(engine) == ["repeated", "settled", "settled", "settled"]


def test_a_rating_counts_on_the_question_and_may_change(
    store: Store, engine: Engine, session: str, clock: Clock
) -> None:
    code = store.record(session, "m1", "d", [reply()])[0]["receipt"]
    feedback = Feedback(engine, clock)
    feedback.keep(session, code, useful=False, reason=None, note=None)
    assert (rows(engine)[0].useful, outcomes(engine)) == (False, ["disliked"])
    feedback.keep(session, code, useful=True, reason=None, note=None)
    assert (rows(engine)[0].useful, outcomes(engine)) == (True, ["settled"])


def test_the_time_an_answer_took_is_kept_for_the_website(
    store: Store, engine: Engine, session: str, clock: Clock, time: Time
) -> None:
    Events(engine, clock).accept(session, "m1", "d", {"text": "能领吗"})
    time.pass_(seconds=1.5)
    store.record(session, "m1", "d", [reply()])
    assert rows(engine)[0].took == 1500


def test_a_message_answered_twice_counts_once(store: Store, engine: Engine, session: str) -> None:
    store.record(session, "m1", "d", [reply()])
    store.record(session, "m1", "d", [reply()])
    assert len(rows(engine)) == 1


def test_a_cleared_conversation_is_still_counted(store: Store, engine: Engine, session: str) -> None:
    store.record(session, "m1", "d", [reply()])
    Visits(engine).remove(session)
    assert outcomes(engine) == ["settled"]
