"""有用 / 没用."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.desk.web.conftest import CALIBER, Visitor, database_bytes, error

pytestmark = pytest.mark.anyio


def rows(folder: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "koujing.db") as database:
        found = database.execute("SELECT useful, reason, note, calibers FROM feedback").fetchall()
    database.close()
    return found


async def test_it_is_kept_with_the_calibers_and_replaced(visitor: Visitor, tmp_path: Path) -> None:
    [view] = await visitor.ask("失业补助金怎么领")
    said = {"receipt": view["receipt"], "useful": False, "reason": "unclear", "note": "我的号码13812345678，看不懂"}
    response = await visitor.request("POST", "feedback", json=said)
    assert (response.status_code, response.json()) == (201, {"receipt": view["receipt"], "useful": False})
    assert rows(tmp_path) == [(0, "unclear", "我的号码【手机号】，看不懂", json.dumps([CALIBER]))]
    assert b"13812345678" not in database_bytes(tmp_path)
    await visitor.request("POST", "feedback", json={"receipt": view["receipt"], "useful": True})
    assert [(row[0], row[1], row[2]) for row in rows(tmp_path)] == [(1, None, None)]


async def test_only_replies_of_the_session_can_be_judged(visitor: Visitor, tmp_path: Path) -> None:
    [view] = await visitor.ask("失业补助金怎么领")
    other = await Visitor(visitor.http).open()
    for receipt in (view["receipt"], "0123456789AB", ""):
        response = await other.request("POST", "feedback", json={"receipt": receipt, "useful": True})
        assert error(response) == (404, "not_found")
    assert rows(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_receipt"),
        ({"receipt": 1, "useful": True}, "invalid_receipt"),
        ({"receipt": "x"}, "invalid_useful"),
        ({"receipt": "x", "useful": 1}, "invalid_useful"),
        ({"receipt": "x", "useful": True, "reason": "boring"}, "invalid_reason"),
        ({"receipt": "x", "useful": True, "reason": ["wrong"]}, "invalid_reason"),
        ({"receipt": "x", "useful": True, "note": "字" * 301}, "note_too_long"),
        ({"receipt": "x", "useful": True, "note": 5}, "missing_text"),
        ({"receipt": "x", "useful": True, "stars": 5}, "unknown_field"),
    ],
)
async def test_a_wrong_body(visitor: Visitor, body: dict[str, Any], code: str) -> None:
    assert error(await visitor.request("POST", "feedback", json=body)) == (400, code)
