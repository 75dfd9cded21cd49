"""A whole desk to be fuzzed: website, API, 公众号 in plain mode, console with a person of every role, and a Rasa that answers all."""

from __future__ import annotations

import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx

from koujing.answering.refusals import refusal
from koujing.clock import Clock
from koujing.desk.app import create_app
from koujing.desk.console.parts import ConsoleParts, console_parts
from koujing.desk.console.passwords import Passwords, Scrypt
from koujing.desk.console.permissions import ROLES
from koujing.desk.rasa_client import RasaClient
from koujing.desk.web.parts import web_parts
from koujing.desk.web.view import view
from koujing.desk.wechat.parts import wechat_parts
from koujing.settings import Settings
from koujing.store.database import open_database
from koujing.store.shared import MemoryShared
from koujing.store.store import Store
from tests.desk.conftest import DEMO_DATE, FakeRasa, widget
from tests.desk.played_wire import PlayedWire
from tests.desk.web.conftest import answered, asking, say
from tests.fuzz.made import EVIL, knowledge
from tests.fuzz.requests import Requests

__all__ = ["fuzzed_desk"]

ORIGIN = "http://localhost"
_UNLIMITED = dict.fromkeys(
    [
        "requests_per_minute", "lookups_per_minute", "web_messages_per_minute", "web_address_per_minute",
        "web_reads_per_minute", "wechat_messages_per_minute",
    ],
    1_000_000,
)  # fmt: skip


@asynccontextmanager
async def fuzzed_desk(data: Path, seed: int) -> AsyncIterator[Requests]:
    """Requests at a desk that runs, and is ended with it."""
    settings = Settings(
        data=data, today=DEMO_DATE, secret="s" * 32, wechat_mode="plain", answer_seconds=5, **_UNLIMITED
    )
    known, rasa, clock = knowledge(), FakeRasa(), Clock(DEMO_DATE)
    say(rasa, answered(f"可以。{EVIL}[a](javascript:x)\n依据：一"), asking("葫芦岛市", EVIL))
    engine = open_database(data / "koujing.db")
    store, shared = Store(engine, clock), MemoryShared(clock.now)
    made: list[ConsoleParts] = []

    def console(conversations: object) -> ConsoleParts:
        passwords = Passwords(Scrypt(n=2, r=1, p=1))
        made.append(console_parts(settings, known, clock, engine, conversations, view, passwords=passwords))
        return made[0]

    app = create_app(
        settings, knowledge=known, refuse=partial(refusal, known), store=store,
        rasa=RasaClient(PlayedWire(rasa), settings.rasa_url, settings.actions_url),
        clock=clock, web=web_parts(settings, known.regions, engine, clock, view), widget=widget(),
        wechat=wechat_parts(settings, known, engine, clock, store, shared), console=console,
    )  # fmt: skip
    async with app.router.lifespan_context(app):
        ids, cookies = ["huludao", "job_retention_refund", "1", "2"], []
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, trust_env=False, timeout=60) as http:
            http.headers.update({"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})
            token = (await http.post("/api/v1/web/session", json={"site": "demo"})).json()["token"]
            bearer = {"Authorization": f"Bearer {token}"}
            await http.post(
                "/api/v1/web/messages", json={"message_id": str(uuid4()), "text": f"失业金怎么领{EVIL}"}, headers=bearer
            )
            events = (await http.get("/api/v1/web/events", params={"wait": 5, "after": 1}, headers=bearer)).json()[
                "events"
            ]
            ids += [str(event["view"]["receipt"]) for event in events if "view" in event]
            wish = {"phone": "024-12345678", "consent": True, "note": EVIL}
            ids.append((await http.post("/api/v1/web/callbacks", json=wish, headers=bearer)).json()["code"])
            with engine.connect() as connection:
                ids += [row[0] for row in connection.exec_driver_sql("select id from sessions limit 3")]
            for role in ROLES:
                password = secrets.token_hex(8)
                made[0].staff.add(role, f"{EVIL}", (role,), None, made[0].passwords.hash(password))
                form = {"name": role, "password": password}
                answer = await http.post("/console/sign-in", data=form)
                assert answer.status_code == 303, answer.text
                cookies.append(f"koujing_console={answer.cookies['koujing_console']}; koujing_chat={token}")
                http.cookies.clear()
        chance = random.Random(seed)
        yield Requests(app, chance, token, [*cookies, f"koujing_chat={token}", "koujing_console=x"], ids)
        app.state.close()
    engine.dispose()
