"""A console with calls: the real knowledge and core, and a Rasa that the test plays."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import pytest

from koujing.answering.conversation import respond
from koujing.answering.refusals import refusal
from koujing.clock import Clock
from koujing.desk.console.assist.routes import assist_routes
from koujing.desk.console.assist.service import Assist
from koujing.desk.console.assist.suggest import Suggester
from koujing.desk.conversation import Conversations
from koujing.desk.rasa_client import RasaClient
from koujing.knowledge.base import Knowledge
from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.yaml_lines import read_document
from koujing.leases import LocalLeases
from koujing.settings import ROOT
from koujing.store.store import Store
from tests.desk.console.conftest import PAGE, SAME, Browser, Console, MakeConsole, Time
from tests.desk.played_wire import PlayedWire


@dataclass
class PlayedRasa:
    """Understands by the matters' names and a few words of aspects, reads facts by the cues, and answers by the core."""

    knowledge: Knowledge
    reader: Any
    down: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)
    memories: dict[str, str] = field(default_factory=dict)

    _aspects = (
        ("多少", "amount"),
        ("截止", "deadline"),
        ("怎么", "how"),
        ("条件", "conditions"),
        ("材料", "materials"),
    )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        message = json.loads(request.content)
        self.heard.append(message)
        on = dt.date.fromisoformat(message["metadata"]["on"])
        memory = json.loads(self.memories.get(message["sender"], "{}"))
        replies, memory = respond(self.knowledge, self.read(message["message"], on), message["metadata"], memory, on)
        self.memories[message["sender"]] = json.dumps(memory)
        return httpx.Response(200, json=[{"custom": {"reply": reply}} for reply in replies])

    def read(self, text: str, on: dt.date) -> dict[str, Any]:
        """As the trained reader would, roughly."""
        words = {word: m.id for m in self.knowledge.matters.values() for word in (m.name, *m.words)}
        named = sorted((word for word in words if word in text), key=len)
        topic = words[named[-1]] if named else "no_matter"
        aspect = next((aspect for word, aspect in self._aspects if word in text), "eligibility")
        question = {"text": text, "context": text, "topic": topic, "intent": f"ask_{aspect}", "share": 0.99}
        facts = [
            {
                "fact": f.fact,
                "value": f.value,
                "said": f.said,
                "approximate": f.approximate,
                "low": f.low,
                "high": f.high,
            }
            for f in self.reader.read(text, on)
        ]
        place = re.search("广州|兴城", text)
        places = (
            [
                {
                    "surface": place[0],
                    "regions": [{"广州": "guangzhou", "兴城": "xingcheng"}[place[0]]],
                    "start": 0,
                    "end": 2,
                }
            ]
            if place
            else []
        )
        return {
            "text": text,
            "questions": [question],
            "facts": facts,
            "places": places,
            "answers": {},
            "person": None,
            "personal": True,
        }


@pytest.fixture(scope="session")
def reader() -> Any:
    return load_fact_reader(ROOT / "policies/fact_words.yml", read_document(ROOT / "policies/facts.yml").data["facts"])


@pytest.fixture(scope="session")
def suggester(knowledge: Knowledge) -> Suggester:
    return Suggester(knowledge, read_document(ROOT / "policies/glossary.yml").data["words"])


@pytest.fixture
def rasa(knowledge: Knowledge, reader: Any) -> PlayedRasa:
    return PlayedRasa(knowledge, reader)


@dataclass
class Calls:
    """A console with calls."""

    console: Console
    assist: Assist
    rasa: PlayedRasa

    async def operator(self, name: str = "operator") -> Desk:
        """An operator, signed in."""
        return Desk(await self.console.person("operator", name=name))


@dataclass
class Desk:
    """An operator's browser with a call open."""

    browser: Browser
    id: str = ""
    asked: int = 0

    async def open(self, region: str | None = "huludao") -> Desk:
        response = await self.browser.post("/console/assist")
        assert response.status_code == 303, response.text
        self.id = response.headers["location"].rpartition("/")[2]
        await self.act("place", region=region, as_of=None)
        return self

    async def request(self, path: str, **body: Any) -> httpx.Response:
        return await self.browser.http.post(f"/console/assist/{self.id}/{path}", json=body, headers=SAME)

    async def act(self, path: str, **body: Any) -> dict[str, Any]:
        response = await self.request(path, **body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def ask(self, text: str, pick: Any = None, message_id: str = "") -> dict[str, Any]:
        self.asked += 1
        return await self.act("ask", text=text, message_id=message_id or f"message-{self.asked}", pick=pick)

    async def fact(self, fact: str, value: str) -> dict[str, Any]:
        return await self.act("facts", fact=fact, value=value)

    async def page(self) -> Any:
        return await self.browser.page(f"/console/assist/{self.id}")

    async def get(self, path: str) -> httpx.Response:
        return await self.browser.http.get(f"/console/assist/{self.id}/{path}", headers=PAGE)


MakeCalls = Callable[..., Calls]


@pytest.fixture
def make_calls(
    make_console: MakeConsole,
    engine: Any,
    time: Time,
    rasa: PlayedRasa,
    knowledge: Knowledge,
    reader: Any,
    suggester: Suggester,
) -> MakeCalls:
    """Makes the console, each time as if started anew on the same data."""

    def make() -> Calls:
        made: list[Assist] = []
        clock = Clock(dt.date(2021, 9, 15), lambda: time.now)
        conversations = Conversations(
            store=Store(engine, clock), rasa=RasaClient(PlayedWire(rasa), "http://rasa", "http://actions"),
            refuse=partial(refusal, knowledge), clock=clock, message_length=1000, leases=LocalLeases(),
        )  # fmt: skip

        def routes(kit: Any, parts: Any) -> Any:
            made.append(Assist(parts, reader, suggester))
            return assist_routes(kit, made[0])

        console = make_console(more=routes, conversations=conversations)
        return Calls(console, made[0], rasa)

    return make


@pytest.fixture
def calls(make_calls: MakeCalls) -> Calls:
    return make_calls()
