"""What a follower can do, what the desk is told of it, and what waits for whom."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from koujing.wechat_sim.follower import CannotError
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.quotas import Trigger
from koujing.wechat_sim.screen import Link, Via
from koujing.wechat_sim.xml import write
from tests.wechat_sim.conftest import Desk, scene

pytestmark = pytest.mark.anyio
OPTION = f'<a href="weixin://bizmsgmenu?msgmenucontent={quote("办理条件")}&msgmenuid=1">条件</a>'
PAGE = '<a href="https://x/r/1">全文</a>'


def told(desk: Desk) -> dict[str, Any]:
    """What the newest callback says, without what each has."""
    every = {"ToUserName", "FromUserName", "CreateTime", "MsgId"}
    return {name: value for name, value in desk.came[-1].items() if name not in every}


async def test_what_the_desk_is_told(desk: Desk, platform: Platform) -> None:
    me = platform.follower(following=False)
    event = {"MsgType": "event", "EventKey": ""}
    await me.follow()
    assert told(desk) == {**event, "Event": "subscribe"}
    await me.say("您好")
    assert told(desk) == {"MsgType": "text", "Content": "您好"}
    await me.voice("公司28个人")
    assert (told(desk)["MsgType"], told(desk)["Recognition"]) == ("voice", "公司28个人")
    await me.voice(None)
    assert "Recognition" not in told(desk)
    await me.picture()
    assert told(desk).keys() == {"MsgType", "PicUrl", "MediaId"}
    await me.video("shortvideo")
    assert told(desk)["MsgType"] == "shortvideo"
    await me.share("https://x")
    assert (told(desk)["MsgType"], told(desk)["Url"]) == ("link", "https://x")
    await me.locate("辽宁省葫芦岛市")
    assert told(desk).keys() == {"MsgType", "Location_X", "Location_Y", "Scale", "Label"}
    await me.scan("kj_1")
    assert (told(desk)["Event"], told(desk)["EventKey"]) == ("SCAN", "kj_1")
    await me.click("refund")
    assert told(desk) == {"MsgType": "event", "Event": "CLICK", "EventKey": "refund"}
    await me.revoke()
    assert (told(desk)["Event"], told(desk)["OpenID"]) == ("user_authorization_revoke", me.openid)
    await me.unfollow()
    assert told(desk) == {**event, "Event": "unsubscribe"}
    await me.scan("kj_2")
    assert (told(desk)["Event"], told(desk)["EventKey"]) == ("subscribe", "qrscene_kj_2")


async def test_message_ids_differ_and_go_on_from_run_to_run(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    keys = [(await me.say("同一句")).key for _ in range(3)]
    async with scene() as (_, later):
        keys.append((await later.follower().say("同一句")).key)
    assert keys == sorted(set(keys))


async def test_taps(desk: Desk, platform: Platform) -> None:
    desk.says(f"1. {OPTION}\n\n2. {PAGE}")
    me = platform.follower()
    await me.say("稳岗返还")
    await me.tap("条件")
    assert told(desk) == {"MsgType": "text", "Content": "办理条件"}
    assert platform.quotas.left(me.openid)[Trigger.CLICK].count == 3
    await me.tap(1)
    assert told(desk)["Content"] == "办理条件"
    assert await me.tap(2) == Link("全文", "https://x/r/1")
    assert len(desk.came) == 3
    for missing in (3, "别的"):
        with pytest.raises(CannotError, match=str(missing)):
            await me.tap(missing)


async def test_numbers_go_on_over_the_messages_since_ones_own(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    me.show(Via.PUSH, OPTION)
    me.show(Via.PUSH, f"{PAGE}{OPTION}")
    assert [shown.as_text for shown in me.seen] == ["条件[1]", "全文[2]条件[3]"]
    desk.says(OPTION)
    await me.say("好")
    assert me.seen[-1].as_text == "条件[1]"


async def test_a_numbered_label_goes_without_its_number_too(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    me.show(Via.PUSH, OPTION.replace("条件</a>", "1. 条件</a>"))
    for label in ("1. 条件", "条件"):
        await me.tap(label)
        assert told(desk)["Content"] == "办理条件"


async def test_a_tap_in_an_official_menu_message_tells_its_id(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    me.show(Via.PUSH, OPTION, official_menu=True)
    await me.tap("条件")
    assert told(desk) == {"MsgType": "text", "Content": "办理条件", "bizmsgmenuid": "1"}


async def test_the_buttons_of_the_menu(desk: Desk, platform: Platform) -> None:
    page = {"type": "view", "name": "官网", "url": "https://x"}
    platform.menu = {
        "button": [{"name": "查", "sub_button": [{"type": "click", "name": "稳岗返还", "key": "refund"}]}, page]
    }
    me = platform.follower()
    await me.click("稳岗返还")
    assert told(desk)["EventKey"] == "refund"
    assert await me.click("官网") == Link("官网", "https://x")
    assert (told(desk)["Event"], told(desk)["EventKey"]) == ("VIEW", "https://x")
    with pytest.raises(CannotError, match="没有"):
        await me.click("查")


async def test_who_does_not_follow_can_say_and_see_nothing(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    desk.says("再见")
    await me.unfollow()
    assert me.seen == []
    with pytest.raises(CannotError, match="关注"):
        await me.say("在吗")


async def test_waiting_for_something_to_appear(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    asyncio.get_running_loop().call_later(0.02, me.show, Via.PUSH, "第一条")
    asyncio.get_running_loop().call_later(0.05, me.show, Via.STAFF, f"第二条{OPTION}")
    assert (await me.sees("第二条条件")).via is Via.STAFF
    assert (await me.sees()).text == "第一条"
    assert (await me.sees(via=Via.STAFF, after=1)).words == "第二条条件"
    with pytest.raises(asyncio.TimeoutError):
        await me.sees("第三条", within=0.02)


async def test_an_operator_takes_over_and_leaves(anyio_backend: str) -> None:
    async with scene(staff=["kf2001@simulated", "kf2002@simulated"]) as (desk, platform):
        me = platform.follower()
        transfer = {"FromUserName": "gh_simulated", "CreateTime": 1, "MsgType": "transfer_customer_service"}
        chosen = {"TransInfo": {"KfAccount": "kf2002@simulated"}}
        desk.gives(write({"ToUserName": me.openid, **transfer, **chosen}), b"success")
        await me.say("转人工")
        await platform.settle()
        assert (me.staff, told(desk)["Event"]) == ("kf2002@simulated", "kf_create_session")
        assert told(desk)["KfAccount"] == "kf2002@simulated"
        assert (await me.say("你好")).tries == []
        assert platform.staff_inbox == [(me.openid, "你好")]
        await platform.leave(me)
        assert (me.staff, told(desk)["Event"]) == (None, "kf_close_session")
        assert len((await me.say("又问")).tries) == 1
        with pytest.raises(CannotError):
            await platform.leave(me)


async def test_an_event_cannot_be_transferred(anyio_backend: str) -> None:
    async with scene(staff=["kf2001@simulated"]) as (desk, platform):
        me = platform.follower()
        transfer = {"FromUserName": "gh_simulated", "CreateTime": 1, "MsgType": "transfer_customer_service"}
        desk.gives(write({"ToUserName": me.openid, **transfer}))
        await me.click("human")
        assert [shown.via for shown in me.seen] == [Via.FAULT]
        assert me.staff is None


async def test_with_nobody_online_a_transfer_changes_nothing(desk: Desk, platform: Platform) -> None:
    me = platform.follower()
    transfer = {"FromUserName": "gh_simulated", "CreateTime": 1, "MsgType": "transfer_customer_service"}
    desk.gives(write({"ToUserName": me.openid, **transfer}))
    await me.say("转人工")
    await platform.settle()
    assert (me.staff, me.seen, platform.faults) == (None, [], [])
