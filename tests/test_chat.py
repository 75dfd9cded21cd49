"""The command `koujing chat`: whole dialogues against a desk that the test plays."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from starlette.testclient import TestClient

from koujing import chat as chatting
from koujing import cli
from koujing.chat import Chat, typed
from koujing.client import Answers, Desk
from koujing.errors import ProgramError
from koujing.settings import Settings
from tests.desk.conftest import DEMO_DATE, KNOWLEDGE, FakeRasa, blank_reply
from tests.desk.conftest import desk as desk_with

Answer = httpx.Response | Exception
ERROR = {"error": {"code": "x", "message": "请求太频繁。", "hint": "请 3 秒后再试。"}}


def asks(question: str, kind: str, *labels: str) -> dict[str, Any]:
    options = [{"id": str(n), "label": label} for n, label in enumerate(labels)]
    return {"fact": "f", "question": question, "why": None, "type": kind, "options": options}


def item(name: str, verdict: str) -> dict[str, Any]:
    return {"matter": "m", "name": name, "verdict": verdict, "summary": "要看情况", "missing": [], "clause": None}


def reason(holds: bool | None) -> dict[str, Any]:
    common = {"condition": f"条件{holds}", "fact": None, "value": None}
    return {**common, "holds": holds, "clause": "hld-2021-2:1", "referred_to": None}


CITATION = {"clause": "hld-2021-2:1", "notice": "葫人社发〔2021〕2号", "region": "huludao", "heading": "（一）"}
DECIDED = blank_reply(
    "determined",
    "符合本通知列明的条件。依据：葫人社发〔2021〕2号第（一）项。",
    DEMO_DATE,
    plain="可以领。",
    verdict="eligible",
    region="huludao",
    receipt="0123456789AB",
    reasons=[reason(True), reason(True), reason(None)],
    citations=[{**CITATION, "quote": "不裁员或少裁员", "url": None}],
    facts={
        "insured_headcount": {"value": 28, "words": "28人", "label": "参保人数", "said": "28个人", "confirmed": False},
        "unit_insured": {"value": True},
    },
    suggestions=["标准是多少？", "什么时候截止？"],
)
CHOICE = blank_reply(
    "clarifying", "请问：您是哪种单位？", DEMO_DATE, ask=asks("您是哪种单位？", "choice", "企业", "事务所")
)
FIGURE = blank_reply(
    "clarifying", "先确认：", DEMO_DATE, ask=asks("28人都参保吗？", "number", "是，28人都参保", "不是")
)
LISTED = blank_reply(
    "listed", "可能有两项。", DEMO_DATE, items=[item("失业补助金", "need_info"), item("以工代训", "referred")]
)
HELLO = blank_reply("smalltalk", "您好。", DEMO_DATE)


def served(*replies: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"session": "s", "replies": list(replies)})


def failed(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=ERROR, headers=headers)


def desk(*answers: Answer) -> tuple[Callable[[], httpx.Client], list[dict[str, Any]]]:
    """A desk that gives these answers one after the other, and what it was asked."""
    bodies: list[dict[str, Any]] = []
    waiting = iter(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        assert (request.url.path, request.headers["Authorization"]) == ("/api/v1/ask", "Bearer demo")
        bodies.append(json.loads(request.content))
        answer = next(waiting)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return lambda: httpx.Client(transport=httpx.MockTransport(handle)), bodies


def talk(lines: str, *answers: Answer, options: tuple[str, ...] = ()) -> tuple[Result, list[dict[str, Any]]]:
    """`printf lines | koujing chat`."""
    open_http, bodies = desk(*answers)
    return CliRunner().invoke(cli.program, ["chat", *options], input=lines, obj=open_http), bodies


def texts(bodies: list[dict[str, Any]]) -> list[str]:
    return [body["text"] for body in bodies]


def test_lines_of_a_pipe_are_asked_in_one_session_without_colours() -> None:
    options = ("--region", "huludao", "--on", "2021-09-15", "--session", "mine")
    result, bodies = talk("你好\n能领吗\n", served(HELLO), served(DECIDED), options=options)
    assert result.exit_code == 0
    common = {"session": "mine", "region": "huludao", "as_of": "2021-09-15"}
    assert [{**body, "message_id": "id"} for body in bodies] == [
        {"text": text, **common, "message_id": "id"} for text in ("你好", "能领吗")
    ]
    assert bodies[0]["message_id"] != bodies[1]["message_id"]
    assert "\x1b" not in result.output
    for shown in ("› 能领吗", "判定 · 符合", DECIDED["text"], "2021-09-15　huludao　回执 0123456789AB"):
        assert shown in result.output
    assert result.output.endswith("再见。接着聊：koujing chat --session mine\n")


def test_reasons_and_sources_are_one_line_until_asked_for() -> None:
    result, _ = talk("能领吗\n", served(DECIDED))
    assert "理由 ✓2 ？1　依据 葫人社发〔2021〕2号（1条）　全文 /sources" in result.output
    assert "不裁员或少裁员" not in result.output
    for lines, options in (("能领吗\n/sources\n", ()), ("能领吗\n", ("--full",))):
        result, _ = talk(lines, served(DECIDED), options=options)
        assert "“不裁员或少裁员”" in result.output
        assert "条件None" in result.output


def test_plain_words_are_shown_where_wanted() -> None:
    result, _ = talk("能领吗\n你好\n", served(DECIDED), served(HELLO), options=("--plain",))
    assert "可以领。" in result.output
    assert DECIDED["text"] not in result.output
    assert "您好。" in result.output


def test_a_number_picks_an_option_of_the_question() -> None:
    result, bodies = talk("问\n2\n２。\n7\n", served(CHOICE), served(CHOICE), served(CHOICE), served(HELLO))
    assert texts(bodies) == ["问", "事务所", "事务所", "7"]
    assert "  1. 企业\n  2. 事务所\n" in result.output


def test_where_a_figure_is_asked_for_a_number_is_the_figure() -> None:
    result, bodies = talk("问\n2\na\n", served(FIGURE), served(FIGURE), served(HELLO))
    assert texts(bodies) == ["问", "2", "是，28人都参保"]
    assert "28人都参保吗？\n  a. 是，28人都参保\n  b. 不是\n" in result.output


def test_a_number_picks_a_listed_matter_or_a_suggestion() -> None:
    result, bodies = talk("问\n2\n1\n1\n", served(LISTED), served(DECIDED), served(HELLO), served(HELLO))
    assert texts(bodies) == ["问", "第2个", "标准是多少？", "1"]
    assert "  1. 失业补助金　还缺信息\n  2. 以工代训　另有文件规定\n" in result.output
    assert "还可以问\n  1. 标准是多少？" in result.output


def test_a_list_keeps_its_numbers_beside_yes_or_no_and_yields_them_to_options() -> None:
    yes_no = {**LISTED, "ask": asks("您失业了吗？", "yes_no", "是", "否")}
    result, bodies = talk("问\n2\n", served(yes_no), served(HELLO))
    assert texts(bodies) == ["问", "第2个"]
    assert "  2. 以工代训　另有文件规定\n您失业了吗？\n  · 是\n  · 否\n" in result.output
    result, bodies = talk("问\n2\n", served({**LISTED, "ask": CHOICE["ask"]}), served(HELLO))
    assert texts(bodies) == ["问", "事务所"]
    assert "  · 以工代训" in result.output


def test_an_open_question_after_an_answer_takes_the_numbers() -> None:
    result, bodies = talk(
        "问\n3\n",
        served(DECIDED, blank_reply("clarifying", "裁了几人？", DEMO_DATE, ask=asks("裁了几人？", "number"))),
        served(HELLO),
    )
    assert texts(bodies) == ["问", "3"]
    assert "还可以问" not in result.output


@pytest.mark.parametrize(
    ("command", "saying"),
    [("/why", "为什么问这个"), ("/skip", "跳过"), ("／BACK", "上一步"), ("/plain", "说简单点")],
)
def test_a_command_says_what_one_can_also_say(command: str, saying: str) -> None:
    _, bodies = talk(f"{command}\n", served(HELLO))
    assert texts(bodies) == [saying]


def test_facts_are_told_as_understood_and_forgotten_with_a_new_session() -> None:
    result, bodies = talk(
        "/facts\n能领吗\n你好\n/facts\n/new\n/facts\n你好\n", served(DECIDED), served(HELLO), served(HELLO)
    )
    assert result.output.count("还没有记下您的情况。") == 2
    for shown in ("参保人数", "28人", "28个人", "待确认", "unit_insured", "已确认"):
        assert shown in result.output
    assert bodies[0]["session"] == bodies[1]["session"] != bodies[2]["session"]


def test_region_and_date_are_changed_shown_and_cleared() -> None:
    lines = "/region\n/region gz\n/on 2021-10-01\n甲\n/on 2021-13-01\n/region -\n/on -\n乙\n"
    result, bodies = talk(lines, served(HELLO), served(HELLO))
    assert [(body["region"], body["as_of"]) for body in bodies] == [("gz", "2021-10-01"), (None, None)]
    for shown in ("地区：未指定", "地区：gz", "按哪一天回答：2021-10-01", "“2021-13-01”不是日期", "按哪一天回答：今天"):
        assert shown in result.output


def test_json_sources_help_and_quit() -> None:
    result, bodies = talk("能领吗\n/json\n你好\n/sources\n/\n/quit\n不再问\n", served(DECIDED), served(HELLO))
    assert texts(bodies) == ["能领吗", "你好"]
    assert json.dumps([DECIDED], ensure_ascii=False, indent=2) in result.output
    assert "上一条答复没有引用条款。" in result.output
    for name in ("why", "skip", "back", "plain", "facts", "sources", "json", "region", "on", "new", "help", "quit"):
        assert f"/{name}" in result.output


def test_an_unknown_command_is_told_the_nearest() -> None:
    result, bodies = talk("/fcats\n/xyzzy\n", served(HELLO))
    assert "没有 /fcats 这个命令，是否指 /facts？" in result.output
    assert "没有 /xyzzy 这个命令，全部命令见 /help。" in result.output
    assert bodies == []


def test_a_question_may_begin_with_a_slash() -> None:
    _, bodies = talk("/失业补助金怎么领\n", served(HELLO))
    assert texts(bodies) == ["/失业补助金怎么领"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (failed(429, **{"Retry-After": "3"}), "请求太频繁。请 3 秒后再试。您的话还在，请等约 3 秒，按回车即可重发。"),
        (failed(503, **{"Retry-After": "5"}), "请等约 5 秒，按回车即可重发。"),
        (httpx.Response(502, text="<html>"), "问答服务暂时不可用。您的话还在，请稍等片刻，按回车即可重发。"),
        (httpx.ReadTimeout("slow"), "迟迟没有答复"),
        (httpx.ConnectError("gone"), "连不上口径服务了"),
    ],
)
def test_a_message_that_failed_is_sent_again_with_its_id(failure: Answer, said: str) -> None:
    result, bodies = talk("你好\n能领吗\n\n\n", served(HELLO), failure, served(DECIDED))
    assert said in result.output
    assert texts(bodies) == ["你好", "能领吗", "能领吗"]
    assert bodies[1] == bodies[2]
    assert result.exit_code == 0


def test_another_message_or_other_settings_take_an_id_of_their_own() -> None:
    _, bodies = talk("甲\n/region gz\n\n乙\n", failed(503), failed(503), served(HELLO))
    assert texts(bodies) == ["甲", "甲", "乙"]
    assert len({body["message_id"] for body in bodies}) == 3


def test_what_the_desk_finds_wrong_is_said_and_a_pipe_that_ends_so_fails() -> None:
    result, _ = talk("你好\n", failed(400))
    assert "请求太频繁。请 3 秒后再试。\n" in result.output
    assert "重发" not in result.output.partition("请求太频繁")[2]
    assert result.exit_code == 1


def test_something_else_on_the_port_ends_the_conversation() -> None:
    result, _ = talk("你好\n", httpx.Response(200, text="other"))
    assert isinstance(result.exception, ProgramError)
    assert "KOUJING_DESK_PORT" in str(result.exception)


def test_bytes_that_are_no_text_do_no_harm() -> None:
    open_http, bodies = desk(served(HELLO))
    result = CliRunner().invoke(cli.program, ["chat"], input=b"\xff\xe4\xbd\xa0\n", obj=open_http)
    assert result.exit_code == 0
    assert texts(bodies)[0].endswith("你")


class FakeSessions:
    """`koujing.rasa.local.LocalSessions` without a model."""

    made = 0
    knowledge = KNOWLEDGE

    def __init__(self, _policies: Path, _model: Path) -> None:
        type(self).made += 1
        self.asked: list[Any] = []

    def ask(self, *given: Any) -> list[dict[str, Any]]:
        self.asked.append(given)
        return [{**HELLO, "text": f"{given[1:]}，第{len(self.asked)}句"}]


def test_without_a_desk_one_process_answers_the_whole_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    local = types.ModuleType("koujing.rasa.local")
    local.LocalSessions = FakeSessions  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "koujing.rasa.local", local)
    monkeypatch.setattr(cli.os, "environ", {})
    monkeypatch.setattr(FakeSessions, "made", 0)
    options = ("--on", "2021-09-15", "--region", "huludao")
    lines = "甲\n/乙\n/region huluda\n丙\n"
    result, bodies = talk(lines, httpx.ConnectError("refused"), options=options)
    assert (len(bodies), FakeSessions.made) == (1, 1)
    assert "make run" in result.stderr
    said = f"乙', 'huludao', {dt.date(2021, 9, 15)!r}, None)，第2句"
    assert said in result.output
    assert "没有 huluda 这个地区。是否指 huludao？" in result.output
    assert result.output.endswith("再见。\n")


def test_sending_again_is_safe_at_the_desk(tmp_path: Path) -> None:
    """Through the real desk: the reply is lost on its way, the message asked again, and answered once."""
    rasa, settings = FakeRasa(), Settings(data=tmp_path, today=DEMO_DATE)
    app, engine = desk_with(settings, rasa)
    inside, losses = TestClient(app), itertools.chain([True], itertools.repeat(False))

    def handle(request: httpx.Request) -> httpx.Response:
        response = inside.post(request.url.path, content=request.content, headers=dict(request.headers))
        if next(losses):
            raise httpx.ReadError("lost", request=request)
        return httpx.Response(response.status_code, content=response.content)

    result = CliRunner().invoke(
        cli.program,
        ["chat"],
        input="能领吗\n\n/facts\n",
        obj=lambda: httpx.Client(transport=httpx.MockTransport(handle)),
    )
    engine.dispose()
    assert len(rasa.received) == 1
    assert "第1次答复" in result.output
    assert "insured_count" in result.output


def a_chat(console: Console, *answers: Answer) -> Chat:
    open_http, _ = desk(*answers)

    def here() -> Any:
        raise AssertionError

    return Chat(Answers(Desk(Settings(), open_http), here, print), console, session="mine")


def test_at_a_terminal_the_conclusion_has_the_colour_of_its_verdict() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", width=80)
    a_chat(console, served(DECIDED)).run(["能领吗"])
    assert "\x1b[1;32m符合本通知列明的条件。" in out.getvalue()
    assert "› 能领吗" not in out.getvalue()


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    a_chat(Console(file=out, force_terminal=True, width=80), served(DECIDED)).run(["能领吗"])
    assert "符合本通知" in out.getvalue()
    assert "\x1b[1;32m" not in out.getvalue()


def test_ctrl_c_ends_with_a_goodbye() -> None:
    def lines() -> Iterator[str]:
        yield "能领吗"
        raise KeyboardInterrupt

    out = io.StringIO()
    a_chat(Console(file=out), served(DECIDED)).run(lines())
    assert out.getvalue().endswith("再见。接着聊：koujing chat --session mine\n")


def test_lines_typed_at_a_terminal_end_with_ctrl_d(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting, prompts = iter(["你好", EOFError()]), []

    def read(prompt: str) -> str:
        prompts.append(prompt)
        line = next(waiting)
        if isinstance(line, Exception):
            raise line
        return line

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", read)
    assert list(typed(colour=False)) == ["你好"]
    assert prompts == ["› ", "› "]
    assert capsys.readouterr().out == "\n"
    assert chatting.readline.get_completer() is not None


def test_commands_are_completed() -> None:
    complete = chatting._complete
    assert [complete("/s", 0), complete("/s", 1), complete("/s", 2)] == ["/skip", "/sources", None]
    assert complete("", 0) is None
