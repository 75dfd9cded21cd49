"""What a WeChat message costs: the processor's time that each process takes for one, on the whole running stack.

Unlike seconds on a clock this hardly changes when other programs run beside it. `python -m bench.cpu [messages]`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.web import QUESTIONS, UNLIMITED
from bench.wechat import PEOPLE, profile_in
from koujing.desk.wechat.demo import DEMO
from koujing.wechat_sim.follower import Follower
from koujing.wechat_sim.serving import playing
from tests.e2e.running import Running

MESSAGES, AT_ONCE = 600, 3
_TICKS = os.sysconf("SC_CLK_TCK")


async def measure(folder: Path, messages: int) -> tuple[dict[str, float], int]:
    """The milliseconds for a message by process (this one plays WeChat), and how many were not answered at once."""
    async with playing(DEMO, []) as platform:
        limits = {**UNLIMITED, "wechat_messages_per_minute": 1_000_000}
        running = Running(folder, wechat_api_url=platform.url, wechat=profile_in(folder), **limits)
        await asyncio.to_thread(running.start)
        try:
            platform.courier.urls = [f"{running.url}/wechat"]
            people = [platform.follower() for _ in range(PEOPLE)]
            await _say(people, iter(range(PEOPLE)))
            before = _times(running)
            missed = await _say(people, iter(range(messages)))
            after = _times(running)
        finally:
            await asyncio.to_thread(running.stop)
    return {name: (after[name] - before[name]) * 1000 / messages for name in after}, missed


async def _say(people: list[Follower], numbers: Iterator[int]) -> int:
    """A few at a time, each as soon as the one before is answered."""

    async def one_after_another() -> int:
        missed = 0
        for n in numbers:
            delivery = await people[n % PEOPLE].say(QUESTIONS[n % len(QUESTIONS)])
            missed += delivery.passive is None or not delivery.passive.text
        return missed

    return sum(await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE))))


def _times(running: Running) -> dict[str, float]:
    """Seconds that each process has used so far."""
    own = os.times()
    return {**{name: _used(pid) for name, pid in running.pids().items()}, "WeChat": own.user + own.system}


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main() -> None:
    """Measure and print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory(prefix="koujing-bench-") as folder:
        used, missed = asyncio.run(measure(Path(folder), messages))
    print(f"{messages} messages of {PEOPLE} people, {AT_ONCE} at a time; milliseconds of processor time for each")
    for name, milliseconds in used.items():
        print(f"{name:<10}{milliseconds:8.1f}")
    print(f"{'all':<10}{sum(used.values()):8.1f}")
    if missed:
        sys.exit(f"{missed} were not answered at once")


if __name__ == "__main__":
    main()
