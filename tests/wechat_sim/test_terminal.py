"""The terminal shows what a follower sees, and what stands behind it when asked to explain."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from rich.console import Console

from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import FAULT, Via
from koujing.wechat_sim.terminal import Terminal
from tests.wechat_sim.conftest import PACE, Desk
from tests.wechat_sim.test_follower import OPTION, PAGE, told

pytestmark = pytest.mark.anyio


async def lines(*given: str) -> AsyncIterator[str]:
    for line in given:
        yield line


@pytest.fixture
def play(platform: Platform) -> Callable[..., Any]:
    async def play(*given: str, explain: bool = False, wait: float | None = 0.5) -> str:
        console = Console(file=io.StringIO(), width=100)
        terminal = Terminal(platform, platform.follower("oMe", following=False), console, explain=explain, wait=wait)
        await terminal.run(lines(*given), echo=True)
        return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]

    return play


async def test_a_conversation(desk: Desk, play: Callable[..., Any]) -> None:
    desk.says("欢迎", f"请选：{OPTION}，{PAGE}", "好的")
    screen = await play("稳岗返还", "/tap 1", "/tap 2", "1")
    assert [one.get("Content") for one in desk.came] == [None, "稳岗返还", "办理条件", "1"]
    order = ["/help", "欢迎", "› 稳岗返还", "请选：条件[1]，全文[2]", "› /tap 1", "好的", "› 1", "好的", "再见"]
    at = -1
    for words in order:
        at = screen.index(words, at + 1)
    assert "weixin://" not in screen


async def test_a_link_to_a_page_tells_its_address(desk: Desk, play: Callable[..., Any]) -> None:
    desk.says(PAGE)
    assert "打开网页 https://x/r/1" in await play("好", "/tap 全文", "/tap [1]")


async def test_the_same_words_as_the_follower_object(desk: Desk, play: Callable[..., Any], platform: Platform) -> None:
    desk.says(f"条件是：\n\n1. {OPTION}")
    screen = await play("条件")
    for line in platform.follower("oMe").seen[-1].as_text.splitlines():
        assert line in screen


async def test_a_push_looks_like_any_message_unless_explained(
    desk: Desk, play: Callable[..., Any], platform: Platform
) -> None:
    async def pushes(fields: dict[str, Any]) -> bytes:
        if fields["MsgType"] == "text":
            asyncio.get_running_loop().call_later(0.05, platform.follower("oMe").show, Via.PUSH, "查到了")
        return b"success"

    desk.answer = pushes
    screen = await play("在吗")
    assert "查到了" in screen
    assert "投递" not in screen
    explained = await play("在吗", explain=True)
    assert "第 1 次投递" in explained
    assert "success" in explained


async def test_the_fault_notice(desk: Desk, play: Callable[..., Any]) -> None:
    desk.gives(b"{}")
    assert FAULT in await play("在吗")
    assert "XML" in await play("在吗", explain=True)


async def test_cuts_are_explained(desk: Desk, play: Callable[..., Any]) -> None:
    desk.says("晚了", after=5 * PACE * 1.4)
    screen = await play(explain=True)
    assert screen.count("断开连接") == 3
    assert "第 3 次投递，与第 1 次一字不差" in screen


async def test_nothing_comes(desk: Desk, play: Callable[..., Any]) -> None:
    assert "没有收到答复" in await play("在吗", wait=0.05)


async def test_commands(desk: Desk, play: Callable[..., Any], platform: Platform) -> None:
    click = {"type": "click", "name": "稳岗返还", "key": "refund"}
    platform.menu = {
        "button": [{"name": "查政策", "sub_button": [click]}, {"type": "view", "name": "官网", "url": "https://x"}]
    }
    told_of = []
    for line in (
        "/click 稳岗返还",
        "/voice 好",
        "/voice",
        "/picture",
        "/locate",
        "/scan kj",
        "/follow",
        "/revoke",
        "/unfollow",
    ):
        await play(line, wait=0.01)
        told_of.append(told(desk))
    assert told_of[0]["EventKey"] == "refund"
    assert [one.get("Recognition") for one in told_of[1:3]] == ["好", ""]
    assert told_of[4]["Label"].startswith("辽宁省")
    assert [one.get("Event") for one in told_of[5:]] == [
        "SCAN",
        "subscribe",
        "user_authorization_revoke",
        "unsubscribe",
    ]
    assert "查政策（稳岗返还） ｜ 官网" in await play("/menu")
    assert "打开网页 https://x" in await play("/click 官网")
    assert "/quota" in await play("/help")
    assert "没有关注" in await play("/unfollow", "在吗")
    assert "是否指 /quota" in await play("/quot")
    assert "没有“别的”" in await play("/tap 别的")
    assert "› 不到" not in await play("/quit", "不到")


async def test_the_menu_that_is_not_set(play: Callable[..., Any]) -> None:
    assert "没有设置菜单" in await play("/menu")


async def test_quota(play: Callable[..., Any]) -> None:
    screen = await play("在吗", "/quota", wait=0.01)
    assert "因为您发了消息" in screen
    assert "还能主动发 5 条" in screen
    assert "不能主动" in await play("/unfollow", "/quota")


async def test_errors(play: Callable[..., Any], platform: Platform) -> None:
    await play("/errors send 45047 2", "/errors token 40001 always", "/errors send lost", "/errors typing -1")
    assert [(one.path.rpartition("/")[2], one.code, one.times, one.lost) for one in platform.troubles] == [
        ("send", 45047, 2, False),
        ("stable_token", 40001, None, False),
        ("send", 0, 1, True),
        ("typing", -1, 1, False),
    ]
    assert "45047，2 次" in await play("/errors")
    assert "应写成" in await play("/errors send 好")
    token, _ = platform.tokens.issue()
    await play("/errors clear", "/errors expire")
    assert (list(platform.troubles), platform.tokens.check(token)) == ([], 40001)


async def test_an_operator(desk: Desk, play: Callable[..., Any], platform: Platform) -> None:
    screen = await play("/staff", "/staff 您好，我是人工", "人工在吗", "/leave", "/leave")
    assert "人工客服" in screen
    assert "您好，我是人工" in screen
    assert platform.staff_inbox == [("oMe", "人工在吗")]
    assert "没有人工在接待" in screen


async def test_typing_is_seen(desk: Desk, play: Callable[..., Any], platform: Platform) -> None:
    async def types(fields: dict[str, Any]) -> bytes:
        platform.follower("oMe").type(True)
        platform.tell("", "oMe")
        return desk.text(fields, "好")

    desk.answer = types
    assert (await play("在吗")).count("对方正在输入") == 2, "once for the welcome, once for the answer"


async def test_a_desk_that_is_not_there_or_not_ours(play: Callable[..., Any], platform: Platform) -> None:
    right = platform.courier.urls
    platform.courier.urls = ["http://127.0.0.1:9/wechat"]
    assert "make run" in await play("在吗")
    platform.courier.urls = [right[0] + "s"]
    assert "echostr" in await play("在吗")
