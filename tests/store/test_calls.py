"""Calls and their records on real SQLite."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.call_records import CallRecords, Said, Sentence, SentenceReusedError
from koujing.store.calls import CallEndedError, CallGoneError, Calls, CallTakenError
from tests.store.conftest import NOON, Time

ME, OTHER = 1, 2


@pytest.fixture
def calls(engine: Engine, clock: Clock) -> Calls:
    return Calls(engine, clock)


@pytest.fixture
def records(engine: Engine, clock: Clock) -> CallRecords:
    return CallRecords(engine, clock)


@pytest.fixture
def call(calls: Calls) -> str:
    return calls.open(ME, "huludao")


def heard(seq: int, text: str = "喂", speaker: str = "caller") -> Sentence:
    return Sentence(seq, speaker, text, NOON)


def test_a_call_is_kept_as_it_was_opened(calls: Calls, call: str) -> None:
    kept = calls.find(call)
    assert (kept.staff_id, kept.region, kept.sheet, kept.note, kept.revision) == (ME, "huludao", {}, "", 0)
    assert kept.opened_at == NOON
    assert kept.ended_at is None
    assert not kept.announced


def test_there_is_no_such_call(calls: Calls, records: CallRecords) -> None:
    for use in (
        lambda: calls.find("x"),
        lambda: calls.change("x", lambda _: None),
        lambda: calls.wrap_up("x", "answered"),
        lambda: calls.reopen("x"),
        lambda: calls.take("x", ME),
        lambda: records.save_note("x", 0, "甲"),
        lambda: records.hear("x", [heard(1)]),
        lambda: records.add_said("x", Said("R", "甲")),
    ):
        with pytest.raises(CallGoneError):
            use()
    assert calls.revision("x") == -1


def test_every_change_raises_the_revision(calls: Calls, records: CallRecords, call: str) -> None:
    seen = [calls.revision(call)]
    for change in (
        lambda: calls.change(call, lambda _: {"region": "guangzhou", "as_of": dt.date(2021, 9, 1)}),
        lambda: calls.add_turn(call, "m1", "问", None, [{"text": "答"}]),
        lambda: records.save_note(call, 0, "甲"),
        lambda: records.hear(call, [heard(1)]),
        lambda: records.add_said(call, Said("R", "甲")),
        lambda: records.take_back(call, 1),
        lambda: calls.wrap_up(call, "answered"),
    ):
        change()
        seen.append(calls.revision(call))
    assert seen == sorted(set(seen))
    assert calls.find(call).as_of == dt.date(2021, 9, 1)


def test_changes_at_once_come_one_after_another(calls: Calls, call: str) -> None:
    def one_more(_: int) -> None:
        calls.change(call, lambda seen: {"sheet": {"n": seen.sheet.get("n", 0) + 1}})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one_more, range(20)))
    assert calls.find(call).sheet == {"n": 20}


def test_a_question_is_kept_once(calls: Calls, call: str) -> None:
    calls.add_turn(call, "m1", "问", {"matter": "m"}, [{"text": "答"}])
    calls.add_turn(call, "m1", "问", None, [{"text": "又答"}])
    turn = calls.turn(call, "m1")
    assert turn is not None
    assert (turn.text, turn.picked, turn.replies) == ("问", {"matter": "m"}, [{"text": "答"}])
    assert calls.last_turn(call) == (turn, 1)
    assert calls.turns(call) == [turn]
    assert calls.last_turn(calls.open(ME, None)) == (None, 0)


def test_what_is_wrapped_up_stays_until_it_is_reopened(calls: Calls, call: str, time: Time) -> None:
    time.pass_(minutes=3)
    calls.wrap_up(call, "answered")
    kept = calls.find(call)
    assert kept.wrap_up == "answered"
    assert kept.ended_at == NOON + dt.timedelta(minutes=3)
    for use in (
        lambda: calls.change(call, lambda _: None),
        lambda: calls.add_turn(call, "m1", "问", None, []),
        lambda: calls.wrap_up(call, "cut"),
    ):
        with pytest.raises(CallEndedError):
            use()
    calls.reopen(call)
    assert calls.change(call, lambda _: {"region": None}).ended_at is None


def test_a_call_of_the_call_centre_waits_and_is_taken_once(calls: Calls) -> None:
    call = calls.announced("key", "4001")
    assert calls.announced("key", "4001") == call
    assert calls.announced("key", call) == call
    assert calls.announced("another key", "4001") != call
    assert next(each.id for each in calls.waiting()) == call
    calls.take(call, ME)
    calls.take(call, ME)
    with pytest.raises(CallTakenError):
        calls.take(call, OTHER)
    assert calls.find(call).announced
    assert call not in [each.id for each in calls.waiting()]
    assert [each.id for each in calls.mine(ME)] == [call]


def test_what_the_call_centre_calls_it_is_not_kept(calls: Calls, engine: Engine) -> None:
    call = calls.announced("key", "13800000000")
    with engine.connect() as connection:
        row: Any = connection.exec_driver_sql("select * from calls").one()
    assert call in row
    assert "13800000000" not in str(row)


def test_open_calls_stand_first(calls: Calls, time: Time) -> None:
    first = calls.open(ME, None)
    time.pass_(minutes=1)
    second = calls.open(ME, None)
    calls.wrap_up(second, "answered")
    calls.open(OTHER, None)
    assert [call.id for call in calls.mine(ME)] == [first, second]


def test_two_windows_lose_no_note(records: CallRecords, calls: Calls, call: str) -> None:
    first = records.save_note(call, 0, "问稳岗")
    assert (first.text, first.version) == ("问稳岗", 1)
    assert records.save_note(call, 1, "问稳岗\n28人").version == 2
    # This window still has the first version.
    both = records.save_note(call, 1, "问稳岗\n裁3人")
    assert both.text == "问稳岗\n28人\n裁3人"
    assert records.save_note(call, 3, both.text).version == 3
    assert calls.find(call).note == both.text
    assert [version for version, _, _ in records.note_versions(call)] == [3, 2, 1]


def test_a_note_may_be_written_after_the_wrap_up(records: CallRecords, calls: Calls, call: str) -> None:
    calls.wrap_up(call, "answered")
    assert records.save_note(call, 0, "晚到的一句").version == 1


def test_what_was_said_is_kept_once_a_receipt(records: CallRecords, call: str) -> None:
    ref = {"id": "huludao.x.y", "version": "1"}
    records.add_said(call, Said("R1", "可以。", "x", "y", (ref,)))
    records.add_said(call, Said("R1", "可以。", "x", "y", (ref,)))
    records.add_said(call, Said("R1", "可以。", deviates=True, worded="大概行", reason="plainer"))
    plainly, otherwise = records.said(call)
    assert (plainly.receipt, plainly.calibers, plainly.deviates) == ("R1", (ref,), False)
    assert (otherwise.worded, otherwise.reason, otherwise.deviates) == ("大概行", "plainer", True)
    assert records.take_back(call, otherwise.id)
    assert not records.take_back(call, otherwise.id)
    assert records.said(call) == [plainly]


def test_sentences_are_kept_once_by_their_numbers(records: CallRecords, call: str) -> None:
    assert [each.seq for each in records.hear(call, [heard(2), heard(1, "你好")])] == [1, 2]
    assert records.hear(call, [heard(1, "你好"), heard(3)]) == [heard(3)]
    with pytest.raises(SentenceReusedError):
        records.hear(call, [heard(4), heard(2, "另一句")])
    assert [each.seq for each in records.heard(call, 2)] == [2, 3]
