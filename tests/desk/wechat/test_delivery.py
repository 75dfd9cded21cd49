"""What a follower sees of the answers, message by message."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from koujing.desk.wechat.offers import Offer
from tests.desk.wechat.delivering import PHRASES, Follower, PushFake, World, compose, never, run

HOLD, MORE, UNSURE = PHRASES["hold"], PHRASES["more"], PHRASES["unsure"]
LONG = "长" * 600


@pytest.mark.parametrize("push", [None, PushFake()])
def test_an_answer_in_time_comes_at_once_and_only_so(tmp_path: Path, push: PushFake | None) -> None:
    async def scenario(world: World) -> None:
        assert await Follower(world).say("问") == "答：问"
        await asyncio.sleep(700)
        await world.sweep()
        assert world.core.calls == 1

    run(tmp_path, scenario, push=push, seconds=lambda _: 4.0)
    assert push is None or push.shown == []


def test_with_the_api_a_slow_answer_is_acknowledged_and_pushed(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("问") is None
        assert asyncio.get_running_loop().time() == pytest.approx(4.3)
        await asyncio.sleep(10)
        await world.sweep()
        assert push.shown == ["答：问"]
        assert (world.core.calls, push.typed) == (1, 1)

    push = PushFake()
    run(tmp_path, scenario, push=push, seconds=lambda _: 9.0)


@pytest.mark.parametrize("seconds", [4.29, 4.3, 4.31])
def test_an_answer_at_the_moment_of_release_is_seen_once(tmp_path: Path, seconds: float) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        await follower.say("问")
        await asyncio.sleep(60)
        await world.sweep()
        assert [*follower.seen, *push.shown] == ["答：问"]

    push = PushFake()
    run(tmp_path, scenario, push=push, seconds=lambda _: seconds)


def test_a_late_delivery_gets_the_same_bytes(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        message = follower.message("问")
        first = await world.delivery.handle(message, compose, never)
        second = await world.another().handle(message, compose, never)
        assert first.body is not None
        assert first.body == second.body
        assert world.core.calls == 1

    run(tmp_path, scenario)


@pytest.mark.parametrize(("seconds", "took"), [(6.0, 6.0), (9.9, 10.0), (13.0, 13.0)])
def test_without_the_api_a_later_delivery_brings_the_answer(tmp_path: Path, seconds: float, took: float) -> None:
    async def scenario(world: World) -> None:
        assert await Follower(world).say("问") == "答：问"
        assert asyncio.get_running_loop().time() == pytest.approx(took)
        assert world.core.calls == 1

    run(tmp_path, scenario, seconds=lambda _: seconds)


def test_without_the_api_what_takes_longer_is_fetched(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("失业补助金") == HOLD
        assert await follower.say("1", fetch=True) == "您刚才问的“失业补助金”：\n答：失业补助金"
        assert asyncio.get_running_loop().time() == pytest.approx(18.0)
        # There is nothing left to fetch, so the word is a turn of the conversation.
        assert await follower.say("1", fetch=True) == HOLD
        assert [ask.text for ask in world.core.asked.values()] == ["失业补助金", "1"]

    run(tmp_path, scenario, seconds=lambda _: 18.0)


def test_the_hold_notice_is_the_same_for_whoever_delivers_again(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        message = Follower(world).message("问")
        await asyncio.sleep(9.5)
        # By its age the last delivery, whatever became of the others.
        first = await world.delivery.handle(message, compose, never)
        again = await world.delivery.handle(message, compose, never)
        assert first.body is not None
        assert HOLD in first.body.decode()
        assert again.body == first.body

    run(tmp_path, scenario, seconds=lambda _: 60.0)


def test_an_unfetched_answer_stands_before_the_next(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") == HOLD
        await asyncio.sleep(20)
        assert await follower.say("快") == "您刚才问的“慢”：\n答：慢\n\n答：快"

    run(tmp_path, scenario, seconds=lambda says: 20.0 if says == "慢" else 1.0)


def test_what_nobody_fetches_in_time_comes_only_when_asked_for(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") == HOLD
        await asyncio.sleep(700)
        await world.sweep()
        assert await follower.say("重看", again=True) == "您刚才问的“慢”：\n答：慢"

    run(tmp_path, scenario, seconds=lambda _: 20.0)


def test_a_long_answer_goes_on_when_asked(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("问") == f"一{LONG}\n\n{MORE}"
        assert await follower.say("继续", fetch=True) == f"二{LONG}\n\n{MORE}"
        assert await follower.say("继续", fetch=True) == f"三{LONG}"
        assert len(world.core.asked) == 1
        await follower.say("继续", fetch=True)
        assert len(world.core.asked) == 2

    run(tmp_path, scenario, texts=lambda _: [f"{n}{LONG}" for n in "一二三"])


def test_a_long_answer_is_pushed_part_by_part_behind_the_first(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("问") == f"一{LONG}"
        await asyncio.sleep(5)
        assert [text[0] for text in push.shown] == ["二", "三"]
        assert push.times[1] - push.times[0] >= 0.5

    push = PushFake()
    run(tmp_path, scenario, push=push, texts=lambda _: [f"{n}{LONG}" for n in "一二三"])


@pytest.mark.parametrize("api", [True, False])
def test_two_questions_within_a_second_are_both_answered(tmp_path: Path, api: bool) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        answers = [*await asyncio.gather(follower.say("甲"), follower.say("乙"))]
        await asyncio.sleep(30)
        if api:
            assert answers == [None, None]
            assert world.push is not None
            # In the order of the questions; the first is named, for another was asked since.
            assert world.push.shown == ["您刚才问的“甲”：\n答：甲", "答：乙"]
        else:
            assert answers == ["答：甲", "答：乙"]

    run(tmp_path, scenario, push=PushFake() if api else None, seconds=lambda says: {"甲": 8.0, "乙": 1.0}[says])


def test_a_platform_that_hung_up_is_not_spoken_to(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        message = follower.message("问")

        async def gone() -> bool:
            return asyncio.get_running_loop().time() >= 1

        handed = await world.delivery.handle(message, compose, gone)
        assert (handed.body, handed.ack) == (None, False)
        assert await follower.deliver(message) == "答：问"
        assert world.core.calls == 1

    run(tmp_path, scenario, seconds=lambda _: 2.0)


@pytest.mark.parametrize("api", [True, False])
def test_an_answer_that_nobody_came_back_for_takes_the_other_way(tmp_path: Path, api: bool) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        await asyncio.wait([asyncio.create_task(follower.once(follower.message("问")))], timeout=2)
        await world.restart()
        await asyncio.sleep(30)
        await world.sweep()
        await world.sweep()
        if world.push is None:
            assert await follower.say("在吗", fetch=True) == "您刚才问的“问”：\n答：问"
        else:
            assert world.push.shown == ["答：问"]
        assert len(world.core.asked) == 1

    run(tmp_path, scenario, push=PushFake() if api else None, seconds=lambda _: 3.0)


def test_fixed_words_are_not_asked_of_the_core(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("", parts=("欢迎",)) == "欢迎"
        message = follower.message("", parts=("您好",))
        first = await follower.once(message)
        second = await follower.once(message)
        assert first is not None
        assert second is not None
        assert first.body == second.body
        assert world.core.calls == 0

    run(tmp_path, scenario)


def test_offers_are_those_last_seen(tmp_path: Path) -> None:
    offers = (Offer("条件", "失业补助金的条件"),)

    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await world.delivery.offers(follower.openid) == ()
        await follower.say("快")
        world.core.offers = ()
        # Not shown yet, so its offers are not meant by anything typed.
        assert await follower.say("慢") == HOLD
        assert await world.delivery.offers(follower.openid) == offers
        await asyncio.sleep(5)
        assert PHRASES["earlier"][:4] in str(await follower.say("", parts=("看不了图片",)))
        assert await world.delivery.offers(follower.openid) == ()
        mine = (Offer("试试", "失业补助金"),)
        await follower.say("", parts=("欢迎",), offers=mine)
        assert await world.delivery.offers(follower.openid) == mine

    run(tmp_path, scenario, offers=offers, seconds=lambda says: 16.0 if says == "慢" else 0.0)


def test_a_core_that_is_down_for_a_moment_is_asked_again(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        assert await Follower(world).say("问") == "答：问"
        assert world.core.calls == 3

    run(tmp_path, scenario, down=2)


def test_a_core_that_stays_down_is_apologised_for_once(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("问") is None
        await asyncio.sleep(60)
        await world.sweep()
        assert push.shown == [PHRASES["sorry"]]
        # The same words anew are a new message.
        world.core.down = 0
        assert await follower.say("问") == "答：问"

    push = PushFake()
    run(tmp_path, scenario, push=push, down=1000)


def test_one_who_unsubscribes_is_left_alone(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        message = follower.message("问")
        deliveries = asyncio.create_task(follower.deliver(message))
        await asyncio.sleep(6)
        now = int(message.created + 6)
        await world.delivery.forget(follower.openid, now)
        assert await deliveries is None
        assert (world.rows("wechat_messages"), world.rows("wechat_parts")) == ([], [])
        calls = world.core.calls
        late = await world.delivery.handle(message, compose, never)
        assert late.ack
        await world.sweep()
        assert (world.core.calls, push.shown) == (calls, [])
        assert follower.openid not in str(world.rows("wechat_queues"))
        # Back again.
        await asyncio.sleep(5)
        assert await follower.say("回来了", parts=("欢迎",)) == "欢迎"

    push = PushFake(usable=False)
    run(tmp_path, scenario, push=push, seconds=lambda _: 12.0)


def test_counts_for_health(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("问") == HOLD
        assert await world.delivery.waiting() == {"pending": 1, "outbox": 0, "ambiguous": 0}
        await asyncio.sleep(20)
        assert await world.delivery.waiting() == {"pending": 0, "outbox": 1, "ambiguous": 0}
        await follower.deliver(follower.message("1", fetch=True), sent=False)
        await asyncio.sleep(30)
        await world.sweep()
        assert await world.delivery.waiting() == {"pending": 0, "outbox": 0, "ambiguous": 1}

    run(tmp_path, scenario, seconds=lambda _: 20.0)


def test_what_is_under_way_may_finish_at_the_end(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        async with world.delivery.running():
            assert await follower.say("问") is None
        assert push.shown == ["答：问"]

    push = PushFake()
    run(tmp_path, scenario, push=push, seconds=lambda _: 7.0)


def test_old_messages_are_removed(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        await Follower(world).say("问")
        async with world.another(keep_hours=0.5, sweep_seconds=60).running():
            await asyncio.sleep(4000)
        tables = ("wechat_messages", "wechat_parts", "wechat_queues")
        assert [world.rows(table) for table in tables] == [[], [], []]

    run(tmp_path, scenario)
