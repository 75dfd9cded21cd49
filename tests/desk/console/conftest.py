"""A console with the real knowledge on real SQLite, cheap passwords, a clock moved by hand, and people at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from koujing.clock import Clock
from koujing.desk.console.headers import ConsoleHeaders
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.parts import ConsoleParts, console_parts
from koujing.desk.console.passwords import Passwords, Scrypt
from koujing.desk.console.people_routes import people_routes, static_mount
from koujing.desk.errors import ApiError, api_error, http_error, unexpected_error
from koujing.desk.web.view import view
from koujing.knowledge.base import Knowledge
from koujing.settings import DEMO_DATE, Settings
from koujing.store.database import open_database
from tests.desk.web.html import Element, flaws, parse

ORIGIN = "http://localhost"
PASSWORD = "correct horse battery"
CHEAP = Scrypt(n=2, r=1, p=1)
NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.timezone.utc)
PAGE = {"Accept": "text/html,application/xhtml+xml"}
SAME = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Time:
    """The moment, moved by hand; `seconds` for what counts in seconds."""

    now: dt.datetime = NOON

    def pass_(self, **how_long: float) -> None:
        self.now += dt.timedelta(**how_long)

    def seconds(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def console_settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, today=DEMO_DATE, secret="s" * 32)


@pytest.fixture
def engine(console_settings: Settings) -> Iterator[Engine]:
    engine = open_database(console_settings.data / "koujing.db")
    yield engine
    engine.dispose()


More = Callable[[ConsoleKit, ConsoleParts], Sequence[BaseRoute]]


@dataclass
class Console:
    """A console and its parts; `person` signs somebody in."""

    parts: ConsoleParts
    kit: ConsoleKit
    app: Starlette
    _opened: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self, origin: str = ORIGIN, client: tuple[str, int] = ("127.0.0.1", 50000)) -> Browser:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=client)
        http = httpx.AsyncClient(transport=transport, base_url=origin, trust_env=False)
        self._opened.append(http)
        return Browser(http, origin)

    def account(self, name: str = "wang", *roles: str, **more: Any) -> Any:
        hashed = self.parts.passwords.hash(PASSWORD)
        return self.parts.staff.add(
            name, more.pop("display", name.title()), roles or ("operator",), None, hashed, **more
        )

    async def person(self, *roles: str, name: str | None = None) -> Browser:
        """A browser of somebody with these roles, signed in."""
        name = name or "-".join(roles)[:32]
        if self.parts.staff.named(name) is None:
            self.account(name, *roles)
        browser = self.browser()
        assert (await browser.sign_in(name)).status_code == 303
        return browser

    async def close(self) -> None:
        for http in self._opened:
            await http.aclose()


@dataclass
class Browser:
    """One browser: keeps cookies, tells where its requests come from, and every page it shows is without flaws."""

    http: httpx.AsyncClient
    origin: str = ORIGIN

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers={**PAGE, **headers})

    async def page(self, path: str) -> Element:
        response = await self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.headers.get("location"))
        return shown(response)

    async def post(self, path: str, data: Any = None, **headers: str) -> httpx.Response:
        sent = {**PAGE, "Origin": self.origin, "Sec-Fetch-Site": "same-origin", **headers}
        return await self.http.post(path, data=data or {}, headers=sent)

    async def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return await self.post("/console/sign-in", {"name": name, "password": password, **more})

    def carry(self, cookie: str) -> Browser:
        """Send this as the session, whatever the browser was given."""
        self.http.cookies.clear()
        self.http.headers["Cookie"] = f"koujing_console={cookie}"
        return self

    @property
    def cookie(self) -> str | None:
        return next((cookie.value for cookie in self.http.cookies.jar if cookie.name == "koujing_console"), None)


def shown(response: httpx.Response) -> Element:
    """A page, after a look for flaws."""
    page = parse(response.text)
    assert flaws(page) == []
    return page


MakeConsole = Callable[..., Console]


@pytest.fixture
async def make_console(
    console_settings: Settings, engine: Engine, knowledge: Knowledge, time: Time
) -> AsyncIterator[MakeConsole]:
    """Makes a console, with settings changed by name and routes of other parts from `more`."""
    made: list[Console] = []

    def make(more: More | None = None, conversations: Any = None, **changed: Any) -> Console:
        settings = replace(console_settings, **changed)
        clock = Clock(settings.today, lambda: time.now)
        answering: Any = conversations or SimpleNamespace()
        passwords = Passwords(CHEAP)
        parts = console_parts(settings, knowledge, clock, engine, answering, view, passwords=passwords)
        kit = ConsoleKit(parts)
        own = people_routes(kit, parts)
        others = list(more(kit, parts)) if more else []
        routes = kit.only_registered([*own, *others, static_mount(), kit.rest_route()])
        handlers = {ApiError: api_error, HTTPException: http_error, Exception: unexpected_error}
        app = Starlette(routes=routes, middleware=[Middleware(ConsoleHeaders)], exception_handlers=handlers)
        made.append(Console(parts, kit, app))
        return made[-1]

    yield make
    for console in made:
        await console.close()


@pytest.fixture
def console(make_console: MakeConsole) -> Console:
    return make_console()
