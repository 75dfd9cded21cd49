"""The website under load: 50 open event streams and 20 people who ask at once, on the whole running stack.

The peer is `POST /api/v1/ask` on the same stack in the same run with the same questions: no session token, no events, the
answer in the response. `python -m bench.web`, or `make bench-web`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from koujing.settings import DEMO_KEY
from tests.e2e.running import Running

STREAMS, ASKERS, ROUNDS = 50, 20, 5
WEB = "/api/v1/web"
REGION = "huludao"
QUESTIONS = (
    "稳岗返还什么时候截止",
    "公司28个人，去年裁了3个，能领稳岗返还吗",
    "失业补助金怎么领",
    "律所12个人参保去年一个没裁能领稳岗返还吗",
    "失业补助金标准是多少",
    "见习补贴要什么条件",
    "技能提升补贴怎么申请",
    "灵活就业社保补贴能领多久",
    "一次性创业补贴要什么材料",
    "以工代训补贴还有吗",
)
# The limits of one address are no part of what is measured: here everyone comes from one.
UNLIMITED = dict.fromkeys(
    ("requests_per_minute", "web_messages_per_minute", "web_address_per_minute", "web_reads_per_minute"), 1_000_000
)


@dataclass
class Measured:
    """Seconds of what went well, and what went wrong."""

    name: str
    accepted: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def row(self) -> str:
        """A line of the table."""
        shown = [
            f"{1000 * value:7.0f}"
            for value in (_quantile(self.seconds, 50), _quantile(self.seconds, 95), max(self.seconds))
        ]
        first = f"{1000 * _quantile(self.accepted, 95):7.1f}" if self.accepted else "      —"
        return f"{self.name:<34}{len(self.seconds):>6}{len(self.errors):>6}{first}{''.join(shown)}"


class Person:
    """A visitor with an open event stream, who may ask."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http, self._bearer = http, {"Authorization": f"Bearer {token}"}
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self.opened = asyncio.Event()

    async def follow(self) -> None:
        """Read the stream until cancelled; note when a reply is there to be seen."""
        headers = {**self._bearer, "Accept": "text/event-stream"}
        async with self._http.stream("GET", f"{WEB}/events", headers=headers, timeout=None) as response:
            response.raise_for_status()
            self.opened.set()
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    self._seen(json.loads(line[6:]))

    async def ask(self, text: str, into: Measured) -> None:
        """Send a message, and wait until its first reply or its failure is seen."""
        message_id = str(uuid4())
        seen = self._waiting[message_id] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        response = await self._http.post(
            f"{WEB}/messages", json={"message_id": message_id, "text": text}, headers=self._bearer
        )
        if response.status_code != 202:
            into.errors.append(response.text)
            return
        into.accepted.append(time.perf_counter() - began)
        try:
            into.seconds.append(await asyncio.wait_for(seen, 60) - began)
        except Exception as error:
            into.errors.append(repr(error))

    def _seen(self, event: dict[str, Any]) -> None:
        waiting = self._waiting.get(event.get("message_id", ""))
        if waiting is None or waiting.done():
            return
        if event["type"] == "reply":
            waiting.set_result(time.perf_counter())
        elif event["type"] == "failed":
            waiting.set_exception(RuntimeError(event["code"]))


async def measure(address: str) -> list[Measured]:
    """All of it, on a running stack."""
    limits = httpx.Limits(max_connections=None)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=address, headers={"Origin": address}, timeout=60, limits=limits, trust_env=False)
        )
        people = [await _person(http) for _ in range(STREAMS)]
        streams = [asyncio.create_task(person.follow()) for person in people]
        await asyncio.wait_for(asyncio.gather(*(person.opened.wait() for person in people)), 60)
        await asyncio.gather(*(person.ask(QUESTIONS[0], Measured("warm")) for person in people[:4]))
        results = [
            await _alone("website, one after another", people[0].ask),
            await _alone("ask API, one after another", _api(http)),
            await _together(f"website, {ASKERS} at once", [person.ask for person in people[:ASKERS]]),
            await _together(f"ask API, {ASKERS} at once", [_api(http)] * ASKERS),
        ]
        broken = [stream for stream in streams if stream.done()]
        results[2].errors += ["a stream ended"] * len(broken)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    return results


Ask = Callable[[str, Measured], Awaitable[None]]


async def _alone(name: str, ask: Ask) -> Measured:
    measured = Measured(name)
    for question in QUESTIONS * 2:
        await ask(question, measured)
    return measured


async def _together(name: str, asks: list[Ask]) -> Measured:
    """Rounds in which everyone asks at the same moment, each something else."""
    measured = Measured(name)
    for turn in range(ROUNDS):
        await asyncio.gather(*(ask(QUESTIONS[(n + turn) % len(QUESTIONS)], measured) for n, ask in enumerate(asks)))
    return measured


def _api(http: httpx.AsyncClient) -> Ask:
    async def ask(text: str, into: Measured) -> None:
        began = time.perf_counter()
        response = await http.post(
            "/api/v1/ask", json={"text": text, "region": REGION}, headers={"Authorization": f"Bearer {DEMO_KEY}"}
        )
        if response.status_code == 200:
            into.seconds.append(time.perf_counter() - began)
        else:
            into.errors.append(response.text)

    return ask


async def _person(http: httpx.AsyncClient) -> Person:
    response = await http.post(f"{WEB}/session", json={"site": "demo", "region": REGION})
    response.raise_for_status()
    return Person(http, response.json()["token"])


def _quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def main() -> None:
    """Start everything, measure, print, and end with 1 where anything went wrong."""
    with tempfile.TemporaryDirectory(prefix="koujing-bench-") as folder:
        running = Running(Path(folder), **UNLIMITED)
        running.start()
        try:
            results = asyncio.run(measure(str(running.http.base_url).rstrip("/")))
        finally:
            running.stop()
    print(f"{STREAMS} event streams open all the time; milliseconds; first visible reply")
    print(f"{'':<34}{'asked':>6}{'wrong':>6}{'202 p95':>7}{'p50':>7}{'p95':>7}{'max':>7}")
    for measured in results:
        print(measured.row())
    for website, peer in ((results[0], results[1]), (results[2], results[3])):
        ratios = [_quantile(website.seconds, percent) / _quantile(peer.seconds, percent) for percent in (50, 95)]
        print(f"{website.name} against {peer.name}: p50 ×{ratios[0]:.2f}, p95 ×{ratios[1]:.2f}")
    wrong = [error for measured in results for error in measured.errors]
    for error in wrong[:5]:
        print(error, file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
