"""Everything that can be wrong with a request, and the one shape of the answer to it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.desk.conftest import FakeRasa, MakeApp, open_client

pytestmark = pytest.mark.anyio

ASK = "/api/v1/ask"
JSON = {"Content-Type": "application/json"}


def error(response: httpx.Response) -> tuple[int, str]:
    """Status and code, after a look at the shape."""
    body = response.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "hint"]
    assert all(isinstance(text, str) and text for text in body["error"].values())
    return response.status_code, body["error"]["code"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_text"),
        ({"text": None}, "missing_text"),
        ({"text": 5}, "missing_text"),
        ({"text": ""}, "empty_text"),
        ({"text": " \n\u3000\u200b\x00"}, "empty_text"),
        ({"text": "\ud800"}, "invalid_text"),
        ([], "invalid_body"),
        (None, "invalid_body"),
        ({"text": "问", "regoin": "huludao"}, "unknown_field"),
        ({"text": "问", "region": "atlantis"}, "unknown_region"),
        ({"text": "问", "region": ["huludao"]}, "unknown_region"),
        ({"text": "问", "region": ""}, "unknown_region"),
        ({"text": "问", "as_of": "2021-02-30"}, "invalid_date"),
        ({"text": "问", "as_of": "20210915"}, "invalid_date"),
        ({"text": "问", "as_of": "２０２１-09-15"}, "invalid_date"),
        ({"text": "问", "as_of": 20210915}, "invalid_date"),
        ({"text": "问", "facts": []}, "invalid_facts"),
        ({"text": "问", "facts": {"insured": 1}}, "unknown_fact"),
        ({"text": "问", "facts": {"insured_count": "许多"}}, "invalid_fact"),
        ({"text": "问", "session": "a b"}, "invalid_session"),
        ({"text": "问", "session": "x" * 65}, "invalid_session"),
        ({"text": "问", "message_id": ""}, "invalid_message_id"),
        ({"text": "问", "script": "繁體"}, "invalid_script"),
        ({"text": "问", "script": ["hant"]}, "invalid_script"),
    ],
)
async def test_a_wrong_body(client: httpx.AsyncClient, rasa: FakeRasa, body: Any, code: str) -> None:
    response = await client.post(ASK, content=json.dumps(body), headers=JSON)
    assert error(response) == (400, code)
    assert rasa.received == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"text": "\xff"}', b"[" * 100_000, b'{"text": "a", "facts": NaN}', b"9" * 5000 + b"e"],
    ids=["empty", "broken", "not utf-8", "deep", "NaN", "number"],
)
async def test_broken_json(client: httpx.AsyncClient, content: bytes) -> None:
    assert error(await client.post(ASK, content=content, headers=JSON)) == (400, "invalid_json")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"text": "问", "region": "huluda"}, "huludao"),
        ({"text": "问", "region": "广州市"}, "guangzhou"),
        ({"text": "问", "facts": {"insured_cuont": 1}}, "insured_count"),
        ({"txt": "问"}, "text"),
    ],
)
async def test_a_near_miss_is_told_what_was_meant(client: httpx.AsyncClient, body: Any, hint: str) -> None:
    assert hint in (await client.post(ASK, json=body)).json()["error"]["hint"]


@pytest.mark.parametrize("authorization", ["", "demo", "Bearer", "Bearer wrong", "Basic demo", "Bearer  "])
async def test_a_wrong_key(client: httpx.AsyncClient, authorization: str) -> None:
    response = await client.post(ASK, json={"text": "问"}, headers={"Authorization": authorization})
    assert error(response) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_the_scheme_is_not_case_sensitive(client: httpx.AsyncClient) -> None:
    assert (await client.post(ASK, json={"text": "问"}, headers={"Authorization": "bearer demo"})).is_success


async def test_unknown_address_and_wrong_method(client: httpx.AsyncClient) -> None:
    assert error(await client.get("/nowhere")) == (404, "not_found")
    assert error(await client.get("/api/v1/receipts/0123456789AB")) == (404, "not_found")
    response = await client.get(ASK)
    assert error(response) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"


async def test_a_body_that_is_too_large_or_not_json(client: httpx.AsyncClient) -> None:
    assert error(await client.post(ASK, json={"text": "问" * 100_000})) == (413, "body_too_large")
    assert error(await client.post(ASK, content=b"text=a")) == (415, "unsupported_media_type")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert error(await client.post(ASK, content=b"text=a", headers=form)) == (415, "unsupported_media_type")


async def test_quotas(make_app: MakeApp) -> None:
    async with open_client(make_app(requests_per_minute=2, lookups_per_minute=1)) as client:
        for _ in range(2):
            assert (await client.post(ASK, json={"text": "问"})).is_success
        response = await client.post(ASK, json={"text": "问"})
        assert error(response) == (429, "too_many_requests")
        assert int(response.headers["Retry-After"]) > 0
        assert (await client.get("/api/v1/catalogue")).is_success
        assert error(await client.get("/api/v1/receipts/0123456789AB")) == (429, "too_many_requests")


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        _slow,
        lambda _: httpx.Response(500),
        lambda _: httpx.Response(200, text="no json"),
        lambda _: httpx.Response(200, json=[]),
        lambda _: httpx.Response(200, json=[{"text": "no reply"}]),
    ],
    ids=["slow", "500", "no json", "actions down", "no reply"],
)
async def test_rasa_or_actions_fail(client: httpx.AsyncClient, rasa: FakeRasa, answer: Any) -> None:
    rasa.answer = answer
    asked = {"text": "问", "session": "s", "message_id": "m"}
    response = await client.post(ASK, json=asked)
    assert error(response) == (503, "unavailable")
    assert int(response.headers["Retry-After"]) > 0
    rasa.answer = None
    assert (await client.post(ASK, json=asked)).is_success


async def test_rasa_is_down(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    rasa.down = {"rasa"}
    assert error(await client.post(ASK, json={"text": "问"})) == (503, "unavailable")


async def test_the_unforeseen(make_app: MakeApp) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret")

    async with open_client(make_app(refuse_with=broken)) as client:
        response = await client.post(ASK, json={"text": "/restart"})
    assert error(response) == (500, "internal")
    assert "secret" not in response.text
