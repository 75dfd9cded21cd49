"""What a message finds in its conversation: read at once, on real databases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.arrivals import Arrival
from koujing.store.errors import MessageReusedError, SessionGoneError
from koujing.store.store import Store
from koujing.store.tables import sessions
from tests.store.test_store import REPLY

NOON = dt.datetime(2021, 9, 15, 4, tzinfo=dt.timezone.utc)
CLIENT = "web:demo"


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine, Clock(now=lambda: NOON))


def test_a_first_message_finds_nothing(store: Store) -> None:
    session = store.session(CLIENT, "s")
    assert store.arrive(session, "m1", "d") == store.arrive(session, None, "d") == Arrival()


def test_a_message_that_came_before_finds_its_replies(store: Store) -> None:
    session = store.session(CLIENT, "s")
    kept = store.record(session, "m1", "d", [REPLY])
    assert store.arrive(session, "m1", "d").before == kept == store.answered(session, "m1", "d")
    assert store.arrive(session, None, "d").before is None
    with pytest.raises(MessageReusedError):
        store.arrive(session, "m1", "other")


def test_it_finds_who_holds_the_conversation_and_what_they_were_told(store: Store) -> None:
    session = store.session(CLIENT, "s")
    store.record(session, "m1", "d", [REPLY])
    assert store.takeovers.claim(session, 1, "k")
    assert store.takeovers.hear(session, "m2", "d", "我们28个人", {"insured_count": 28})
    assert store.arrive(session, "m3", "d") == Arrival(held=True)
    store.takeovers.give_back(session, 1, "b")
    assert store.arrive(session, "m3", "d") == Arrival(learnt={"insured_count": 28})
    assert store.arrive(session, "m3", "d").learnt == store.takeovers.learnt(session)


def test_a_session_that_was_removed_is_told_before_anything_is_answered(store: Store, engine: Engine) -> None:
    session = store.session(CLIENT, "s")
    with engine.begin() as connection:
        connection.execute(delete(sessions))
    with pytest.raises(SessionGoneError):
        store.arrive(session, "m1", "d")
