"""The events of the website's conversations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import SHANGHAI, Clock
from koujing.store.database import open_database
from koujing.store.errors import MessageReusedError, SessionGoneError
from koujing.store.events import Events
from koujing.store.store import Store
from koujing.store.visits import Visits
from tests.store.conftest import NOON, REPLY, Time

SAID = {"text": "失业补助金怎么领", "says": "失业补助金怎么领", "length": 8, "region": "huludao"}


@pytest.fixture
def events(engine: Engine, clock: Clock) -> Events:
    return Events(engine, clock)


def test_a_message_waits_until_it_is_answered(events: Events, session: str, receipt: str) -> None:
    cursor = events.accept(session, "m1", "digest", SAID)
    waiting = events.pending(session)
    assert waiting is not None
    assert (waiting.message_id, waiting.at, waiting.data) == ("m1", NOON, SAID)
    events.answer(session, "m1", [receipt])
    assert events.pending(session) is None
    message, reply = events.after(session, 0, 10)
    assert (message.id, message.type, message.data, message.reply) == (cursor, "message", SAID, None)
    assert (reply.type, reply.message_id, reply.reply) == ("reply", "m1", {**REPLY, "receipt": receipt})
    assert reply.id > message.id
    assert reply.at.utcoffset() == SHANGHAI.utcoffset(None)


def test_a_message_sent_twice_is_there_once(events: Events, session: str, receipt: str) -> None:
    first = events.accept(session, "m1", "digest", SAID)
    assert events.accept(session, "m1", "digest", SAID) == first
    events.answer(session, "m1", [receipt])
    assert events.accept(session, "m1", "digest", SAID) == first
    assert events.pending(session) is None
    events.answer(session, "m1", [receipt])
    assert [event.type for event in events.after(session, 0, 10)] == ["message", "reply"]


def test_a_message_id_serves_one_message_of_a_session(events: Events, store: Store, session: str) -> None:
    events.accept(session, "m1", "digest", SAID)
    with pytest.raises(MessageReusedError):
        events.accept(session, "m1", "another", SAID)
    assert events.accept(store.session("web:demo", "other"), "m1", "another", SAID)


def test_many_send_the_same_message_at_once(events: Events, session: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        cursors = set(pool.map(lambda _: events.accept(session, "m1", "digest", SAID), range(40)))
    assert len(cursors) == 1
    assert len(events.after(session, 0, 100)) == 1


def test_a_message_that_failed_waits_again_when_it_is_sent_again(events: Events, session: str, receipt: str) -> None:
    first = events.accept(session, "m1", "digest", SAID)
    events.fail(session, "m1", {"code": "unavailable"})
    assert events.pending(session) is None
    assert events.accept(session, "m1", "digest", SAID) == first
    assert events.pending(session) is not None
    events.answer(session, "m1", [receipt])
    assert [event.type for event in events.after(session, 0, 10)] == ["message", "failed", "reply"]


def test_a_message_can_be_tried_again_by_its_id(events: Events, session: str) -> None:
    assert not events.again(session, "m1")
    events.accept(session, "m1", "digest", SAID)
    events.fail(session, "m1", {"code": "unavailable"})
    assert events.again(session, "m1")
    assert events.pending(session) is not None


def test_what_is_no_longer_pending_cannot_fail(events: Events, session: str, receipt: str) -> None:
    events.accept(session, "m1", "digest", SAID)
    events.answer(session, "m1", [receipt])
    events.fail(session, "m1", {"code": "unavailable"})
    assert [event.type for event in events.after(session, 0, 10)] == ["message", "reply"]


def test_messages_wait_in_their_order(events: Events, store: Store, session: str) -> None:
    other = store.session("web:demo", "other")
    events.accept(other, "o1", "d", SAID)
    for message_id in ("m1", "m2"):
        events.accept(session, message_id, "d", SAID)
    waiting = events.pending(session)
    assert waiting is not None
    assert waiting.message_id == "m1"
    assert events.pending_sessions() == [other, session]


def test_events_are_read_behind_a_cursor_and_up_to_a_number(events: Events, session: str) -> None:
    for text in "abc":
        events.notice(session, text)
    assert [event.data["text"] for event in events.after(session, 0, 2)] == ["a", "b"]
    last = events.after(session, 0, 2)[-1].id
    assert [event.data["text"] for event in events.after(session, last, 2)] == ["c"]
    assert events.after(session, last + 10, 2) == []


def test_who_has_something_new(events: Events, store: Store, session: str) -> None:
    other = store.session("web:demo", "other")
    events.notice(session, "a")
    before = events.latest()
    assert events.moved(before) == (before, frozenset())
    events.notice(other, "b")
    events.notice(session, "c")
    assert events.moved(before) == (events.latest(), {session, other})


def test_cursors_are_never_used_again(events: Events, engine: Engine, store: Store, session: str) -> None:
    events.notice(session, "a")
    last = events.latest()
    Visits(engine).remove(session)
    other = store.session("web:demo", "other")
    events.notice(other, "b")
    assert events.latest() > last


def test_a_removed_session_takes_nothing_more(events: Events, engine: Engine, session: str) -> None:
    events.accept(session, "m1", "digest", SAID)
    Visits(engine).remove(session)
    for act in (
        lambda: events.after(session, 0, 10),
        lambda: events.accept(session, "m2", "digest", SAID),
        lambda: events.answer(session, "m1", ["0123456789AB"]),
        lambda: events.fail(session, "m1", {}),
        lambda: events.notice(session, "a"),
    ):
        with pytest.raises(SessionGoneError):
            act()
    assert events.pending(session) is None


def test_a_reply_belongs_to_its_session_and_is_known_as_the_newest(
    events: Events, store: Store, session: str, receipt: str
) -> None:
    events.accept(session, "m1", "digest", SAID)
    events.answer(session, "m1", [receipt])
    assert events.receipt(session, receipt) == ({**REPLY, "receipt": receipt}, True)
    assert events.receipt(store.session("web:demo", "other"), receipt) is None
    [second] = store.record(session, "m2", "digest", [REPLY])
    events.accept(session, "m2", "digest", SAID)
    events.answer(session, "m2", [second["receipt"]])
    found = events.receipt(session, receipt)
    assert found is not None
    assert found[1] is False


def test_what_waits_survives_the_process(where: Path | str, time: Time) -> None:
    clock = Clock(now=lambda: time.now)
    first = open_database(where)
    session = Store(first, clock).session("web:demo", "name")
    Events(first, clock).accept(session, "m1", "digest", SAID)
    first.dispose()
    second = open_database(where)
    assert Events(second, clock).pending_sessions() == [session]
    second.dispose()


def test_the_bot_s_words_are_not_kept_twice(events: Events, session: str, receipt: str, engine: Engine) -> None:
    events.accept(session, "m1", "digest", SAID)
    events.answer(session, "m1", [receipt])
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM web_events").all()
    assert "可以申领" not in str(rows)
