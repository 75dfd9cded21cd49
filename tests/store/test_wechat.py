"""The decisions about a message and its answer, each made by one of those who race for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.wechat import Slot, WeChatStore
from koujing.store.wechat_rows import Arrival, Fitted, Piece
from tests.store.conftest import NOON, Time

CREATED = int(NOON.timestamp())


@pytest.fixture
def kept(engine: Engine, clock: Clock) -> WeChatStore:
    return WeChatStore(engine, clock, "wx1")


def arrival(key: str = "m:1", openid: str = "o1", **given: Any) -> Arrival:
    return Arrival(key, openid, "s1", "问", 1, None, given.pop("created", CREATED), **given)


def arrive(kept: WeChatStore, key: str = "m:1", *, push: bool = False, **given: Any) -> int:
    ticket = kept.arrive(arrival(key, **given), push=push)
    assert ticket is not None
    return ticket.message


def everything(pieces: Sequence[Piece], unsure: bool, hold: bool) -> Fitted | None:
    """All pieces in one reply."""
    texts = [piece.text for piece in pieces] + ["unsure"] * unsure + ["hold"] * hold
    return Fitted("|".join(texts).encode(), [piece.part for piece in pieces], unsure) if texts else None


def states(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT state FROM wechat_parts ORDER BY id").scalars())


def test_a_message_is_one_however_often_it_is_delivered(kept: WeChatStore) -> None:
    tickets = [kept.arrive(arrival(), push=False) for _ in range(3)]
    assert [ticket and ticket.deliveries for ticket in tickets] == [1, 2, 3]
    assert len({ticket and ticket.message for ticket in tickets}) == 1
    other = kept.arrive(arrival(openid="o2"), push=False)
    assert other is not None
    assert tickets[0] is not None
    assert other.message != tickets[0].message


def test_another_account_shares_nothing(kept: WeChatStore, engine: Engine, clock: Clock) -> None:
    other = WeChatStore(engine, clock, "wx2")
    arrive(kept)
    ticket = other.arrive(arrival(), push=False)
    assert ticket is not None
    assert ticket.deliveries == 1
    kept.forget("o1", CREATED)
    assert other.upkeep.counts()["pending"] == 1


def test_the_first_answer_is_kept(kept: WeChatStore, engine: Engine) -> None:
    message = arrive(kept)
    assert not kept.finish(message, ["一"], None)
    assert not kept.finish(message, ["别的", "还有"], None)
    assert kept.take(message, everything, push=False) == Slot("body", "一".encode())
    assert states(engine) == ["fixed"]


def test_of_finish_and_release_whoever_comes_first_decides(kept: WeChatStore) -> None:
    early, late = arrive(kept, "m:1"), arrive(kept, "m:2")
    assert not kept.finish(early, ["一"], None)
    assert kept.release(early, everything, push=True, hold=False) == Slot("body", "一".encode())
    assert kept.release(late, everything, push=True, hold=False) == Slot("empty")
    assert kept.finish(late, ["二"], None)
    # Its passive chances are over.
    assert kept.take(late, everything, push=True) == Slot("empty")


def test_whoever_races_for_a_reply_gets_the_same_bytes(kept: WeChatStore) -> None:
    message = arrive(kept)

    def race(n: int) -> Slot | bool:
        def fit(pieces: Sequence[Piece], _unsure: bool, hold: bool) -> Fitted:
            return Fitted(f"{n}{hold}".encode(), [piece.part for piece in pieces], told=False)

        match n % 4:
            case 0:
                return kept.finish(message, [f"答{n}"], None)
            case 1:
                return kept.release(message, fit, push=False, hold=True)
            case _:
                return kept.take(message, fit, push=False)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(race, range(32)))
    assert len({slot.body for slot in found if isinstance(slot, Slot) and slot.state == "body"}) == 1


def test_parts_are_claimed_by_one_process_one_at_a_time(kept: WeChatStore, engine: Engine) -> None:
    message = arrive(kept)
    kept.release(message, everything, push=True, hold=False)
    kept.finish(message, ["一", "二"], None)
    [queue] = kept.pushes.due()
    with ThreadPoolExecutor(8) as pool:
        claimed = [found for found in pool.map(lambda n: kept.pushes.claim(queue, str(n)), range(8)) if found]
    assert [sending.text for sending in claimed] == ["一"]
    assert states(engine) == ["sending", "waiting"]


def test_word_of_a_push_counts_only_from_who_claimed_it(kept: WeChatStore, engine: Engine) -> None:
    message = arrive(kept)
    kept.release(message, everything, push=True, hold=False)
    kept.finish(message, ["一"], None)
    [queue] = kept.pushes.due()
    sending = kept.pushes.claim(queue, "me")
    assert sending is not None
    kept.pushes.settle(sending, "another", "sent")
    assert states(engine) == ["sending"]
    kept.pushes.settle(sending, "me", "sent")
    assert states(engine) == ["sent"]


def test_a_refusal_does_not_stop_what_was_asked_since(kept: WeChatStore, time: Time) -> None:
    first = arrive(kept, "m:1")
    kept.release(first, everything, push=True, hold=False)
    kept.finish(first, ["一"], None)
    [queue] = kept.pushes.due()
    sending = kept.pushes.claim(queue, "me")
    assert sending is not None
    time.pass_(seconds=5)
    second = arrive(kept, "m:2", push=True)
    kept.release(second, everything, push=True, hold=False)
    kept.finish(second, ["二"], None)
    kept.pushes.settle(sending, "me", "refused")
    then = kept.pushes.claim(queue, "me")
    assert then is not None
    assert then.text == "二"


def test_word_of_a_reply_counts_only_for_the_newest_delivery(kept: WeChatStore, engine: Engine) -> None:
    message = arrive(kept)
    kept.finish(message, ["一"], None)
    kept.take(message, everything, push=False)
    kept.sent(message, 1)
    assert states(engine) == ["sent"]
    # Delivered again, so the first reply was not heard, whoever sent it.
    arrive(kept)
    assert states(engine) == ["fixed"]
    kept.sent(message, 1)
    assert states(engine) == ["fixed"]
    kept.sent(message, 2)
    assert states(engine) == ["sent"]


def test_a_reply_without_word_is_in_doubt_after_a_while(kept: WeChatStore, engine: Engine, time: Time) -> None:
    message = arrive(kept)
    kept.finish(message, ["一"], None)
    kept.take(message, everything, push=False)
    time.pass_(seconds=19)
    assert kept.upkeep.due() == []
    time.pass_(seconds=2)
    [queue] = kept.upkeep.due()
    kept.upkeep.tidy(queue)
    assert states(engine) == ["doubtful"]
    assert kept.upkeep.due() == []
    told = kept.pushes.claim(queue, "me")
    assert told is not None
    assert told.text is None
    assert kept.pushes.claim(queue, "me") is None
    # Word that comes late is word.
    kept.sent(message, 1)
    assert states(engine) == ["sent"]


def test_a_word_that_was_refused_stands_in_the_next_reply(kept: WeChatStore, engine: Engine, time: Time) -> None:
    message = arrive(kept)
    kept.finish(message, ["一"], None)
    kept.take(message, everything, push=True)
    time.pass_(seconds=21)
    [queue] = kept.upkeep.due()
    kept.upkeep.tidy(queue)
    told = kept.pushes.claim(queue, "me")
    assert told is not None
    kept.pushes.settle(told, "me", "refused")
    assert kept.pushes.due() == []
    second = arrive(kept, "m:2", push=True)
    kept.finish(second, ["二"], None)
    assert kept.take(second, everything, push=True).body == "二|unsure".encode()
    assert states(engine) == ["doubtful", "fixed"]


def test_a_call_without_word_is_in_doubt_after_a_minute(kept: WeChatStore, engine: Engine, time: Time) -> None:
    message = arrive(kept)
    kept.release(message, everything, push=True, hold=False)
    kept.finish(message, ["一"], None)
    [queue] = kept.pushes.due()
    sending = kept.pushes.claim(queue, "me")
    assert sending is not None
    time.pass_(seconds=61)
    kept.upkeep.tidy(queue)
    assert states(engine) == ["doubtful"]
    kept.pushes.settle(sending, "me", "sent")
    assert states(engine) == ["sent"]


def test_what_nobody_came_back_for_is_released(kept: WeChatStore, time: Time) -> None:
    answered, pending = arrive(kept, "m:1"), arrive(kept, "m:2")
    kept.finish(answered, ["一"], None)
    assert kept.upkeep.unanswered() == []
    time.pass_(seconds=21)
    assert [question.message for question in kept.upkeep.unanswered()] == [pending]
    [queue] = kept.upkeep.due()
    assert kept.pushes.due() == []
    kept.upkeep.tidy(queue)
    assert kept.pushes.due() == [queue]
    assert kept.finish(pending, ["二"], None)


def test_what_waits_too_long_is_given_up(kept: WeChatStore, engine: Engine, time: Time) -> None:
    message = arrive(kept)
    kept.release(message, everything, push=False, hold=True)
    kept.finish(message, ["一"], None)
    time.pass_(minutes=10, seconds=1)
    for queue in kept.upkeep.due():
        kept.upkeep.tidy(queue)
    assert states(engine) == ["expired"]
    again = arrive(kept, "m:2", again=True)
    assert kept.take(again, everything, push=False).body == "一".encode()


def test_a_short_word_is_a_turn_where_nothing_waits(kept: WeChatStore) -> None:
    for n, given in enumerate([{"fetch": True}, {"again": True}]):
        ticket = kept.arrive(arrival(f"m:{n}", f"o{n}", **given), push=False)
        assert ticket is not None
        assert [question.message for question in ticket.awaited] == [ticket.message]


def test_an_answer_on_its_way_by_push_is_not_fetched(kept: WeChatStore) -> None:
    message = arrive(kept)
    kept.release(message, everything, push=True, hold=False)
    kept.finish(message, ["一"], None)
    ticket = kept.arrive(arrival("m:2", fetch=True), push=True)
    assert ticket is not None
    assert len(ticket.awaited) == 1
    assert ticket.awaited[0].message == ticket.message


def test_a_follower_who_goes_leaves_nothing_but_a_digest(kept: WeChatStore, engine: Engine) -> None:
    message = arrive(kept, openid="oSomebody")
    kept.finish(message, ["一"], '[{"label": "甲"}]')
    kept.forget("oSomebody", CREATED + 3)
    with engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM wechat_queues").all()
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM wechat_messages").scalar() == 0
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM wechat_parts").scalar() == 0
    assert "oSomebody" not in str(row)
    assert kept.offers("oSomebody") is None
    assert kept.take(message, everything, push=True) == Slot("empty")
    assert not kept.finish(message, ["二"], None)
    kept.sent(message, 1)
    kept.forget("oNobody", CREATED)
    # What was written before comes late.
    assert kept.arrive(arrival(openid="oSomebody", created=CREATED + 3), push=True) is None
    assert kept.arrive(arrival(openid="oSomebody", created=CREATED + 4), push=True) is not None


def test_what_is_old_is_removed_and_what_is_new_stays(kept: WeChatStore, engine: Engine, time: Time) -> None:
    arrive(kept, openid="o1")
    kept.forget("o2", CREATED)
    time.pass_(hours=1)
    arrive(kept, openid="o3")
    kept.upkeep.expire(NOON + dt.timedelta(minutes=30))
    with engine.connect() as connection:
        assert list(connection.exec_driver_sql("SELECT openid FROM wechat_queues").scalars()) == ["o3"]
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM wechat_messages").scalar() == 1


def test_what_is_decided_stays_decided(kept: WeChatStore) -> None:
    replied, acknowledged = arrive(kept, "m:1"), arrive(kept, "m:2")
    kept.finish(replied, ["一"], None)
    for _ in range(2):
        assert kept.take(replied, everything, push=True).body == "一".encode()
        assert kept.release(replied, everything, push=False, hold=True).body == "一".encode()
    kept.release(acknowledged, everything, push=True, hold=False)
    kept.finish(acknowledged, ["二"], None)
    for _ in range(2):
        assert kept.take(acknowledged, everything, push=False) == Slot("empty")
        assert kept.release(acknowledged, everything, push=False, hold=True) == Slot("empty")


def test_the_rest_is_not_pushed_before_the_reply_with_the_first_part_is_out(kept: WeChatStore) -> None:
    def first(pieces: Sequence[Piece], _unsure: bool, _hold: bool) -> Fitted:
        return Fitted(pieces[0].text.encode(), [pieces[0].part], told=False)

    message = arrive(kept, push=True)
    kept.finish(message, ["一", "二"], None)
    kept.take(message, first, push=True)
    [queue] = kept.pushes.due()
    assert kept.pushes.claim(queue, "me") is None
    kept.sent(message, 1)
    then = kept.pushes.claim(queue, "me")
    assert then is not None
    assert then.text == "二"
