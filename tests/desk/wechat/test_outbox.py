"""What is pushed, what happens when it cannot be, and that nothing is sent twice whatever dies."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from koujing.desk.wechat import errors
from tests.desk.wechat.delivering import PHRASES, Follower, PushFake, World, run

HOLD, MORE, UNSURE = PHRASES["hold"], PHRASES["more"], PHRASES["unsure"]
LONG = "长" * 600


def three(says: str) -> list[str]:
    return [f"{n}{says}{LONG}" for n in "一二三"]


@pytest.mark.parametrize("error", [errors.QuotaError(), errors.CapabilityError(), errors.ContentError()])
def test_what_is_refused_comes_with_the_next_reply(tmp_path: Path, error: Exception) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(300)
        await world.sweep()
        assert push.shown == []
        assert await follower.say("快") == "您刚才问的“慢”：\n答：慢\n\n答：快"
        await world.sweep()
        assert push.shown == []

    push = PushFake(errors=[error])
    run(tmp_path, scenario, push=push, seconds=lambda says: 9.0 if says == "慢" else 0.0)


def test_what_does_not_fit_the_next_reply_is_pushed_behind_it(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(30)
        assert await follower.say("快") == f"您刚才问的“慢”：\n一慢{LONG}"
        await asyncio.sleep(30)
        assert [text.rstrip("长") for text in push.shown] == ["二慢", "三慢", "一快", "二快", "三快"]

    push = PushFake(errors=[errors.QuotaError()])
    run(tmp_path, scenario, push=push, texts=three, seconds=lambda says: 9.0 if says == "慢" else 0.0)


def test_nothing_behind_an_error_is_sent_before_it(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(60)
        assert [text[:1] for text in push.shown] == ["一"]
        # Without a word of the follower's there is no new chance.
        await world.sweep()
        assert await follower.say("好", fetch=True) == f"二慢{LONG}"
        await asyncio.sleep(5)
        assert [text[:1] for text in push.shown] == ["一", "三"]

    push = PushFake(errors=[None, errors.QuotaError()])
    run(tmp_path, scenario, push=push, texts=three, seconds=lambda _: 9.0)


def test_a_busy_platform_is_tried_again_at_once_and_later(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(30)
        assert (push.shown, len(push.errors)) == ([], 1)
        await world.sweep()
        assert push.shown == []
        await asyncio.sleep(60)
        await world.sweep()
        assert (push.shown, push.errors) == (["答：慢"], [])

    push = PushFake(errors=[errors.TransientError()] * 4)
    run(tmp_path, scenario, push=push, seconds=lambda _: 9.0)


def test_nothing_more_is_sent_to_one_who_cannot_be_reached(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(200)
        await world.sweep()
        assert push.shown == []
        assert await world.delivery.waiting() == {"pending": 0, "outbox": 0, "ambiguous": 0}

    push = PushFake(errors=[errors.RecipientError()])
    run(tmp_path, scenario, push=push, texts=three, seconds=lambda _: 9.0)


@pytest.mark.parametrize("error", [errors.UncertainError(), ValueError("not foreseen")])
def test_what_may_have_been_sent_is_not_sent_again_but_can_be_asked_for(tmp_path: Path, error: Exception) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(10)
        assert push.shown == []
        for _ in range(3):
            await asyncio.sleep(70)
            await world.sweep()
        assert push.shown == [UNSURE]
        assert await follower.say("重看", again=True) == "您刚才问的“慢”：\n答：慢"
        await asyncio.sleep(70)
        await world.sweep()
        assert push.shown == [UNSURE]

    push = PushFake(errors=[error])
    run(tmp_path, scenario, push=push, seconds=lambda _: 9.0)


@pytest.mark.parametrize("shown", [True, False])
def test_a_process_that_dies_in_a_call_leaves_it_in_doubt(tmp_path: Path, shown: bool) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(9.0 - 4.3 + (0.2 if shown else 0.05))
        if shown:
            # Sent, and dead before that was written down.
            with world.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE wechat_parts SET state = 'sending', owner = 'dead'")
        await world.restart()
        for _ in range(3):
            await asyncio.sleep(40)
            await world.sweep()
        assert push.shown == ["答：慢"] * shown + [UNSURE]
        assert await follower.say("没看到", again=True) == "您刚才问的“慢”：\n答：慢"

    push = PushFake()
    run(tmp_path, scenario, push=push, seconds=lambda _: 9.0)


def test_a_process_that_dies_between_two_parts_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        await asyncio.sleep(9.0 - 4.3 + 0.3)
        await world.restart()
        await world.sweep()
        assert [text[0] for text in push.shown] == ["一", "二", "三"]

    push = PushFake()
    run(tmp_path, scenario, push=push, texts=three, seconds=lambda _: 9.0)


@pytest.mark.parametrize("api", [True, False])
def test_a_reply_whose_way_nobody_knows_is_not_repeated_but_can_be_asked_for(tmp_path: Path, api: bool) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        await follower.deliver(follower.message("问"), sent=False)
        await world.restart()
        await world.sweep()
        assert push.shown == []
        await asyncio.sleep(10)
        await world.sweep()
        if api:
            assert push.shown == [UNSURE]
        else:
            assert await follower.say("快") == f"答：快\n\n{UNSURE}"
        assert await follower.say("重看", again=True) == "您刚才问的“问”：\n答：问"
        await asyncio.sleep(100)
        await world.sweep()
        assert push.shown == [UNSURE] * api

    push = PushFake()
    run(tmp_path, scenario, push=push if api else None)


def test_a_late_delivery_of_a_reply_taken_for_lost_brings_it_after_all(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        message = follower.message("问")
        await follower.deliver(message, sent=False)
        await asyncio.sleep(30)
        await world.delivery._sweeper.once()
        assert (await world.delivery.waiting())["ambiguous"] == 1
        await follower.deliver(message)
        assert (await world.delivery.waiting())["ambiguous"] == 0
        assert follower.seen == ["答：问"] * 2

    run(tmp_path, scenario)


def test_two_processes_push_an_answer_once(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        other = world.another()
        message = follower.message("慢")
        await asyncio.gather(follower.once(message), follower.once(message, other))
        await asyncio.sleep(30)
        await asyncio.gather(world.sweep(), other._sweeper.once())
        assert [text[0] for text in push.shown] == ["一", "二", "三"]
        assert len(world.core.asked) == 1

    push = PushFake()
    run(tmp_path, scenario, push=push, texts=three, seconds=lambda _: 9.0)


def test_an_account_that_loses_the_api_answers_with_the_next_message(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        assert await follower.say("慢") is None
        push.usable = False
        await asyncio.sleep(10)
        assert await follower.say("好", fetch=True) == "您刚才问的“慢”：\n答：慢"
        assert push.shown == []

    push = PushFake()
    run(tmp_path, scenario, push=push, seconds=lambda _: 9.0)


def test_a_typing_indicator_that_fails_hurts_nobody(tmp_path: Path) -> None:
    class Grumpy(PushFake):
        async def typing(self, _openid: str) -> None:
            self.typed += 1
            raise errors.CapabilityError

    async def scenario(world: World) -> None:
        assert await Follower(world).say("慢") is None
        await asyncio.sleep(10)
        assert (push.shown, push.typed) == (["答：慢"], 1)

    push = Grumpy()
    run(tmp_path, scenario, push=push, seconds=lambda _: 9.0)
