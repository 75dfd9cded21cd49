"""A desk on real SQLite with a Rasa that the test plays, and no network."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from koujing.clock import Clock
from koujing.desk.app import create_app
from koujing.desk.rasa_client import RasaClient
from koujing.desk.web.parts import web_parts
from koujing.desk.web.view import view
from koujing.desk.web.widget import Widget, load_widget
from koujing.desk.wechat.parts import wechat_parts
from koujing.knowledge.facts import FactType
from koujing.settings import ROOT, Settings
from koujing.store.database import open_database
from koujing.store.shared import MemoryShared
from koujing.store.store import Store
from tests.desk.played_wire import PlayedWire

DEMO_DATE = dt.date(2021, 9, 15)


def blank_reply(status: str, text: str, on: dt.date, **given: Any) -> dict[str, Any]:
    """A reply that fits the schema, with nothing but what is given."""
    empty: dict[str, Any] = dict.fromkeys(
        ["kind", "question", "plain", "region", "matter", "aspect", "verdict", "ask", "handoff", "receipt"]
    )
    lists = ["points", "reasons", "changes", "amounts", "windows", "citations", "items", "suggestions", "contacts"]
    empty |= {name: [] for name in [*lists, "calibers"]}
    fixed = {"schema_version": "1", "status": status, "text": text, "on": on.isoformat(), "facts": {}}
    return {**empty, **fixed, **given}


def refuse(
    kind: str,
    on: dt.date,
    *,
    question: str | None = None,
    region: str | None = None,
    fills: dict[str, str] | None = None,
) -> dict[str, Any]:
    """As `koujing.answering.refusals.refusal`, with a wording of the test's own."""
    return blank_reply("refused", f"不予答复：{kind}{fills or ''}", on, kind=kind, question=question, region=region)


class Regions:
    """Two regions."""

    def __init__(self) -> None:
        self._known = {
            "huludao": SimpleNamespace(name="葫芦岛市", covered=True),
            "guangzhou": SimpleNamespace(name="广州市", covered=True),
        }

    def get(self, id: str) -> Any:
        return self._known.get(id)

    def ids(self) -> list[str]:
        return list(self._known)


KNOWLEDGE: Any = SimpleNamespace(
    regions=Regions(),
    facts={"insured_count": FactType("insured_count", "参保人数", "number")},
    matters={"job_retention_refund": None},
    refusals={"kinds": {"nonsense": None}},
    wordings={"error": "系统暂时答不了。"},
    catalogue=lambda: {
        "matters": [{"id": "job_retention_refund"}],
        "facts": [{"id": "insured_count"}],
        "regions": [{"id": "huludao"}],
    },
)


@dataclass
class FakeRasa:
    """Answers every message with one reply, or as the test says; remembers what it was sent."""

    received: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[httpx.Request], httpx.Response] | None = None
    down: set[str] = field(default_factory=set)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if ("actions" if request.url.port == 5055 else "rasa") in self.down:
            raise httpx.ConnectError("refused", request=request)
        if request.method == "GET":
            return httpx.Response(200, json={"status": "ok"})
        message = json.loads(request.content)
        self.received.append(message)
        if self.answer:
            return self.answer(request)
        on = dt.date.fromisoformat(message["metadata"]["on"])
        reason = {"condition": "30人以下", "fact": "insured_count", "value": "28", "holds": True}
        reply = blank_reply(
            "smalltalk",
            f"第{len(self.received)}次答复",
            on,
            question=message["message"],
            facts={"insured_count": {"value": "28"}},
            reasons=[{**reason, "clause": "hld-2021-2:1", "referred_to": None}],
        )
        sent = {"recipient_id": message["sender"]}
        return httpx.Response(200, json=[{**sent, "text": "不用"}, {**sent, "custom": {"reply": reply}}])


@cache
def widget() -> Widget:
    """The project's own widget, read once."""
    return load_widget(ROOT / "widget")


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, today=DEMO_DATE, secret="s" * 32)


MakeApp = Callable[..., Starlette]


@pytest.fixture
async def make_app(settings: Settings, rasa: FakeRasa) -> AsyncIterator[MakeApp]:
    """Makes the desk, each time as if started anew on the same data; settings may be changed by name.

    `moment` tells the time; the website needs `knowledge` that is real.
    """
    engines = []

    def make(refuse_with: Any = refuse, *, knowledge: Any = KNOWLEDGE, moment: Any = None, **changed: Any) -> Starlette:
        app, engine = desk(replace(settings, **changed), rasa, refuse_with, knowledge, moment)
        engines.append(engine)
        return app

    yield make
    for engine in engines:
        engine.dispose()


def desk(
    settings: Settings,
    rasa: FakeRasa,
    refuse_with: Any = refuse,
    knowledge: Any = KNOWLEDGE,
    moment: Any = None,
    *,
    wechat: bool = False,
) -> tuple[Starlette, Engine]:
    """The desk and its database, with the account of the settings where `wechat` is asked for."""
    engine = open_database(settings.data / "koujing.db")
    clock = Clock(settings.today, moment) if moment else Clock(settings.today)
    store, shared = Store(engine, clock), MemoryShared(clock.now)
    app = create_app(
        settings,
        knowledge=knowledge,
        refuse=refuse_with,
        store=store,
        rasa=RasaClient(PlayedWire(rasa), settings.rasa_url, settings.actions_url),
        clock=clock,
        web=web_parts(settings, knowledge.regions, engine, clock, view),
        widget=widget(),
        wechat=wechat_parts(settings, knowledge, engine, clock, store, shared) if wechat else None,
    )
    return app, engine


def open_client(app: Starlette) -> httpx.AsyncClient:
    """A client with the demo key that speaks to the app in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://desk", headers={"Authorization": "Bearer demo"})


@pytest.fixture
async def client(make_app: MakeApp) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(make_app()) as client:
        yield client
