"""A whole desk with its console: citizens of the website, followers and API clients, and operators at the console."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from koujing.clock import Clock
from koujing.desk.app import create_app
from koujing.desk.console.parts import ConsoleParts, console_parts
from koujing.desk.console.passwords import Passwords
from koujing.desk.fact_reading import fact_reader
from koujing.desk.rasa_client import RasaClient
from koujing.desk.web.parts import web_parts
from koujing.desk.web.view import view
from koujing.knowledge.base import Knowledge
from koujing.settings import ROOT, Settings
from koujing.store.database import open_database
from koujing.store.store import Store
from koujing.store.talk_lists import Talk, Talks
from tests.desk.conftest import FakeRasa, blank_reply, open_client, refuse, widget
from tests.desk.console.conftest import CHEAP, ORIGIN, PASSWORD, Browser, Time
from tests.desk.played_wire import PlayedWire
from tests.desk.web.conftest import Visitor, answered, say

HOME = "/console/conversations"


def handed_off() -> dict[str, Any]:
    """What the core answers to 转人工."""
    handoff = {"state": "offered", "ticket": None, "hours": None}
    return blank_reply("handed_off", "请拨12333。", dt.date(2021, 9, 15), kind="human_request", handoff=handoff)


@dataclass
class Desk:
    """One process of the desk."""

    app: Starlette
    parts: ConsoleParts
    engine: Engine
    rasa: FakeRasa
    _opened: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def talks(self) -> Talks:
        return Talks(self.engine, self.parts.clock)

    @property
    def store(self) -> Store:
        return self.parts.conversations.store

    def the_talk(self) -> Talk:
        """The only conversation."""
        return self.talks.active()[0]

    async def rest(self) -> None:
        """Until nothing works on the website's messages: who has answered one looks for the next before ending."""
        await self.app.state.website._turns.stop(10)

    async def operator(self, name: str = "wang", *roles: str, office: str | None = None) -> Operator:
        """Somebody signed in at the console."""
        if self.parts.staff.named(name) is None:
            hashed = self.parts.passwords.hash(PASSWORD)
            self.parts.staff.add(name, name.title(), roles or ("operator",), office, hashed)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
        http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, trust_env=False)
        self._opened.append(http)
        browser = Browser(http)
        assert (await browser.sign_in(name)).status_code == 303
        return Operator(browser)

    async def visitor(self) -> Visitor:
        """A citizen on the website."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url="http://desk")
        self._opened.append(http)
        return await Visitor(http).open()

    def api(self) -> httpx.AsyncClient:
        client = open_client(self.app)
        self._opened.append(client)
        return client

    async def close(self) -> None:
        for http in self._opened:
            await http.aclose()


@dataclass
class Operator:
    """What an operator does, as the page's script posts it."""

    browser: Browser

    async def act(self, session_id: str, act: str, key: str | None = None, **form: str) -> httpx.Response:
        data = {"key": key or uuid4().hex, **form}
        return await self.browser.post(f"{HOME}/{session_id}/{act}", data, Accept="application/json")

    async def take(self, session_id: str) -> None:
        response = await self.act(session_id, "take")
        assert response.status_code == 200, response.text

    async def say(self, session_id: str, text: str, **more: str) -> None:
        response = await self.act(session_id, "say", text=text, **more)
        assert response.status_code == 200, response.text

    async def back(self, session_id: str) -> None:
        response = await self.act(session_id, "back")
        assert response.status_code == 200, response.text

    async def parts(self, session_id: str) -> dict[str, Any]:
        response = await self.browser.get(f"{HOME}/{session_id}/parts", Accept="application/json")
        assert response.status_code == 200, response.text
        return dict(response.json())


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make_desk(
    settings: Settings, knowledge: Knowledge, rasa: FakeRasa, time: Time, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Desk]]:
    """Makes a desk; another time as a second process on the same data."""
    # The reader takes longer to load than a test; once for all is enough.
    read = partial(fact_reader, ROOT / "policies")
    monkeypatch.setattr("koujing.desk.console.assist.routes.load_fact_reader", lambda *_: read(), raising=False)
    made: list[Desk] = []

    def make(**changed: Any) -> Desk:
        own = replace(settings, **changed)
        engine = open_database(own.data / "koujing.db")
        clock = Clock(own.today, lambda: time.now)
        parts: list[ConsoleParts] = []

        def console(conversations: Any) -> ConsoleParts:
            parts.append(console_parts(own, knowledge, clock, engine, conversations, view, passwords=Passwords(CHEAP)))
            return parts[0]

        app = create_app(
            own,
            knowledge=knowledge,
            refuse=refuse,
            store=Store(engine, clock),
            rasa=RasaClient(PlayedWire(rasa), own.rasa_url, own.actions_url),
            clock=clock,
            web=web_parts(own, knowledge.regions, engine, clock, view),
            widget=widget(),
            console=console,
        )
        made.append(Desk(app, parts[0], engine, rasa))
        return made[-1]

    yield make
    for desk in made:
        desk.engine.dispose()


@pytest.fixture
async def desk(make_desk: Callable[..., Desk]) -> AsyncIterator[Desk]:
    desk = make_desk()
    say(desk.rasa, answered())
    yield desk
    await desk.close()


class Slow:
    """A Rasa that waits until it is let go."""

    def __init__(self, desk: Desk, reply: dict[str, Any]) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                desk.rasa.received.append(json.loads(request.content))
                self.asked.set()
                await self.go.wait()
            return httpx.Response(200, json=[{"custom": {"reply": reply}}])

        client = desk.parts.conversations.rasa
        client._wire = PlayedWire(answer)


@pytest.fixture
def slow() -> type[Slow]:
    return Slow
