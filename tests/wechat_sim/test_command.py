"""The command `koujing wechat sim`, piped and at a terminal of its own."""

from __future__ import annotations

import asyncio
import io
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from koujing import cli
from koujing.desk.wechat.account import Account
from koujing.desk.wechat.demo import DEMO
from koujing.errors import PortBusyError
from koujing.wechat_sim import command
from koujing.wechat_sim.lines import CommandCompleter, piped, typed
from koujing.wechat_sim.serving import serving
from tests.wechat_sim.conftest import Desk, in_mode


class Elsewhere:
    """A desk in a thread, since the command has a loop of its own."""

    def __init__(self, account: Account = DEMO) -> None:
        self.desk = Desk(account)
        self._started, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        self._started.wait()

    async def _serve(self) -> None:
        async with serving(self.desk.app) as url:
            self.url = f"{url}/wechat"
            self._started.set()
            await asyncio.to_thread(self._end.wait)

    def stop(self) -> None:
        self._end.set()
        self._thread.join()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    one = Elsewhere()
    yield one
    one.stop()


def run(*given: str, lines: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(cli.program, ["wechat", "sim", "--port", "0", *given], input=lines.encode())
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.exit_code, result.output


def test_lines_of_a_pipe(elsewhere: Elsewhere) -> None:
    elsewhere.desk.says("欢迎", "可以申领。")
    code, screen = run("--desk", elsewhere.url, "--explain", lines="失业补助金怎么领\n")
    assert code == 0
    assert screen.index("欢迎") < screen.index("› 失业补助金怎么领") < screen.index("可以申领。")
    assert "投递（加密" in screen
    assert [one["MsgType"] for one in elsewhere.desk.came] == ["event", "text"]


def test_the_same_name_is_the_same_person_again(elsewhere: Elsewhere) -> None:
    elsewhere.desk.says("好")
    for name in ("甲", "甲", "乙"):
        run("--desk", elsewhere.url, "--as", name)
    first, again, other = (one["FromUserName"] for one in elsewhere.desk.came)
    assert first == again != other


def test_another_mode(elsewhere: Elsewhere) -> None:
    elsewhere.stop()
    plain = Elsewhere(in_mode(command.Mode.PLAIN))
    plain.desk.account = command.replace(DEMO, mode=command.Mode.PLAIN)
    plain.desk.says("好")
    try:
        assert run("--desk", plain.url, "--mode", "plain", "--no-api")[0] == 0
    finally:
        plain.stop()


def test_a_fault_is_told_by_the_exit_code(elsewhere: Elsewhere) -> None:
    elsewhere.desk.gives(b"{}")
    assert run("--desk", elsewhere.url, lines="在吗\n")[0] == 1


def test_without_a_desk() -> None:
    code, screen = run("--desk", "http://127.0.0.1:9/wechat", lines="在吗\n")
    assert code == 1
    assert "make run" in screen


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        arguments = ["wechat", "sim", "--port", str(taken.getsockname()[1])]
        result = CliRunner().invoke(cli.program, arguments)
    assert isinstance(result.exception, PortBusyError)


@pytest.mark.anyio
async def test_typing_until_ctrl_d() -> None:
    with closing(create_pipe_input()) as given, create_app_session(input=given, output=DummyOutput()):
        given.send_text("稳岗返还\r/quota\r\x04")
        assert [line async for line in typed(["quota"], lambda: "菜单")] == ["稳岗返还", "/quota"]


def test_commands_are_completed_at_the_beginning_of_a_line() -> None:
    def completed(begun: str) -> list[str]:
        document = Document(begun)
        return [
            one.text for one in CommandCompleter(("quota", "quit", "tap")).get_completions(document, CompleteEvent())
        ]

    assert completed("/qu") == ["/quota ", "/quit "]
    assert completed("qu") == completed("/x") == []


@pytest.mark.anyio
async def test_bytes_that_are_no_text_are_shown_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\xff\n\xe5\xa5\xbd\n")))
    assert [line async for line in piped()] == ["�\n", "好\n"]


def test_the_toolbar_shows_the_menu_and_who_is_typing() -> None:
    me = SimpleNamespace(typing=True)
    platform = SimpleNamespace(menu={"button": [{"name": "查政策"}]}, followers={"oMe": me})
    assert command._toolbar(platform, "oMe") == "对方正在输入……  ☰ 查政策"
    me.typing, platform.menu = False, None
    assert "/help" in command._toolbar(platform, "oMe")
