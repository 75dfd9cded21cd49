"""The command `koujing`."""

from __future__ import annotations

import json
import sys
import types
from typing import Any

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from koujing import cli
from koujing.errors import ProgramError
from koujing.present import present
from tests.desk.conftest import DEMO_DATE, blank_reply

REPLY = blank_reply(
    "determined",
    "符合本通知列明的条件。",
    DEMO_DATE,
    verdict="eligible",
    region="huludao",
    receipt="0123456789AB",
    reasons=[
        {"condition": "裁员率不高于20%", "fact": "layoff_rate", "value": "10.7%", "holds": True}
        | {"clause": "hld-2021-2:1", "referred_to": None},
        {"condition": "[严重失信]", "fact": None, "value": None, "holds": None}
        | {"clause": None, "referred_to": "人社部发〔2021〕29号"},
    ],
    amounts=[
        {"label": "返还", "value": None, "unit": "CNY", "qualifier": "at_most", "formula": "60%", "clause": None},
        {"label": "比例", "value": "60", "unit": "percent", "qualifier": "at_most", "formula": "60%", "clause": None},
    ],
    citations=[
        {"clause": "hld-2021-2:1", "notice": "葫人社发〔2021〕2号", "region": "huludao", "heading": "（一）"}
        | {"quote": "不裁员或少裁员", "url": None}
    ],
    ask={"fact": "x", "question": "是否裁员？", "why": None, "type": "yes_no", "options": [{"id": "y", "label": "是"}]},
    contacts=[{"name": "热线", "phone": "12333", "url": None}],
    items=[
        {"matter": "m", "name": "失业补助金", "verdict": "need_info", "summary": "还缺", "missing": [], "clause": None}
    ],
)


def invoke(handler: Any, *arguments: str) -> tuple[Result, list[httpx.Request]]:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        answer: httpx.Response = handler(request)
        return answer

    transport = httpx.MockTransport(handle)
    result = CliRunner().invoke(cli.program, arguments, obj=lambda: httpx.Client(transport=transport))
    return result, requests


def answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"session": "s", "replies": [REPLY]})


def refuse_connection(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def test_ask_shows_reply_reasons_citations_and_the_question_back() -> None:
    result, [request] = invoke(answer, "ask", "能领吗", "--region", "huludao", "--on", "2021-09-15", "--fact", "n=28")
    assert result.exit_code == 0
    for shown in ("判定 · 符合", "符合本通知", "✓", "？", "[严重失信]", "29号", "最高 60%", "—", "不裁员或少裁员"):
        assert shown in result.output
    for shown in ("是否裁员？", "12333", "0123456789AB", "葫人社发〔2021〕2号", "失业补助金", "还缺信息"):
        assert shown in result.output
    assert request.headers["Authorization"] == "Bearer demo"
    body = json.loads(request.content)
    assert body == {"text": "能领吗", "region": "huludao", "as_of": "2021-09-15", "facts": {"n": 28}}


def test_ask_prints_json() -> None:
    result, _ = invoke(answer, "ask", "能领吗", "--json")
    assert json.loads(result.stdout) == [REPLY]


def test_ask_tells_what_the_desk_found_wrong() -> None:
    error = {"error": {"code": "unknown_region", "message": "没有这个地区。", "hint": "是否指 huludao？"}}
    result, _ = invoke(lambda _: httpx.Response(400, json=error), "ask", "能领吗", "--region", "huluda")
    assert result.exit_code == 1
    assert "没有这个地区。是否指 huludao？" in result.output


def test_ask_loads_the_model_itself_when_no_desk_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, ...]] = []
    local = types.ModuleType("koujing.rasa.local")
    local.ask = lambda *given: calls.append(given) or [REPLY]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "koujing.rasa.local", local)
    monkeypatch.setattr(cli.os, "environ", {})
    result, _ = invoke(refuse_connection, "ask", "能领吗", "--on", "2021-09-15", "--fact", "kind=单位")
    assert calls == [("能领吗", None, DEMO_DATE, {"kind": "单位"})]
    assert "make run" in result.stderr
    assert "符合本通知" in result.stdout


@pytest.mark.parametrize("body", ["not json", "[]", '{"detail": "other"}'])
def test_something_else_on_the_port_is_said_so(body: str) -> None:
    result, _ = invoke(lambda _: httpx.Response(200, text=body), "ask", "能领吗")
    assert isinstance(result.exception, ProgramError)
    assert "KOUJING_DESK_PORT" in str(result.exception)


def test_a_fact_without_a_value_is_refused() -> None:
    result, requests = invoke(answer, "ask", "能领吗", "--fact", "insured_count")
    assert (result.exit_code, requests) == (2, [])
    assert "事实id=值" in result.output


def test_errors_for_people_have_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOUJING_DESK_PORT", "x")
    monkeypatch.setattr(sys, "argv", ["koujing", "run"])
    with pytest.raises(SystemExit, match="2"):
        cli.main()
    assert capsys.readouterr().err.startswith("环境变量 KOUJING_DESK_PORT")


def test_commands_of_the_checks_are_found_where_they_live(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = types.ModuleType("koujing.checking.commands")
    for name in ("check", "coverage", "mutants", "variety"):
        setattr(commands, name, click.Command(name, callback=lambda: click.echo("done"), help="检查。"))
    monkeypatch.setitem(sys.modules, "koujing.checking.commands", commands)
    result = CliRunner().invoke(cli.program, ["coverage"])
    assert (result.exit_code, result.output) == (0, "done\n")
    shown = CliRunner().invoke(cli.program, ["--help"]).output
    assert all(name in shown for name in ("ask", "check", "coverage", "mutants", "run", "train", "variety"))


def test_every_status_has_a_title() -> None:
    from koujing.contract import reply_schema

    for status in reply_schema()["properties"]["status"]["enum"]:
        assert present(blank_reply(status, "文字", DEMO_DATE))


def test_widget_prints_what_a_webmaster_needs() -> None:
    result, _ = invoke(None, "widget", "--host", "https://kj.example.gov.cn/", "--site", "rsj", "--region", "huludao")
    assert result.exit_code == 0, result.output
    host = "https://kj.example.gov.cn/widget/v1/koujing-chat"
    assert f'<script src="{host}.js" defer data-site="rsj" data-region="huludao"></script>' in result.output
    assert f'src="{host}.' in result.output
    assert result.output.count("sha384-") == 2
    assert "script-src https://kj.example.gov.cn;" in result.output
    assert "gzip 后" in result.output
