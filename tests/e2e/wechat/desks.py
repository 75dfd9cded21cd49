"""Desk processes that share a data folder and a Redis, in front of a core that the test plays."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from koujing.desk.wechat.demo import DEMO
from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, ROOT, Settings
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.serving import playing
from tests.e2e.running import START_SECONDS, _free_ports
from tests.e2e.wechat.slow_core import SlowCore
from tests.store.redis_server import redis_server

__all__ = ["Desks", "desks"]

_GRACE_SECONDS = 10
# A held message waits for the earlier one of the same follower, too.
_ANSWER_SECONDS = 45


class Desks:
    """The processes by their number."""

    def __init__(self, settings: list[Settings]) -> None:
        self.settings = settings
        self._children: dict[int, Child] = {}

    @property
    def callbacks(self) -> list[str]:
        """Where they take callbacks."""
        return [f"{one.desk_url}/wechat" for one in self.settings]

    async def start(self, *numbers: int) -> None:
        """Start these and wait until they are healthy."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")}
        for number in numbers:
            one = self.settings[number]
            env, log = {**quiet_environment(kept), **one.environment()}, one.data / "logs" / f"desk{number}.log"
            self._children[number] = Child("desk", [sys.executable, "-m", "koujing.desk"], env, ROOT, log)
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            await asyncio.gather(*(self._healthy(http, number) for number in numbers))

    def kill(self, number: int) -> None:
        """End one by SIGKILL: nothing of it can be put in order."""
        self._children.pop(number).stop(0)

    def stop(self) -> None:
        """Stop all of them."""
        for child in self._children.values():
            child.ask_to_stop()
        for child in self._children.values():
            child.stop(_GRACE_SECONDS)

    async def _healthy(self, http: httpx.AsyncClient, number: int) -> None:
        child, url = self._children[number], f"{self.settings[number].desk_url}/health"
        end, said = time.monotonic() + START_SECONDS, "nothing"
        while True:
            try:
                answer = await http.get(url)
                if answer.is_success:
                    return
                said = answer.text
            except httpx.HTTPError as error:
                said = repr(error)
            assert child.exit_code is None, child.tail()
            assert time.monotonic() < end, f"desk {number} is not healthy, /health said {said}\n{child.tail()}"
            await asyncio.sleep(0.2)


@asynccontextmanager
async def desks(
    folder: Path, core: SlowCore, *, customer_api: bool, count: int = 2
) -> AsyncIterator[tuple[Desks, Platform]]:
    """Desks, with the platform in front of them taking them in turn."""
    ports = _free_ports(count)
    with redis_server(folder) as redis:
        async with playing(DEMO, [], customer_api=customer_api) as platform:
            common = Settings(
                rasa_port=core.rasa_port,
                actions_port=core.actions_port,
                today=DEMO_DATE,
                data=folder,
                answer_seconds=_ANSWER_SECONDS,
                redis=redis.url,
                wechat_api_url=platform.url,
            )
            group = Desks([replace(common, desk_port=port) for port in ports])
            platform.courier.urls = group.callbacks
            try:
                # The first makes the database.
                await group.start(0)
                await group.start(*range(1, count))
                yield group, platform
            finally:
                group.stop()
