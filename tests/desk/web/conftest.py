"""A desk with the real knowledge, a Rasa that the test plays, and visitors of its website."""

from __future__ import annotations

import datetime as dt
import json
import time as clock_of_the_machine
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from koujing.knowledge.base import Knowledge
from tests.desk.conftest import FakeRasa, MakeApp, blank_reply

DESK = "http://desk"
WEB = "/api/v1/web"
_PATIENCE = 20
NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.timezone.utc)
CITATION = {
    "clause": "hld-2021-2:1",
    "notice": "葫人社发〔2021〕2号",
    "region": "huludao",
    "heading": "稳岗返还",
    "quote": "参保职工30人（含）以下",
    "url": None,
}
CALIBER = {"id": "huludao.job_retention_refund.conditions", "version": "1a2b"}


@dataclass
class Time:
    """The moment, moved by hand."""

    now: dt.datetime = NOON

    def pass_(self, **how_long: float) -> None:
        self.now += dt.timedelta(**how_long)


def answered(text: str = "可以申领。", **given: Any) -> dict[str, Any]:
    """A caliber spoken."""
    on = dt.date(2021, 9, 15)
    return blank_reply("answered", text, on, citations=[CITATION], calibers=[CALIBER], region="huludao", **given)


def asking(*labels: str) -> dict[str, Any]:
    """A question back with options."""
    options = [{"id": str(n), "label": label, "value": label} for n, label in enumerate(labels)]
    ask = {"fact": "region", "question": "您在哪里？", "why": None, "type": "choice", "options": options}
    return blank_reply("clarifying", "您在哪里？", dt.date(2021, 9, 15), ask=ask)


def listing(*names: str) -> dict[str, Any]:
    """A screening."""
    items = [
        {"matter": "m", "name": name, "verdict": "need_info", "summary": "看情况", "missing": [], "clause": None}
        for name in names
    ]
    return blank_reply("listed", "可能适用的有：", dt.date(2021, 9, 15), items=items, citations=[CITATION])


def say(rasa: FakeRasa, *replies: dict[str, Any]) -> None:
    """Let Rasa answer every message with these."""
    rasa.answer = lambda _: httpx.Response(200, json=[{"custom": {"reply": reply}} for reply in replies])


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def web_app(make_app: MakeApp, knowledge: Knowledge, rasa: FakeRasa, time: Time) -> Callable[..., Starlette]:
    """Makes the desk, as if started anew on the same data."""
    say(rasa, answered())
    return lambda **changed: make_app(knowledge=knowledge, moment=lambda: time.now, **changed)


@dataclass
class Visitor:
    """One tab of a browser."""

    http: httpx.AsyncClient
    token: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Origin": DESK})
    opened: dict[str, Any] = field(default_factory=dict)

    async def open(self, **more: Any) -> Visitor:
        response = await self.request("POST", "session", json={"site": "demo", **more})
        assert response.status_code == 201, response.text
        self.opened = response.json()
        self.token = self.opened["token"]
        return self

    async def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.http.request(method, f"{WEB}/{path}", headers={**self.headers, **bearer}, **how)

    async def send(self, text: str | None = None, message_id: str | None = None, **more: Any) -> httpx.Response:
        said = {"text": text} if text is not None else {}
        body = {"message_id": message_id or str(uuid4()), **said, **more}
        return await self.request("POST", "messages", json=body)

    async def events(self, after: int = 0, **query: Any) -> list[dict[str, Any]]:
        response = await self.request("GET", "events", params={"after": after, **query})
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer["cursor"] == (answer["events"][-1]["id"] if answer["events"] else after)
        return list(answer["events"])

    async def until(self, kind: str, times: int = 1) -> list[dict[str, Any]]:
        """All events, once there are so many of this type."""
        end = clock_of_the_machine.monotonic() + _PATIENCE
        found = await self.events()
        while [event["type"] for event in found].count(kind) < times:
            assert clock_of_the_machine.monotonic() < end, found
            found += await self.events(found[-1]["id"] if found else 0, wait=1)
        return found

    async def ask(self, text: str) -> list[dict[str, Any]]:
        """Send and wait; the replies' views."""
        response = await self.send(text)
        assert response.status_code == 202, response.text
        message_id, after = response.json()["message_id"], response.json()["cursor"]
        found: list[dict[str, Any]] = []
        while not found:
            found = await self.events(after, wait=5)
        assert {event["message_id"] for event in found} == {message_id}
        return [event["view"] for event in found]


def browse(app: Starlette) -> Visitor:
    """A visitor of a desk in this process, without a session yet."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return Visitor(httpx.AsyncClient(transport=transport, base_url=DESK))


@pytest.fixture
async def visitor(web_app: Callable[..., Starlette]) -> AsyncIterator[Visitor]:
    """With a session."""
    visitor = browse(web_app())
    async with visitor.http:
        yield await visitor.open()


def error(response: httpx.Response) -> tuple[int, str]:
    """Status and code, after a look at the shape."""
    body = json.loads(response.content)
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "hint"]
    assert all(isinstance(text, str) and text for text in body["error"].values())
    return response.status_code, body["error"]["code"]


def database_bytes(folder: Path) -> bytes:
    """Everything that is in the database's files."""
    return b"".join(path.read_bytes() for path in folder.glob("koujing.db*"))
