"""`koujing chat`: a conversation at the terminal over `POST /api/v1/ask` with a session."""

from __future__ import annotations

import datetime as dt
import json
import re
import readline
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize
from uuid import uuid4

import click
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from koujing.client import Answers, DeskError, Reply
from koujing.present import brief, choices, facts_table, sources, turning_to

__all__ = ["Chat", "typed"]

# Letters alone: /失业补助金怎么领 is a question.
_COMMAND = re.compile(r"[/／](?P<name>[A-Za-z]*)(?:\s+(?P<rest>.*))?")
# What may stand after the number of a choice.
_AFTER_NUMBER = " .。、)）"
_CLEAR = "-"


@dataclass
class Chat:
    """One conversation: what is sent along, the last replies, and the message that is not answered yet."""

    answers: Answers
    console: Console
    region: str | None = None
    on: dt.date | None = None
    session: str | None = None
    plain: bool = False
    full: bool = False
    new_id: Callable[[], str] = lambda: uuid4().hex
    replies: list[Reply] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    unsent: dict[str, Any] | None = None
    ended: bool = False

    def run(self, lines: Iterable[str], *, echo: bool = False) -> None:
        """Hear every line until the end, /quit or Ctrl-C. `echo` shows the lines, where no terminal does."""
        self.session = self.session or self.new_id()
        self._say("您好，这里是口径政策助手。直接提问即可；/help 看命令，Ctrl-D 结束。")
        try:
            for line in lines:
                if echo and line.strip():
                    self._show(Text(f"› {line.strip()}", style="bold"))
                self.hear(line)
                if self.ended:
                    break
        except KeyboardInterrupt:
            self._say("")
        kept = self.answers.lasting and self.replies
        self._say(f"再见。接着聊：koujing chat --session {self.session}" if kept else "再见。")

    def hear(self, line: str) -> None:
        """One line: a command, the number of a choice, a message; an empty one sends again what was not answered."""
        text = line.strip()
        if match := _COMMAND.fullmatch(text):
            self._obey(match["name"].lower() or "help", (match["rest"] or "").strip())
        elif text:
            key = normalize("NFKC", text).rstrip(_AFTER_NUMBER).lower()
            self.send(self.keys.get(key, text))
        elif self.unsent:
            self.send(self.unsent["text"])

    def send(self, text: str) -> None:
        """Send a message and show its replies. One that is sent again keeps its id, so that it is answered once."""
        body: dict[str, Any] = {"text": _encodable(text), "session": self.session, "region": self.region}
        body["as_of"] = self.on and self.on.isoformat()
        before = self.unsent or {}
        same = all(before.get(name) == value for name, value in body.items())
        self.unsent = {**body, "message_id": before["message_id"] if same else self.new_id()}
        try:
            with self.console.status("正在查……"):
                self.replies = self.answers.ask(self.unsent)
        except DeskError as error:
            self._say(f"{error}{_resend(error)}", "yellow")
            return
        self.unsent = None
        self._answered()

    def _answered(self) -> None:
        turning = turning_to(self.replies)
        self.keys = choices(turning) if turning else {}
        self.facts = next((reply["facts"] for reply in reversed(self.replies) if reply["facts"]), self.facts)
        for reply in self.replies:
            self._show(*brief(reply, self.keys if reply is turning else {}, plain=self.plain, full=self.full))
            self._say("")

    def _obey(self, name: str, rest: str) -> None:
        if name in _SAYINGS:
            self.send(_SAYINGS[name])
        elif name in _COMMANDS:
            _COMMANDS[name][1](self, rest)
        else:
            near = get_close_matches(name, _NAMES, n=1, cutoff=0.4)
            self._say(f"没有 /{name} 这个命令，{f'是否指 /{near[0]}？' if near else ''}全部命令见 /help。", "yellow")

    def _renew(self, _rest: str) -> None:
        self.session = self.new_id()
        self.replies, self.facts, self.keys, self.unsent = [], {}, {}, None
        self._say("好的，重新开始；刚才说的情况不再沿用。")

    def _tell_facts(self, _rest: str) -> None:
        if self.facts:
            self._show(facts_table(self.facts))
        else:
            self._say("还没有记下您的情况。")

    def _tell_sources(self, _rest: str) -> None:
        parts = [part for reply in self.replies for part in sources(reply)]
        self._show(*parts)
        if not parts:
            self._say("上一条答复没有引用条款。")

    def _tell_json(self, _rest: str) -> None:
        self._show(Text(json.dumps(self.replies, ensure_ascii=False, indent=2)))

    def _set_region(self, id: str) -> None:
        if id:
            self.region = None if id == _CLEAR else id
        self._say(f"地区：{self.region or '未指定'}。/region huludao 指定，/region {_CLEAR} 取消。")

    def _set_date(self, date: str) -> None:
        try:
            if date:
                self.on = None if date == _CLEAR else dt.date.fromisoformat(date)
        except ValueError:
            self._say(f"“{date}”不是日期，应写成 2021-09-15 这样，且确有这一天。", "yellow")
            return
        self._say(f"按哪一天回答：{self.on or '今天'}。/on 2021-09-15 指定，/on {_CLEAR} 取消。")

    def _help(self, _rest: str) -> None:
        table = Table(box=None, show_header=False, padding=(0, 2))
        for name, saying in _SAYINGS.items():
            table.add_row(f"/{name}", f"就是说“{saying}”")
        for name, (words, _) in _COMMANDS.items():
            table.add_row(f"/{name}", words)
        self._show(table)
        self._say("有编号的选项，输入编号即可。没有答复成的话，按回车重发。")

    def _quit(self, _rest: str) -> None:
        self.ended = True

    def _say(self, words: str, style: str = "dim") -> None:
        self._show(Text(words, style=style))

    def _show(self, *parts: RenderableType) -> None:
        for part in parts:
            # The terminal breaks lines of text itself, so that they can be copied; tables are laid out.
            self.console.print(part, soft_wrap=isinstance(part, Text))


_SAYINGS = {"why": "为什么问这个", "skip": "跳过", "back": "上一步", "plain": "说简单点"}
_COMMANDS: Mapping[str, tuple[str, Callable[[Chat, str], None]]] = {
    "facts": ("记下的您的情况", Chat._tell_facts),
    "sources": ("上一条答复的理由和依据全文", Chat._tell_sources),
    "json": ("上一条答复的 JSON", Chat._tell_json),
    "region": ("按哪个地区回答，如 /region huludao", Chat._set_region),
    "on": ("按哪一天回答，如 /on 2021-09-15", Chat._set_date),
    "new": ("换一个新对话，忘掉说过的情况", Chat._renew),
    "help": ("列出命令", Chat._help),
    "quit": ("结束", Chat._quit),
}
_NAMES = [*_SAYINGS, *_COMMANDS]


def typed(*, colour: bool) -> Iterator[str]:
    """Lines typed at a terminal, with history (↑) and commands completed (Tab); on a pipe, its lines.

    History is not written to disk: it would hold what people told of themselves.
    """
    if not sys.stdin.isatty():
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "replace")
        return
    readline.set_completer_delims("")
    readline.set_completer(_complete)
    readline.parse_and_bind("tab: complete")
    # The marks tell readline what takes no room on the line.
    prompt = "\001\033[1;36m\002› \001\033[0m\002" if colour else "› "
    while True:
        try:
            yield input(prompt)
        except EOFError:
            click.echo()
            return


def _complete(begun: str, state: int) -> str | None:
    return [*(f"/{name}" for name in _NAMES if f"/{name}".startswith(begun)), None][state] if begun else None


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _resend(error: DeskError) -> str:
    wait = f"请等约 {error.after} 秒，" if error.after else "请稍等片刻，"
    return f"您的话还在，{wait}按回车即可重发。" if error.again else ""
