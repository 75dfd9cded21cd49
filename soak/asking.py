"""Callers of the ask API, as careful as its documentation tells them to be: the same message_id until there is an answer."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from typing import Any
from uuid import uuid4

import httpx

from koujing.settings import DEMO_KEY
from soak.ledger import ASK, Entry, Ledger
from soak.questions import QUESTIONS, REGION

__all__ = ["Callers"]

_PEOPLE = 40
_PATIENCE_SECONDS = 240.0
_TIMEOUT_SECONDS = 40.0
_LONGEST_PAUSE = 5.0


class Callers:
    """So many people who ask through one trusted system."""

    def __init__(self, url: str, ledger: Ledger, draw: random.Random) -> None:
        self._ledger, self._draw = ledger, draw
        self._run = uuid4().hex[:8]
        self._count = itertools.count()
        self.http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {DEMO_KEY}"},
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def one(self) -> None:
        """Ask one question until there is an answer or patience ends."""
        entry = self.new()
        await self.see_through(entry, _PATIENCE_SECONDS)

    def new(self, session: str | None = None) -> Entry:
        """A message that was not sent yet."""
        number = next(self._count)
        session = session or f"soak-{self._run}-{number % _PEOPLE}"
        text = QUESTIONS[self._draw.randrange(len(QUESTIONS))]
        return self._ledger.said(ASK, f"a-{self._run}-{number}", text, time.monotonic(), session)

    async def see_through(self, entry: Entry, patience: float) -> None:
        """Send it, and again as often as it takes."""
        until = time.monotonic() + patience
        while (pause := await self._try(entry)) is not None:
            if time.monotonic() + pause > until:
                return
            await asyncio.sleep(pause)

    def body(self, entry: Entry) -> dict[str, str]:
        """What is sent for a message, each time the same."""
        return {"text": entry.text, "region": REGION, "session": entry.session, "message_id": entry.id}

    async def _try(self, entry: Entry) -> float | None:
        """One request; in how many seconds to try again, None for never."""
        try:
            response = await self.http.post("/api/v1/ask", json=self.body(entry))
        except httpx.HTTPError as error:
            entry.troubles[type(error).__name__] += 1
            return 1.0
        if response.status_code == 200:
            entry.accepted, entry.replies, entry.done_at = True, response.json()["replies"], time.monotonic()
            return None
        entry.troubles[str(response.status_code)] += 1
        if response.status_code in {429, 502, 503, 504}:
            # Told in so many words that it was not answered.
            entry.failures += 1
            return min(float(response.headers.get("Retry-After", 1)), _LONGEST_PAUSE)
        entry.refused = f"{response.status_code} {response.text[:200]}"
        return 1.0 if response.status_code >= 500 else None

    async def again(self, entry: Entry) -> list[object] | str:
        """The replies to a message that was answered, asked for once more."""
        response = await self._unhurried("POST", "/api/v1/ask", json=self.body(entry))
        return response.json()["replies"] if response.status_code == 200 else f"{response.status_code}"

    async def receipt(self, code: str) -> httpx.Response:
        """What anybody is told by a receipt."""
        return await self._unhurried("GET", f"/api/v1/receipts/{code}")

    async def _unhurried(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """An answer other than to come more slowly: one address may ask only so often, and here all come from one."""
        while True:
            response = await self.http.request(method, path, **sent)
            if response.status_code != 429:
                return response
            await asyncio.sleep(min(float(response.headers.get("Retry-After", 1)), _LONGEST_PAUSE))
