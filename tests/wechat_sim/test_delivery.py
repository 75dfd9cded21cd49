"""Three tries, the cut, late answers, retries that are the same again, and several desks behind a balancer."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from koujing.desk.wechat.account import Mode
from koujing.wechat_sim.delivery import Timing
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import FAULT, Via
from koujing.wechat_sim.serving import playing, serving
from tests.wechat_sim.conftest import ACCOUNT, PACE, Desk, in_mode, scene

pytestmark = pytest.mark.anyio
CUT = Timing().at(PACE).cut


@pytest.mark.parametrize("mode", Mode)
async def test_a_message_and_its_reply_in_every_mode(mode: Mode) -> None:
    async with scene(in_mode(mode)) as (desk, platform):
        desk.says("可以申领。]]><&\U0001f600")
        me = platform.follower()
        delivery = await me.say("失业补助金怎么领]]>")
        (came,) = desk.came
        assert (came["Content"], came["MsgId"]) == ("失业补助金怎么领]]>", delivery.key)
        assert (came["ToUserName"], came["FromUserName"]) == ("gh_simulated", me.openid)
        (shown,) = me.seen
        assert (shown.text, shown.via, shown.answers) == ("可以申领。]]><&\U0001f600", Via.PASSIVE, delivery.key)
        assert [one.ended for one in delivery.tries] == ["answered"]
        assert platform.faults == []


@pytest.mark.parametrize("mode", Mode)
async def test_what_is_visible_on_the_way(mode: Mode) -> None:
    async with scene(in_mode(mode)) as (desk, platform):
        await platform.follower().say("秘密")
        query, body = desk.requests[0]
        assert ("秘密".encode() in body) is (mode is not Mode.SAFE)
        assert (b"Encrypt" in body) is ("msg_signature" in query) is (query.get("encrypt_type") == "aes")
        assert (b"Encrypt" in body) is mode.encrypted


async def test_no_answer_in_time_is_three_tries_the_same_again_and_then_the_fault_notice() -> None:
    async with scene(in_mode(Mode.SAFE)) as (desk, platform):
        desk.says("太晚了", after=CUT * 1.5)
        me = platform.follower()
        delivery = await me.say("在吗")
        assert [one.ended for one in delivery.tries] == ["cut"] * 3
        assert all(CUT <= one.seconds < 2 * CUT for one in delivery.tries)
        assert desk.requests == [desk.requests[0]] * 3
        assert [(shown.via, shown.text) for shown in me.seen] == [(Via.FAULT, FAULT)]
        assert len(platform.faults) == 1
        await asyncio.sleep(CUT)
        assert len(me.seen) == 1, "a late answer appeared"


async def test_an_answer_to_the_third_try_is_shown(desk: Desk, platform: Platform) -> None:
    async def answer(fields: dict[str, Any]) -> bytes:
        await asyncio.sleep(0 if len(desk.came) == 3 else CUT * 1.5)
        return desk.text(fields, "等到了")

    desk.answer = answer
    me = platform.follower()
    delivery = await me.say("在吗")
    assert [one.ended for one in delivery.tries] == ["cut", "cut", "answered"]
    assert [shown.text for shown in me.seen] == ["等到了"]


@pytest.mark.parametrize("body", [b"success", b""])
async def test_success_or_nothing_shows_nothing_and_is_not_tried_again(
    desk: Desk, platform: Platform, body: bytes
) -> None:
    desk.gives(body)
    me = platform.follower()
    delivery = await me.say("在吗")
    assert (me.seen, platform.faults, len(delivery.tries)) == ([], [], 1)


async def test_another_status_is_tried_again_at_once(desk: Desk, platform: Platform) -> None:
    desk.gives(Response("", 500), Response("", 403), b"success")
    delivery = await platform.follower().say("在吗")
    assert [(one.ended, one.status) for one in delivery.tries] == [("status", 500), ("status", 403), ("answered", 200)]
    assert delivery.fault is None


async def test_a_desk_that_is_not_there() -> None:
    async with playing(ACCOUNT, "http://127.0.0.1:9/wechat", pace=PACE) as platform:
        me = platform.follower()
        delivery = await me.say("在吗")
        assert [one.ended for one in delivery.tries] == ["broken"] * 3
        assert [shown.via for shown in me.seen] == [Via.FAULT]
        with pytest.raises(httpx.ConnectError):
            await platform.verify()


async def test_several_desks_are_taken_in_turn_and_one_that_is_gone_is_passed_over() -> None:
    one, two = Desk(ACCOUNT), Desk(ACCOUNT)
    async with serving(one.app) as first, serving(two.app) as second:
        urls = [f"{first}/wechat", "http://127.0.0.1:9/wechat", f"{second}/wechat"]
        async with playing(ACCOUNT, urls, pace=PACE) as platform:
            me = platform.follower()
            for n in range(6):
                delivery = await me.say(str(n))
                assert len(delivery.tries) == 1
    assert (len(one.came), len(two.came)) == (2, 4)


async def test_messages_of_several_people_do_not_wait_for_each_other(desk: Desk, platform: Platform) -> None:
    desk.says("好", after=CUT / 2)
    people = [platform.follower() for _ in range(20)]
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(person.say("在吗") for person in people))
    assert asyncio.get_running_loop().time() - began < 10 * CUT
    assert [len(person.seen) for person in people] == [1] * 20


async def test_the_address_is_verified_by_its_echo(desk: Desk, platform: Platform) -> None:
    assert await platform.verify()
    platform.courier.urls = [platform.courier.urls[0] + "s"]
    assert not await platform.verify()
