"""`koujing receipts recall`, beside a desk on the same data."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.applications import Starlette

from koujing.cli import program
from koujing.settings import Settings
from koujing.store.database import open_database
from koujing.store.tables import web_events
from koujing.store.tables_staff import audit
from tests.desk.conftest import FakeRasa, blank_reply, desk, open_client

pytestmark = pytest.mark.anyio

WRONG = "huludao.unemployment_allowance.amount"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, secret="s" * 32)


@pytest.fixture
def app(settings: Settings) -> Any:
    rasa = FakeRasa()

    def answer(request: httpx.Request) -> httpx.Response:
        message = json.loads(request.content)
        calibers = [{"id": WRONG, "version": "v1"}]
        reply = blank_reply(
            "answered",
            "每月 1000 元。",
            _day(message),
            question=message["message"],
            region="huludao",
            calibers=calibers,
        )
        return httpx.Response(200, json=[{"recipient_id": "x", "custom": {"reply": reply}}])

    rasa.answer = answer
    app, engine = desk(settings, rasa)
    yield app
    engine.dispose()


def _day(message: dict[str, Any]) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(message["metadata"]["on"])


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(program, ["receipts", "recall", *arguments], env={"KOUJING_DATA": str(settings.data)})


async def asked(app: Starlette, count: int) -> list[str]:
    codes = []
    async with open_client(app) as client:
        for n in range(count):
            body = {"text": f"能领多少{n}", "session": f"s{n}"}
            codes += [r["receipt"] for r in (await client.post("/api/v1/ask", json=body)).json()["replies"]]
    return codes


async def test_they_are_listed_in_every_form(app: Starlette, settings: Settings, tmp_path: Path) -> None:
    codes = await asked(app, 3)
    listed = run(settings, "--caliber", WRONG, "--region", "huludao")
    assert listed.exit_code == 0, listed.output
    assert all(code in listed.stdout for code in codes)
    assert "共 3 份回执：联系不上 3。" in listed.stderr
    rows = json.loads(run(settings, "--caliber", WRONG, "--format", "json").stdout)
    assert {row["回执"] for row in rows} == set(codes)
    run(settings, "--caliber", WRONG, "--format", "csv", "--out", str(tmp_path / "a.csv"))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["回执"] for row in csv.DictReader(file)} == set(codes)
    run(settings, "--caliber", WRONG, "--format", "xlsx", "--out", str(tmp_path / "a.xlsx"))
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == set(codes)
    assert "共 0 份回执。" in run(settings, "--caliber", "huludao.no.such").stderr
    assert "能领多少" not in listed.output


async def test_a_receipt_withdrawn_is_replayed_as_it_was_with_a_notice(app: Starlette, settings: Settings) -> None:
    [code] = await asked(app, 1)
    async with open_client(app) as client:
        before = await client.get(f"/api/v1/receipts/{code}")
        assert "koujing-recalled" not in before.headers
        done = run(settings, "--caliber", WRONG, "--note", "应为每月 1200 元。", "--yes")
        assert "已收回 1 份" in done.stderr, done.output
        after = await client.get(f"/api/v1/receipts/{code}")
        assert after.content == before.content
        notice = unquote(after.headers["koujing-recall-notice"].removeprefix("UTF-8''"))
        assert notice.startswith("此答复已于")
        assert notice.endswith("更正：应为每月 1200 元。")
    assert "已收回 0 份" in run(settings, "--caliber", WRONG, "--note", "应为每月 1200 元。", "--yes").stderr


async def test_who_has_the_page_open_is_told_once(app: Starlette, settings: Settings) -> None:
    website = app.state.website
    engine = open_database(settings.data / "koujing.db")
    session = await _web_session(app, engine)
    for _ in range(2):
        told = run(settings, "--caliber", WRONG, "--note", "应为每月 1200 元。", "--tell", "--yes")
        assert told.exit_code == 0, told.output
    with engine.connect() as connection:
        notices = connection.execute(select(web_events.c.data).filter_by(session_id=session, type="notice")).scalars()
        texts = [json.loads(data)["text"] for data in notices]
        acts = list(connection.execute(select(audit.c.action)).scalars())
    engine.dispose()
    assert website is not None
    assert len(texts) == 1
    assert "更正通知" in texts[0]
    assert (acts.count("receipts_recall"), acts.count("receipts_tell")) == (1, 1)
    assert "没有还要告知" in told.stderr


async def _web_session(app: Starlette, engine: Any) -> str:
    from koujing.clock import Clock
    from koujing.store.store import Store
    from tests.desk.conftest import DEMO_DATE

    store = Store(engine, Clock())
    session = store.session("web:demo", "a")
    reply = blank_reply("answered", "每月 1000 元。", DEMO_DATE, calibers=[{"id": WRONG, "version": "v1"}])
    store.record(session, "m1", "d", [reply])
    return session


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--tell"], "要和 --note 一起用"),
        (["--format", "xlsx"], "xlsx 要写进文件"),
        (["--note", "长" * 121], "120 个字"),
        (["--region", "nowhere"], "没有 nowhere 这个地区"),
        (["--note", "x", "--corrected", "no.such.one"], "没有 no.such.one 这条已核准的口径"),
    ],
)
def test_a_mistake_is_told_before_anything_is_done(settings: Settings, arguments: list[str], told: str) -> None:
    result = run(settings, "--caliber", WRONG, *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
