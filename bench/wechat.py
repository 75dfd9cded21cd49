"""A 公众号 under load: 15 messages a second, each answered in the passive reply, in safe mode, on the whole running stack.

The platform hangs up after 5 seconds; what is measured is the time from its request to the whole reply. The peer is
`POST /api/v1/ask` at the same rate on the same stack in the same run, with the same questions and as many sessions; the two
take turns. `python -m bench.wechat`, or `make bench-wechat`.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.web import QUESTIONS, REGION, UNLIMITED
from koujing.desk.wechat.demo import DEMO
from koujing.settings import DEMO_KEY, ROOT
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import Via
from koujing.wechat_sim.serving import playing
from tests.e2e.running import Running

RATE, SECONDS, ROUNDS, PEOPLE = 15, 20, 3, 120
# The platform's patience.
CUT = 5.0


@dataclass
class Measured:
    """Seconds of what went well, how many answers came later by themselves, and what went wrong."""

    name: str
    seconds: list[float] = field(default_factory=list)
    later: int = 0
    errors: list[str] = field(default_factory=list)

    def at(self, percent: float) -> float:
        """The seconds within which so many per cent were answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def row(self) -> str:
        """A line of the table, in milliseconds."""
        shown = "".join(f"{1000 * value:8.0f}" for value in (self.at(50), self.at(95), self.at(99), max(self.seconds)))
        return f"{self.name:<30}{len(self.seconds):>7}{self.later:>6}{len(self.errors):>6}{shown}"


Ask = Callable[[int, str, Measured], Awaitable[None]]


async def measure(platform: Platform, http: httpx.AsyncClient) -> list[Measured]:
    """Both, in turns."""
    ways: list[tuple[Measured, Ask]] = [
        (Measured("WeChat, passive reply"), _wechat(platform)),
        (Measured("ask API"), _api(http)),
    ]
    for _, ask in ways:
        warm = Measured("warm")
        for n in range(10):
            await ask(n, QUESTIONS[n % len(QUESTIONS)], warm)
    for _ in range(ROUNDS):
        for measured, ask in ways:
            await _at_a_rate(measured, ask)
    return [measured for measured, _ in ways]


async def _at_a_rate(measured: Measured, ask: Ask) -> None:
    """Ask at fixed moments, whether or not the earlier ones are answered."""
    loop, asking = asyncio.get_running_loop(), []
    began = loop.time()
    for n in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, began + n / RATE - loop.time()))
        asking.append(asyncio.create_task(ask(n, QUESTIONS[n % len(QUESTIONS)], measured)))
    await asyncio.gather(*asking)


def _wechat(platform: Platform) -> Ask:
    people = [platform.follower() for _ in range(PEOPLE)]

    async def ask(n: int, text: str, into: Measured) -> None:
        delivery = await people[n % PEOPLE].say(text)
        first = delivery.tries[0]
        if delivery.passive is None or first.ended != "answered":
            into.errors.append(f"{text}: {delivery.fault}（{len(delivery.tries)} 次投递）")
        elif delivery.passive.text:
            into.seconds.append(first.seconds)
        else:
            # Acknowledged: too late for the passive reply, and pushed.
            into.later += 1

    return ask


def _api(http: httpx.AsyncClient) -> Ask:
    sessions = [f"bench-{n}" for n in range(PEOPLE)]
    ids = itertools.count()

    async def ask(n: int, text: str, into: Measured) -> None:
        body = {"text": text, "region": REGION, "session": sessions[n % PEOPLE], "message_id": f"bench-{next(ids)}"}
        began = time.perf_counter()
        try:
            (await http.post("/api/v1/ask", json=body)).raise_for_status()
        except httpx.HTTPError as error:
            into.errors.append(f"{text}: {error!r}")
        else:
            into.seconds.append(time.perf_counter() - began)

    return ask


async def run(folder: Path) -> tuple[list[Measured], int]:
    """Start everything, measure, stop; the results and how many fault notices were seen."""
    async with playing(DEMO, []) as platform:
        limits = {**UNLIMITED, "wechat_messages_per_minute": 1_000_000}
        running = Running(folder, wechat_api_url=platform.url, wechat=profile_in(folder), **limits)
        await asyncio.to_thread(running.start)
        try:
            platform.courier.urls = [f"{running.url}/wechat"]
            headers = {"Authorization": f"Bearer {DEMO_KEY}"}
            async with httpx.AsyncClient(
                base_url=running.url,
                headers=headers,
                timeout=30,
                trust_env=False,
                limits=httpx.Limits(max_connections=None),
            ) as http:
                results = await measure(platform, http)
        finally:
            await asyncio.to_thread(running.stop)
        notices = sum(shown.via is Via.FAULT for one in platform.followers.values() for shown in one.seen)
        return results, notices


def profile_in(folder: Path) -> Path:
    """The account's settings, with the region that the peer's questions come from."""
    text = (ROOT / "wechat.yml").read_text(encoding="utf-8")
    path = folder / "wechat.yml"
    path.write_text(text.replace("region: null", f"region: {REGION}"), encoding="utf-8")
    return path


def main() -> None:
    """Measure, print, and end with 1 where anything went wrong."""
    with tempfile.TemporaryDirectory(prefix="koujing-bench-") as folder:
        results, notices = asyncio.run(run(Path(folder)))
    print(f"{RATE} messages a second, {PEOPLE} people, {ROUNDS} × {SECONDS} s each in turns; milliseconds")
    print(f"{'':<30}{'at once':>7}{'later':>6}{'wrong':>6}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}")
    for measured in results:
        print(measured.row())
    wechat, peer = results
    ratios = "，".join(f"p{percent} ×{wechat.at(percent) / peer.at(percent):.2f}" for percent in (50, 95, 99))
    print(f"{wechat.name} against {peer.name}: {ratios}")
    print(
        f"p99 is {100 * wechat.at(99) / CUT:.0f} % of the {CUT:.0f} s after which the platform hangs up; notices: {notices}"
    )
    wrong = [error for measured in results for error in measured.errors]
    for error in wrong[:5]:
        print(error, file=sys.stderr)
    sys.exit(1 if wrong or notices else 0)


if __name__ == "__main__":
    main()
