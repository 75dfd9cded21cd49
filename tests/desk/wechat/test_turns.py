"""From a message to its answer, whoever waits for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from koujing.desk.request import Ask
from koujing.desk.wechat.turns import ask_for
from koujing.store.errors import SessionGoneError
from koujing.store.wechat_rows import Question
from tests.desk.wechat.delivering import PHRASES, Core, Follower, PushFake, World, compose, never, run


def test_one_who_hangs_up_stops_nothing(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower = Follower(world)
        message = follower.message("问")
        first = asyncio.create_task(world.delivery.handle(message, compose, never))
        await asyncio.sleep(1)
        first.cancel()
        assert await follower.deliver(message) == "答：问"
        assert (world.core.calls, asyncio.get_running_loop().time()) == (1, 3.0)

    run(tmp_path, scenario, seconds=lambda _: 3.0)


def test_questions_of_one_follower_are_asked_in_their_order(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        follower, other = Follower(world), Follower(world, openid="p" * 28)
        waiting = [asyncio.create_task(follower.say("甲")), asyncio.create_task(follower.say("乙"))]
        await asyncio.sleep(0.1)
        waiting.append(asyncio.create_task(other.say("丙")))
        await asyncio.gather(*waiting)
        # 甲 fails twice at first; 乙 must not overtake it, another follower need not wait.
        assert [ask.text for ask in world.core.asked.values()] == ["丙", "甲", "乙"]

    run(tmp_path, scenario, down=1)


def test_a_session_removed_meanwhile_leaves_nothing_to_say(tmp_path: Path) -> None:
    cleared = []

    class Gone(Core):
        async def __call__(self, session_id: str, ask: Ask) -> list[dict[str, Any]]:
            raise SessionGoneError(session_id)

    async def remember(session_id: str) -> None:
        cleared.append(session_id)

    async def scenario(world: World) -> None:
        world.core = Gone()
        world.delivery = world.another(cleared=remember)
        follower = Follower(world)
        assert await follower.say("问") is None
        await asyncio.sleep(60)
        await world.sweep()
        assert push.shown == []
        assert cleared == [f"s-{follower.openid}"]

    push = PushFake()
    run(tmp_path, scenario, push=push)


def test_a_core_that_fails_unforeseen_is_apologised_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: str) -> list[str]:
        raise ValueError("not foreseen")

    async def scenario(world: World) -> None:
        assert await Follower(world).say("问") == PHRASES["sorry"]

    run(tmp_path, scenario, texts=fail)
    assert "could not be answered" in caplog.text


def test_where_a_person_answers_nothing_is_said(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        assert await Follower(world).say("问") is None
        await asyncio.sleep(60)
        await world.sweep()
        assert (push.shown, push.typed) == ([], 0)

    push = PushFake()
    run(tmp_path, scenario, push=push, texts=lambda _: [])


def test_a_long_key_becomes_an_id_that_the_core_takes() -> None:
    question = Question(1, 1, "e:" + "x" * 126, "s", "问", 1, "huludao")
    ask = ask_for(question)
    assert ask.message_id is not None
    assert len(ask.message_id) == 64
    assert (ask.text, ask.length, ask.region) == ("问", 1, "huludao")
    assert ask_for(Question(1, 1, "m:24", "s", "问", 1, None)).message_id == "m:24"
