"""Requests to be called back: consent, a number that can be, encrypted at rest, ten minutes to take it back."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from koujing.desk.errors import BadRequestError
from koujing.desk.web.request import parse_callback
from koujing.desk.web.secret import PhoneCipher
from tests.desk.web.conftest import Time, Visitor, database_bytes, error

pytestmark = pytest.mark.anyio

PHONE = "13812345678"


async def leave(visitor: Visitor, **more: Any) -> Any:
    return await visitor.request("POST", "callbacks", json={"phone": PHONE, "consent": True, **more})


async def test_it_is_kept_encrypted_and_told(visitor: Visitor, time: Time, tmp_path: Path) -> None:
    response = await leave(visitor, phone="+86 138-1234-5678", note=f"打{PHONE}，下午", when="afternoon")
    assert response.status_code == 201
    kept = response.json()
    assert dt.datetime.fromisoformat(kept["revocable_until"]) == time.now + dt.timedelta(minutes=10)
    [notice] = await visitor.events()
    assert notice["type"] == "notice"
    assert kept["code"] in notice["text"]
    with sqlite3.connect(tmp_path / "koujing.db") as database:
        [(phone, note, site, when)] = database.execute("SELECT phone, note, site, day_part FROM callbacks").fetchall()
    database.close()
    assert PhoneCipher("s" * 32).decrypt(phone) == PHONE
    assert (note, site, when) == ("打【手机号】，下午", "demo", "afternoon")
    everything = database_bytes(tmp_path)
    for spelling in (PHONE, "138-1234-5678", "138 1234 5678"):
        assert spelling.encode() not in everything


async def test_it_can_be_taken_back_for_ten_minutes(visitor: Visitor, time: Time, tmp_path: Path) -> None:
    code = (await leave(visitor)).json()["code"]
    other = await Visitor(visitor.http).open()
    assert error(await other.request("DELETE", f"callbacks/{code}")) == (404, "not_found")
    time.pass_(minutes=10)
    response = await visitor.request("DELETE", f"callbacks/{code}")
    assert (response.status_code, response.content) == (204, b"")
    assert [event["type"] for event in await visitor.events()] == ["notice", "notice"]
    assert error(await visitor.request("DELETE", f"callbacks/{code}")) == (404, "not_found")
    late = (await leave(visitor)).json()["code"]
    time.pass_(minutes=10, seconds=1)
    assert error(await visitor.request("DELETE", f"callbacks/{late}")) == (409, "too_late")


@pytest.mark.parametrize("consent", [None, False, 1, "true"])
async def test_without_consent_nothing_is_kept(visitor: Visitor, consent: Any, tmp_path: Path) -> None:
    assert error(await leave(visitor, consent=consent)) == (400, "consent_needed")
    assert await visitor.events() == []


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("13812345678", "13812345678"),
        (" １３８ 1234 5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("0429-1234567", "04291234567"),
        ("（024）12345678", "02412345678"),
        ("010-12345678", "01012345678"),
        ("+86 10 12345678", "01012345678"),
        ("+86-429-1234567", "04291234567"),
    ],
)
def test_numbers_that_can_be(typed: str, phone: str) -> None:
    assert parse_callback({"phone": typed, "consent": True}).phone == phone


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        13812345678,
        "12812345678",
        "1381234567",
        "138123456789",
        "12345678",
        "0091-123",
        "电话",
        "13812345678x",
        "110",
    ],
)
def test_numbers_that_cannot_be(typed: Any) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse_callback({"phone": typed, "consent": True})
    assert caught.value.code == "invalid_phone"


@pytest.mark.parametrize(
    ("more", "code"),
    [({"when": "night"}, "invalid_when"), ({"note": "字" * 301}, "note_too_long"), ({"name": "x"}, "unknown_field")],
)
async def test_a_wrong_body(visitor: Visitor, more: dict[str, Any], code: str) -> None:
    assert error(await leave(visitor, **more)) == (400, code)


async def test_the_request_outlives_the_conversation_without_a_link(visitor: Visitor, tmp_path: Path) -> None:
    await leave(visitor)
    await visitor.request("DELETE", "session")
    with sqlite3.connect(tmp_path / "koujing.db") as database:
        assert database.execute("SELECT session_id FROM callbacks").fetchall() == [(None,)]
    database.close()


async def test_the_same_request_sent_again_is_kept_once(visitor: Visitor, tmp_path: Path) -> None:
    id = str(uuid4())
    first = (await leave(visitor, request_id=id, note="急")).json()
    assert (await leave(visitor, request_id=id, note="急")).json() == first
    # Something was changed before it was sent again, and another visitor may use the same id.
    assert (await leave(visitor, request_id=id, note="不急")).json()["code"] != first["code"]
    other = await Visitor(visitor.http).open()
    assert (await leave(other, request_id=id, note="急")).json()["code"] != first["code"]
    assert [event["type"] for event in await visitor.events()] == ["notice", "notice"]
    with sqlite3.connect(tmp_path / "koujing.db") as database:
        assert database.execute("SELECT count(*) FROM callbacks").fetchone() == (3,)
    database.close()


@pytest.mark.parametrize("id", ["", "1", 5, "0" * 37])
async def test_a_request_id_must_be_one(visitor: Visitor, id: Any) -> None:
    assert error(await leave(visitor, request_id=id)) == (400, "invalid_request_id")
