"""Two desk processes over one PostgreSQL and one Redis, in front of a core that watches what they ask it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from koujing.settings import DEMO_DATE, Settings
from koujing.store.database import connect_database
from koujing.store.tables import messages, receipts
from tests.e2e.running import _free_ports
from tests.e2e.wechat.desks import Desks
from tests.e2e.wechat.slow_core import SlowCore, question
from tests.store.redis_server import redis_server

pytestmark = pytest.mark.anyio

_KEY = {"Authorization": "Bearer demo"}


class WatchingCore(SlowCore):
    """Keeps how many messages of one conversation came at a time, and in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.now: Counter[str] = Counter()
        self.most = 0
        self.order: list[str] = []

    async def _message(self, request: Request) -> Response:
        given = await request.json()
        self.now[given["sender"]] += 1
        self.most = max(self.most, self.now[given["sender"]])
        self.order.append(given["message"])
        try:
            return await super()._message(request)
        finally:
            self.now[given["sender"]] -= 1


async def _asked(http: httpx.AsyncClient, desk: str, number: int, **more: Any) -> dict[str, Any]:
    body = {"text": question(number, 0.1), "session": "call", "message_id": f"m{number}", **more}
    response = await http.post(f"{desk}/api/v1/ask", json=body, headers=_KEY)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def _once(http: httpx.AsyncClient, desks: list[str], core: WatchingCore) -> None:
    """The same message at both desks at once, twelve times, is asked once and answered alike."""
    for number in range(6):
        one, two = await asyncio.gather(*(_asked(http, desk, number) for desk in desks))
        assert one == two
    # Different ones at once: whichever is first, one at a time.
    await asyncio.gather(*(_asked(http, desks[n % 2], n) for n in range(6, 12)))
    assert core.turns == {question(n, 0.1): 1 for n in range(12)}
    assert core.most == 1


async def _from_its_page(request: httpx.Request) -> None:
    """As a browser says where it asks from."""
    request.headers["Origin"] = f"{request.url.scheme}://{request.url.host}:{request.url.port}"


async def _opened(http: httpx.AsyncClient, desk: str) -> dict[str, str]:
    opened = await http.post(f"{desk}/api/v1/web/session", json={"site": "demo"})
    assert opened.status_code == 201, opened.text
    return {"Authorization": f"Bearer {opened.json()['token']}"}


async def _heard(http: httpx.AsyncClient, desks: list[str], core: WatchingCore) -> None:
    """A website's visitor who writes to one desk reads the answer from the other, promptly and in order."""
    token = await _opened(http, desks[0])
    cursor, replies, waits = 0, [], []
    core.order.clear()
    for n in range(20, 24):
        body = {"text": question(n, 0.0), "message_id": str(UUID(int=n))}
        sent = await http.post(f"{desks[n % 2]}/api/v1/web/messages", json=body, headers=token)
        assert sent.status_code == 202, sent.text
        began, answered = time.monotonic(), False
        while not answered:
            asked = {"after": cursor, "wait": 10}
            found = await http.get(f"{desks[1 - n % 2]}/api/v1/web/events", params=asked, headers=token)
            assert found.status_code == 200, found.text
            cursor = found.json()["cursor"]
            answered = any(event["type"] == "reply" for event in found.json()["events"])
            replies += [event for event in found.json()["events"] if event["type"] == "reply"]
        # Far less than the second after which it would be found by looking.
        waits.append(time.monotonic() - began)
    assert [reply["message_id"] for reply in replies] == [str(UUID(int=n)) for n in range(20, 24)]
    assert core.order == [question(n, 0.0) for n in range(20, 24)]


async def _taken_over(http: httpx.AsyncClient, desks: Desks, urls: list[str]) -> None:
    """What a killed desk had accepted is answered by the other, once."""
    token = await _opened(http, urls[0])
    body = {"text": question(30, 3.0), "message_id": str(UUID(int=30))}
    assert (await http.post(f"{urls[0]}/api/v1/web/messages", json=body, headers=token)).status_code == 202
    await asyncio.sleep(0.5)
    desks.kill(0)
    began, cursor, types = time.monotonic(), 0, list[str]()
    while "reply" not in types:
        assert time.monotonic() - began < 40
        found = await http.get(f"{urls[1]}/api/v1/web/events", params={"after": cursor, "wait": 10}, headers=token)
        cursor = found.json()["cursor"]
        types += [event["type"] for event in found.json()["events"]]
    assert types == ["message", "reply"]


async def test_two_desks_are_one_to_everybody(tmp_path: Path, postgres_url: str) -> None:
    core, ports = WatchingCore(), _free_ports(2)
    with redis_server(tmp_path) as redis:
        async with core.running():
            common = Settings(
                rasa_port=core.rasa_port,
                actions_port=core.actions_port,
                today=DEMO_DATE,
                data=tmp_path / "data",
                secret="s" * 40,
                database=postgres_url,
                redis=redis.url,
            )
            desks = Desks([replace(common, desk_port=port) for port in ports])
            urls = [one.desk_url for one in desks.settings]
            try:
                # Both at once: neither finds the other's half-made tables.
                await desks.start(0, 1)
                async with httpx.AsyncClient(
                    trust_env=False, timeout=30, event_hooks={"request": [_from_its_page]}
                ) as http:
                    await _once(http, urls, core)
                    await _heard(http, urls, core)
                    await _taken_over(http, desks, urls)
            finally:
                desks.stop()
    engine = connect_database(postgres_url)
    with engine.connect() as connection:
        kept = [
            connection.execute(select(func.count()).select_from(each)).scalar_one() for each in (messages, receipts)
        ]
    engine.dispose()
    assert kept == [17, 17]
