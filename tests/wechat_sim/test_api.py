"""The interface: tokens, messages with their quotas, typing, menu, QR codes, staff, and errors on order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import Via
from tests.wechat_sim.conftest import ACCOUNT, Desk, scene

pytestmark = pytest.mark.anyio
Api = Callable[..., Awaitable[dict[str, Any]]]
SEND, TYPING = "message/custom/send", "message/custom/typing"


def text(openid: str, content: str = "答复") -> dict[str, Any]:
    return {"touser": openid, "msgtype": "text", "text": {"content": content}}


async def code(answer: Awaitable[dict[str, Any]]) -> int:
    return int((await answer).get("errcode", 0))


async def test_a_token_for_who_knows_the_secret(api: Api, platform: Platform) -> None:
    right = {"grant_type": "client_credential", "appid": ACCOUNT.appid, "secret": ACCOUNT.secret}
    given = await api("stable_token", right, access_token="")
    assert (given["access_token"], given["expires_in"]) == platform.tokens.issue()
    assert await code(api("stable_token", {**right, "secret": "x"})) == 40125
    assert await code(api("stable_token", {**right, "appid": "x"})) == 40013
    assert await code(api("stable_token", {**right, "force_refresh": True})) == 0
    assert platform.tokens.issued == 2


async def test_a_message_appears_until_the_quota_is_spent(api: Api, platform: Platform) -> None:
    me = platform.follower()
    assert await code(api(SEND, text(me.openid))) == 45015
    await me.say("在吗")
    codes = [await code(api(SEND, text(me.openid, f"第{n}条"))) for n in range(6)]
    assert codes == [0] * 5 + [45047]
    assert [shown.text for shown in me.seen] == [f"第{n}条" for n in range(5)]
    assert {shown.via for shown in me.seen} == {Via.PUSH}
    assert len(platform.faults) == 2
    assert [call.code for call in platform.calls_of(SEND)] == [45015, *codes]


async def test_a_click_allows_three(api: Api, platform: Platform) -> None:
    me = platform.follower()
    await me.click("refund")
    assert [await code(api(SEND, text(me.openid))) for _ in range(4)] == [0, 0, 0, 45047]


async def test_messages_that_are_refused_use_no_quota(api: Api, platform: Platform) -> None:
    me = platform.follower()
    await me.say("在吗")
    assert await code(api(SEND, text("oNobody"))) == 40003
    assert await code(api(SEND, text(me.openid, ""))) == 44004
    assert await code(api(SEND, text(me.openid, "好" * 683))) == 45002
    assert await code(api(SEND, {"touser": me.openid, "msgtype": "markdown"})) == 40008
    assert await code(api(SEND, text(me.openid), access_token="x")) == 40001
    assert [await code(api(SEND, text(me.openid, "好" * 682))) for _ in range(5)] == [0] * 5


async def test_other_kinds(api: Api, platform: Platform) -> None:
    me = platform.follower()
    await me.say("在吗")
    items = [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}]
    menu = {"head_content": "满意吗？", "list": items, "tail_content": ""}
    assert await code(api(SEND, {"touser": me.openid, "msgtype": "msgmenu", "msgmenu": menu})) == 0
    await api(SEND, {"touser": me.openid, "msgtype": "image", "image": {"media_id": "1"}})
    await api(SEND, {**text(me.openid, "我是人工"), "customservice": {"kf_account": "kf@a"}})
    assert [(shown.via, shown.as_text) for shown in me.seen] == [
        (Via.PUSH, "满意吗？\n满意[1]\n不满意[2]"),
        (Via.PUSH, "[图片]"),
        (Via.STAFF, "我是人工"),
    ]


async def test_who_left_gets_nothing(api: Api, platform: Platform) -> None:
    me = platform.follower()
    await me.say("在吗")
    await me.unfollow()
    assert await code(api(SEND, text(me.openid))) == 45015
    assert me.seen == []


async def test_without_the_right_to_send() -> None:
    async with scene(customer_api=False) as (_, platform), httpx.AsyncClient(trust_env=False) as http:
        me = platform.follower()
        await me.say("在吗")
        query = {"access_token": platform.tokens.issue()[0]}
        for path in (SEND, TYPING):
            response = await http.post(f"{platform.url}/cgi-bin/{path}", json=text(me.openid), params=query)
            assert response.json()["errcode"] == 48001


async def test_escaped_chinese_is_shown_as_escaped(platform: Platform) -> None:
    me = platform.follower()
    await me.say("在吗")
    body = f'{{"touser": "{me.openid}", "msgtype": "text", "text": {{"content": "\\u597d"}}}}'
    query = {"access_token": platform.tokens.issue()[0]}
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.post(f"{platform.url}/cgi-bin/{SEND}", content=body, params=query)
        assert (await http.post(f"{platform.url}/cgi-bin/{SEND}", content="{", params=query)).json()["errcode"] == 47001
    assert [shown.text for shown in me.seen] == [r"\u597d"]
    assert len(platform.faults) == 1


async def test_typing(api: Api, platform: Platform) -> None:
    me = platform.follower()
    typing = {"touser": me.openid, "command": "Typing"}
    assert await code(api(TYPING, typing)) == 45080
    await me.say("在吗")
    assert await code(api(TYPING, {**typing, "command": "x"})) == 45072
    assert await code(api(TYPING, {**typing, "touser": "oNobody"})) == 40003
    assert (await code(api(TYPING, typing)), me.typing) == (0, True)
    assert await code(api(TYPING, typing)) == 45081
    assert (await code(api(TYPING, {**typing, "command": "CancelTyping"})), me.typing) == (0, False)
    await api(TYPING, typing)
    await api(SEND, text(me.openid))
    assert not me.typing


async def test_the_menu(api: Api, desk: Desk, platform: Platform) -> None:
    refund = {"type": "click", "name": "稳岗返还", "key": "refund"}
    page = {"type": "view", "name": "官网", "url": "https://x"}
    menu = {"button": [{"name": "查政策", "sub_button": [refund]}, page]}
    assert await code(api("menu/get")) == 46003
    assert (await api("get_current_selfmenu_info")) == {"is_menu_open": 0}
    assert await code(api("menu/create", menu)) == 0
    assert (await api("menu/get")) == {"menu": menu}
    current = await api("get_current_selfmenu_info")
    assert current["selfmenu_info"]["button"] == [{"name": "查政策", "sub_button": {"list": [refund]}}, page]
    await platform.follower().click("稳岗返还")
    assert desk.came[-1]["EventKey"] == "refund"
    assert await code(api("menu/delete")) == 0
    assert platform.menu is None


LEAF = {"type": "click", "name": "好", "key": "k"}
BAD_MENUS: dict[str, tuple[Any, int]] = {
    "none": ({}, 40016),
    "four": ({"button": [LEAF] * 4}, 40016),
    "a long name": ({"button": [{**LEAF, "name": "一二三四五六"}]}, 40018),
    "six below": ({"button": [{"name": "好", "sub_button": [LEAF] * 6}]}, 40023),
    "a long name below": ({"button": [{"name": "好", "sub_button": [{**LEAF, "name": "长" * 21}]}]}, 40025),
    "no type": ({"button": [{"name": "好"}]}, 40017),
    "no key": ({"button": [{**LEAF, "key": ""}]}, 40019),
    "no address": ({"button": [{"type": "view", "name": "好"}]}, 40020),
    "no type below": ({"button": [{"name": "好", "sub_button": [{"name": "好"}]}]}, 40024),
    "a long key below": ({"button": [{"name": "好", "sub_button": [{**LEAF, "key": "k" * 129}]}]}, 40026),
}


@pytest.mark.parametrize("name", BAD_MENUS)
async def test_a_menu_that_is_refused(api: Api, name: str) -> None:
    menu, wanted = BAD_MENUS[name]
    assert await code(api("menu/create", menu)) == wanted


async def test_qr_codes_staff_and_addresses(api: Api, platform: Platform) -> None:
    scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "kj_xingcheng"}}}
    made = await api("qrcode/create", scene)
    assert len(made["ticket"]) > 20
    assert made["url"].startswith("http")
    assert await code(api("qrcode/create", {**scene, "action_name": "QR"})) == 47001
    platform.staff.append("kf2001@simulated")
    assert (await api("customservice/getkflist"))["kf_list"][0]["kf_account"] == "kf2001@simulated"
    assert (await api("getcallbackip"))["ip_list"] == ["127.0.0.1"]


async def test_errors_on_order(api: Api, platform: Platform) -> None:
    me = platform.follower()
    await me.say("在吗")
    platform.troubles.order("send", -1, times=2)
    assert [await code(api(SEND, text(me.openid))) for _ in range(3)] == [-1, -1, 0]
    platform.troubles.order("send", 40001, times=None)
    assert [await code(api(SEND, text(me.openid))) for _ in range(3)] == [40001] * 3
    platform.troubles.clear()
    platform.troubles.order("send", lost=True)
    assert (await api(SEND, text(me.openid, "没有回音"))) == {"status": 502}
    assert me.seen[-1].text == "没有回音"
    platform.troubles.order("send", delay=0.2)
    began = asyncio.get_running_loop().time()
    assert await code(api(SEND, text(me.openid))) == 0
    assert asyncio.get_running_loop().time() - began >= 0.2
    assert list(platform.troubles) == []


async def test_invalidated_tokens_are_refused(api: Api, platform: Platform) -> None:
    me = platform.follower()
    await me.say("在吗")
    old, _ = platform.tokens.issue()
    platform.tokens.invalidate()
    assert await code(api(SEND, text(me.openid), access_token=old)) == 40001
    assert await code(api(SEND, text(me.openid))) == 0
