"""The terminal as a follower's phone: what one types is sent as it stands, what one sees is what a follower sees."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from difflib import get_close_matches
from typing import Any

import httpx
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from koujing.wechat_sim.delivery import Delivery
from koujing.wechat_sim.follower import CannotError, Follower
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import Link, Shown, Via
from koujing.wechat_sim.troubles import full_path

__all__ = ["COMMANDS", "Terminal", "menu_line"]

# Letters alone, as in `koujing chat`: /失业补助金怎么领 is a question.
_COMMAND = re.compile(r"[/／](?P<name>[A-Za-z]*)(?:\s+(?P<rest>.*))?")
_WIDTH = 64
_ALWAYS = "always"

Act = Callable[[], Awaitable[Delivery | Link]]


class Terminal:
    """One follower at a terminal. `wait`: how long a piped line waits for an answer that comes later by itself."""

    def __init__(
        self,
        platform: Platform,
        follower: Follower,
        console: Console,
        *,
        explain: bool = False,
        wait: float | None = None,
    ) -> None:
        self._platform, self._me, self._console, self._wait = platform, follower, console, wait
        self._acting: set[asyncio.Task[None]] = set()
        self._typing_shown = False
        self.ended = False
        platform.on_shown = self._shown
        platform.on_tell = self._explain if explain else self._see_typing

    async def run(self, lines: AsyncIterator[str], *, echo: bool = False) -> None:
        """Hear every line until the end or /quit. `echo` shows the lines, where no terminal does."""
        self._say("微信公众号模拟器：直接打字就是给公众号发消息；/help 看能做的事，Ctrl-D 结束。")
        if not await self._reached():
            return
        await self._do(self._me.follow)
        async for line in lines:
            if echo and line.strip():
                self._show(Text(f"› {line.strip()}", style="bold green"))
            await self.hear(line)
            if self.ended:
                break
        if self._acting:
            await asyncio.wait(self._acting)
        await self._platform.settle()
        self._say("再见。")

    async def hear(self, line: str) -> None:
        """One line: a command, or a message."""
        text = line.strip()
        if match := _COMMAND.fullmatch(text):
            await self._obey(match["name"].lower() or "help", (match["rest"] or "").strip())
        elif text:
            await self._do(lambda: self._me.say(text))

    async def _obey(self, name: str, rest: str) -> None:
        if name not in COMMANDS:
            near = get_close_matches(name, COMMANDS, n=1, cutoff=0.4)
            self._say(f"没有 /{name}，{f'是否指 /{near[0]}？' if near else ''}能做的事见 /help。", "yellow")
            return
        try:
            done = COMMANDS[name][2](self, rest)
            if done is not None:
                await self._do(done)
        except CannotError as error:
            self._say(f"{error}。", "yellow")

    async def _do(self, act: Act) -> None:
        """At a keyboard one need not wait for the answer, as on a phone; a piped line waits."""
        doing = asyncio.get_running_loop().create_task(self._done(act))
        self._acting.add(doing)
        doing.add_done_callback(self._acting.discard)
        if self._wait is not None:
            await doing

    async def _done(self, act: Act) -> None:
        before = len(self._me.seen)
        try:
            done = await act()
        except CannotError as error:
            self._say(f"{error}。", "yellow")
            return
        if isinstance(done, Link):
            self._say(f"（打开网页 {done.url}）")
        elif self._wait and self._expects(done) and len(self._me.seen) == before:
            try:
                await self._me.sees(after=before, within=self._wait)
            except asyncio.TimeoutError:
                self._say(f"（{self._wait:.0f} 秒内没有收到答复）")

    def _expects(self, delivery: Delivery) -> bool:
        """Whether something will come although nothing was answered at once."""
        return bool(delivery.tries) and delivery.fields["MsgType"] != "event" and self._me.following

    async def _reached(self) -> bool:
        try:
            if await self._platform.verify():
                return True
            self._say("服务器没有原样返回 echostr：Token 不一致，或地址不是口径的 /wechat。", "red")
        except httpx.HTTPError:
            self._say(f"连不上 {self._platform.courier.urls[0]}；请先用 make run 启动口径。", "red")
        return False

    def _shown(self, follower: Follower, shown: Shown) -> None:
        if follower is not self._me:
            return
        self._typing_shown = False
        if shown.via is Via.FAULT:
            self._show(Text(shown.as_text, style="yellow", justify="center"))
            return
        who = "人工客服" if shown.via is Via.STAFF else "公众号"
        title = f"[dim]{who} {shown.at:%H:%M}[/]"
        width = min(self._console.width, _WIDTH)
        self._show(Panel(shown.as_rich, title=title, title_align="left", width=width, border_style="dim"))

    def _explain(self, words: str, openid: str) -> None:
        if openid in {"", self._me.openid}:
            self._say(f"    {words}", "dim magenta")
        self._see_typing(words, openid)

    def _see_typing(self, _words: str, _openid: str) -> None:
        if self._me.typing and not self._typing_shown:
            self._typing_shown = True
            self._say("（对方正在输入……）")

    # What the commands do. Each gives back an act of the follower, or None where it is done.

    def _help(self, _rest: str) -> None:
        table = Table(box=None, show_header=False, padding=(0, 2))
        for name, (given, words, _) in COMMANDS.items():
            table.add_row(Text(f"/{name} {given}".rstrip()), words)
        self._show(table)
        self._say("链接后面的 [1] 是编号：/tap 1 是点它；只打“1”就是发一个“1”。")

    def _tap(self, rest: str) -> Act:
        number = rest.strip("[]【】")
        return lambda: self._me.tap(int(number) if number.isdecimal() else rest)

    def _menu(self, _rest: str) -> None:
        self._say(menu_line(self._platform) or "公众号没有设置菜单（可用 koujing wechat menu push 发布）。")

    def _quota(self, _rest: str) -> None:
        left = self._platform.quotas.left(self._me.openid)
        if not left:
            self._say("公众号现在不能主动给您发消息。")
        for trigger, window in left.items():
            self._say(f"因为您{trigger.value[0]}，{window.until:%m-%d %H:%M:%S} 前公众号还能主动发 {window.count} 条。")

    def _errors(self, rest: str) -> None:
        troubles, words = self._platform.troubles, rest.split()
        match words:
            case []:
                for trouble in troubles:
                    times = "一直" if trouble.times is None else f"{trouble.times} 次"
                    self._say(f"{trouble.path}：{'丢失应答' if trouble.lost else trouble.code}，{times}")
                self._say(
                    "/errors send 45047 2、/errors token 40001 always、/errors send lost、/errors expire、/errors clear"
                )
            case ["clear"]:
                troubles.clear()
                self._say("接口恢复正常。")
            case ["expire"]:
                self._platform.tokens.invalidate()
                self._say("已发出的 access_token 全部作废。")
            case [path, what, *times] if what == "lost" or what.removeprefix("-").isdecimal():
                count = None if times == [_ALWAYS] else int(times[0]) if times and times[0].isdecimal() else 1
                lost = what == "lost"
                troubles.order(path, 0 if lost else int(what), times=count, lost=lost)
                self._say(f"接下来 {full_path(path)} 将{'丢失应答' if lost else f'返回 {what}'}。")
            case _:
                self._say("应写成 /errors 接口 错误码 次数，如 /errors send 45047 2。", "yellow")

    def _staff(self, rest: str) -> Act | None:
        if self._me.staff is None:
            name = self._platform.staff[0] if self._platform.staff else "kf2001@simulated"
            return lambda: self._platform.join(self._me, name)
        self._me.show(Via.STAFF, rest or "您好，请讲。")
        return None

    def _quit(self, _rest: str) -> None:
        self.ended = True

    def _say(self, words: str, style: str = "dim") -> None:
        self._show(Text(words, style=style))

    def _show(self, part: RenderableType) -> None:
        self._console.print(part, soft_wrap=isinstance(part, Text) and part.justify is None)


def menu_line(platform: Platform) -> str:
    """The account's menu in a line."""
    buttons = platform.menu["button"] if platform.menu else []
    return " ｜ ".join(
        button["name"]
        + (f"（{'、'.join(each['name'] for each in button['sub_button'])}）" if button.get("sub_button") else "")
        for button in buttons
    )


_LOST_PLACE = "辽宁省葫芦岛市龙港区"
COMMANDS: Mapping[str, tuple[str, str, Callable[[Any, str], Act | None]]] = {
    "tap": ("1", "点编号为 1 的链接，也可以写链接上的字", Terminal._tap),
    "menu": ("", "看公众号的菜单", Terminal._menu),
    "click": ("稳岗返还", "点菜单里的按钮，写名字或 key", lambda me, rest: lambda: me._me.click(rest)),
    "voice": ("公司28个人", "说一段话；不写字就是没识别出来", lambda me, rest: lambda: me._me.voice(rest)),
    "picture": ("", "发一张图片", lambda me, _: me._me.picture),
    "locate": (_LOST_PLACE, "发送位置", lambda me, rest: lambda: me._me.locate(rest or _LOST_PLACE)),
    "scan": ("场景值", "扫公众号的二维码", lambda me, rest: lambda: me._me.scan(rest or "kj")),
    "follow": ("场景值", "关注，可以带场景值", lambda me, rest: lambda: me._me.follow(rest or None)),
    "unfollow": ("", "取消关注", lambda me, _: me._me.unfollow),
    "revoke": ("", "撤回个人信息授权", lambda me, _: me._me.revoke),
    "staff": ("文字", "人工客服接入；接入后就是人工说话", Terminal._staff),
    "leave": ("", "人工客服结束会话", lambda me, _: lambda: me._platform.leave(me._me)),
    "quota": ("", "公众号还能主动给您发几条", Terminal._quota),
    "errors": ("send 45047 2", "让微信的接口出错，clear 恢复", Terminal._errors),
    "help": ("", "列出这些", Terminal._help),
    "quit": ("", "结束", Terminal._quit),
}
