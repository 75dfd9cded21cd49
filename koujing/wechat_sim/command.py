"""`koujing wechat sim`: the platform on this machine, with a follower's phone at the terminal."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from dataclasses import replace
from typing import Any

import click
from rich.console import Console

from koujing.desk.wechat.account import Account, Mode
from koujing.desk.wechat.demo import DEMO, DEMO_API_URL, account_of
from koujing.errors import PortBusyError
from koujing.settings import Settings
from koujing.wechat_sim.lines import piped, typed
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.serving import playing
from koujing.wechat_sim.terminal import COMMANDS, Terminal, menu_line

__all__ = ["sim"]

_PORT = int(DEMO_API_URL.rpartition(":")[2])
_PATH = "/wechat"


@click.command()
@click.option("--desk", metavar="URL", help="口径的回调地址；默认本机的 /wechat。")
@click.option("--port", default=_PORT, show_default=True, help="模拟的微信接口在本机的端口。")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), help="消息加解密方式，须与口径的设置一致。")
@click.option("--no-api", is_flag=True, help="扮演没有客服接口的公众号（未认证）。")
@click.option("--explain", is_flag=True, help="同时显示背后的协议：投递、重试、加密、接口和额度。")
@click.option("--as", "who", default="甲", show_default=True, help="扮演哪位粉丝；名字不同就是另一个人。")
@click.option("--wait", default=20.0, show_default=True, help="从管道读入时，每条消息最多等几秒。")
def sim(desk: str | None, port: int, mode: str | None, no_api: bool, explain: bool, who: str, wait: float) -> None:
    """在终端里扮演公众号粉丝：本机模拟微信平台，不连外网。"""
    settings = Settings.from_env(os.environ)
    account = account_of(settings) or DEMO
    if mode is not None:
        account = replace(account, mode=Mode(mode))
    callback = desk or settings.desk_url + _PATH
    try:
        ok = asyncio.run(_sim(account, callback, port, customer_api=not no_api, explain=explain, who=who, wait=wait))
    except OSError as error:
        raise PortBusyError("127.0.0.1", port, "KOUJING_WECHAT_API_URL") from error
    sys.exit(0 if ok else 1)


async def _sim(
    account: Account, callback: str, port: int, *, customer_api: bool, explain: bool, who: str, wait: float
) -> bool:
    async with playing(account, callback, port=port, customer_api=customer_api) as platform:
        # The same name is the same person the next time, too.
        openid = "oSim" + hashlib.sha256(who.encode()).hexdigest()[:24]
        me = platform.follower(openid, following=False)
        by_hand = sys.stdin.isatty()
        terminal = Terminal(platform, me, Console(), explain=explain, wait=None if by_hand else wait)
        lines = typed(COMMANDS, lambda: _toolbar(platform, openid)) if by_hand else piped()
        await terminal.run(lines, echo=not by_hand)
        return bool(me.seen) and not platform.faults


def _toolbar(platform: Platform, openid: str) -> Any:
    menu = menu_line(platform)
    typing = "对方正在输入……  " if platform.followers[openid].typing else ""
    return f"{typing}{f'☰ {menu}' if menu else '/help 看能做的事'}"
