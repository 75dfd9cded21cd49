"""Asks again and again through the public door: since when questions are answered again, and whether all parts are well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from koujing.settings import DEMO_KEY

__all__ = ["Asked", "Probe"]

_EVERY_SECONDS = 0.5
_TIMEOUT_SECONDS = 20.0
_IN_A_ROW = 4


@dataclass(frozen=True)
class Asked:
    """One probe: when it was sent and answered, and whether it was answered well."""

    sent: float
    ended: float
    well: bool


class Probe:
    """Each probe is a conversation of its own."""

    def __init__(self, url: str, health: Mapping[str, str]) -> None:
        self._health = health
        self.asked: list[Asked] = []
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self.http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=_TIMEOUT_SECONDS, trust_env=False, limits=limits
        )
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            task = asyncio.create_task(self._ask())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            await asyncio.sleep(_EVERY_SECONDS)

    def back_since(self, since: float) -> float | None:
        """Seconds from `since` until questions were answered for good; None while they are not; 0 where they always were."""
        later = sorted((one for one in self.asked if one.ended >= since), key=lambda one: one.sent)
        bad = [one for one in later if not one.well]
        after = [one for one in later if one.well and (not bad or one.sent > bad[-1].sent)]
        if len(after) < _IN_A_ROW:
            return None
        return max(0.0, after[0].ended - since) if bad else 0.0

    def slowest(self, since: float) -> float:
        """The longest wait of one who asked since then and was answered."""
        return max((one.ended - one.sent for one in self.asked if one.sent >= since and one.well), default=0.0)

    async def healthy(self) -> dict[str, bool]:
        """By process."""
        results = await asyncio.gather(*(self._get(url) for url in self._health.values()))
        return dict(zip(self._health, results, strict=True))

    async def _get(self, url: str) -> bool:
        try:
            return (await self.http.get(url, timeout=2)).is_success
        except httpx.HTTPError:
            return False

    async def _ask(self) -> None:
        sent = time.monotonic()
        try:
            body = {"text": "失业补助金怎么领", "region": "huludao"}
            response = await self.http.post("/api/v1/ask", json=body)
            well = response.status_code == 200
        except httpx.HTTPError:
            well = False
        self.asked.append(Asked(sent, time.monotonic(), well))
