"""A person on WeChat: the bot's words stop, a person's go by push within the quota, else with the next message."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from koujing.desk.holding import Holding, UnreachableError
from koujing.desk.request import Ask
from koujing.desk.wechat.errors import QuotaError
from koujing.desk.wechat.speaking import WeChatVoice
from koujing.store.store import Store
from koujing.store.wechat_speaking import WeChatSpeaking
from tests.desk.wechat.delivering import APPID, Follower, PushFake, World, run
from tests.desk.wechat.virtual import clock_of, directly

STAFF = 7


class Held:
    """A world whose follower can be taken over; the core in it is asked through the hold, as `Conversations` does."""

    def __init__(self, world: World, follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.follower = world, follower
        self.store = Store(world.engine, clock_of())
        self.session = self.store.session(f"wechat:{APPID}", follower.openid)
        self.speaking = WeChatSpeaking(world.engine, clock_of())
        pusher: Any = world.push
        self.voice = WeChatVoice(self.speaking, pusher, world.delivery.kick)
        monkeypatch.setattr("koujing.desk.holding.run_in_threadpool", directly)
        monkeypatch.setattr("koujing.desk.wechat.speaking.run_in_threadpool", directly)
        self.holding = Holding(self.store.takeovers, clock_of(), reader=_no_reader)
        self.holding.speaks("wechat", self.voice)
        answer = world.delivery._turns._answer

        async def held(session_id: str, ask: Ask) -> list[dict[str, Any]]:
            return (
                [] if await self.holding.hears(session_id, ask.message_id or "", ask) else await answer(session_id, ask)
            )

        world.delivery._turns._answer = held
        self.store.record(self.session, "m0", "d", [_reply()])

    async def say(self, text: str, **given: Any) -> str | None:
        return await self.follower.say(text, session_id=self.session, **given)

    async def take(self) -> None:
        assert await self.holding.take(self.session, f"wechat:{APPID}", STAFF, "take")

    async def speak(self, text: str, key: str = "k") -> None:
        await self.holding.say(self.session, f"wechat:{APPID}", STAFF, key, text, {})
        await asyncio.sleep(2)


def _no_reader() -> Any:
    raise AssertionError("facts are read elsewhere")


def _reply() -> dict[str, Any]:
    return {"question": "问", "facts": {}, "reasons": [], "status": "answered", "text": "答"}


def test_a_person_is_pushed_and_the_bot_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        assert await held.say("你好") == "答：你好"
        await held.take()
        assert await held.say("有人吗") is None
        await held.speak("在的")
        assert world.push is not None
        assert world.push.shown == ["【人工】在的"]
        assert world.core.calls == 1
        assert held.speaking.states(held.session) == {"k": "sent"}

    run(tmp_path, scenario, push=PushFake())


def test_no_answer_after_a_human_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RasaHQ/rasa-agent-bot-demo#12, for answers that are slow and for parts that still wait to be sent."""

    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        asking = asyncio.create_task(held.say("慢问题"))
        await asyncio.sleep(6)
        await held.take()
        assert await asking is None
        await asyncio.sleep(30)
        await world.sweep()
        assert world.push is not None
        assert world.push.shown == []

    run(tmp_path, scenario, push=PushFake(), seconds=lambda _: 9.0)


def test_parts_that_wait_for_the_follower_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        assert await held.say("长问题") is not None
        await held.take()
        assert await held.say("还有吗") is None

    # Without a customer API the second text waits for the follower's next message.
    run(tmp_path, scenario, texts=lambda says: ["一" * 600, f"其余：{says}"])


def test_no_typing_sign_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """chatwoot#9685: nothing is typed where a person answers in their own time."""

    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        await held.say("你好")
        await held.take()
        assert await held.say("有人吗") is None
        await asyncio.sleep(20)
        assert world.push is not None
        assert world.push.typed == 0

    run(tmp_path, scenario, push=PushFake())


def test_what_cannot_be_pushed_comes_with_the_next_message_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        await held.say("你好")
        await held.take()
        await held.speak("等您的材料")
        assert held.speaking.states(held.session) == {"k": "waiting"}
        await asyncio.sleep(900)
        assert await held.say("好的") == "【人工】等您的材料"
        assert await held.say("谢谢") is None
        assert held.speaking.states(held.session) == {"k": "sent"}

    run(tmp_path, scenario, push=PushFake(errors=[QuotaError("用完", 45047)]))


def test_handed_back_the_bot_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        await held.say("你好")
        await held.take()
        await held.holding.give_back(held.session, f"wechat:{APPID}", STAFF, "back")
        assert await held.say("再问") == "答：再问"

    run(tmp_path, scenario, push=PushFake())


def test_who_wrote_nothing_for_days_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(world: World) -> None:
        held = Held(world, Follower(world), monkeypatch)
        await held.take()
        with pytest.raises(UnreachableError, match="48小时"):
            await held.speak("您好")
        room = await held.voice.room(held.session)
        assert room is not None
        assert (room.left, room.states) == (0, {})

    run(tmp_path, scenario, push=PushFake())
