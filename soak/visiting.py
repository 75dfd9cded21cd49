"""Visitors of the website: they send, read on by stream or by polling, judge answers, and ask to be called back."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any
from uuid import uuid4

import httpx

from soak.ledger import WEB, Entry, Ledger
from soak.questions import QUESTIONS, REGION

__all__ = ["Visitor", "Visitors"]

_WEB = "/api/v1/web"
_PATIENCE_SECONDS = 240.0
_SEEN_SECONDS = 120.0
_JUDGES, _CALLS_BACK = 0.4, 0.1
_TRIES_AGAIN = 8


class Visitor:
    """One conversation. Half of them read a stream, the others poll; both go on from where they were."""

    def __init__(self, http: httpx.AsyncClient, ledger: Ledger, token: str, *, streams: bool) -> None:
        self._http, self._ledger, self.streams = http, ledger, streams
        self._bearer = {"Authorization": f"Bearer {token}"}
        self.cursor = 0
        self.busy = False
        self._entries: dict[str, Entry] = {}
        self._changed = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._positions: set[int] = set()

    def start(self) -> None:
        """Begin to read."""
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Go away."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def say(self, text: str) -> Entry:
        """Send a message until it is accepted, then wait for what comes of it; press 重试 where it failed."""
        entry = self._ledger.said(WEB, str(uuid4()), text, time.monotonic())
        self._entries[entry.id] = entry
        for _ in range(_TRIES_AGAIN):
            failures = entry.failures
            if not await self._sent("messages", {"message_id": entry.id, "text": text}, 202, entry):
                return entry
            entry.accepted = True
            await self._until(lambda: bool(entry.replies) or entry.failures > failures, _SEEN_SECONDS)  # noqa: B023
            if entry.replies or entry.failures == failures:
                return entry
            await asyncio.sleep(2)
        return entry

    async def judge(self, receipt: str, useful: bool) -> None:
        """Say whether a reply was of use, until it is kept."""
        self._ledger.feedback[receipt] = useful
        if not await self._sent("feedback", {"receipt": receipt, "useful": useful}, 201):
            self._ledger.note(f"评价没有被收下：{receipt}")

    async def call_back(self) -> None:
        """Ask to be called back, until told the code."""
        id = str(uuid4())
        self._ledger.callbacks[id] = None
        body = {"phone": "024-12345678", "consent": True, "when": "any", "request_id": id}
        kept = await self._sent("callbacks", body, 201)
        if kept:
            self._ledger.callbacks[id] = kept["code"]
        else:
            self._ledger.note(f"回电请求没有被收下：{id}")

    async def _sent(self, path: str, body: dict[str, Any], status: int, entry: Entry | None = None) -> Any:
        """Post until it is taken; the answer, None where it is refused or patience ends."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                response = await self._http.post(f"{_WEB}/{path}", json=body, headers=self._bearer)
            except httpx.HTTPError as error:
                if entry is not None:
                    entry.troubles[type(error).__name__] += 1
                await asyncio.sleep(1)
                continue
            if response.status_code == status:
                return response.json()
            if entry is not None:
                entry.troubles[str(response.status_code)] += 1
            if response.status_code not in {429, 502, 503, 504}:
                self._ledger.note(f"网站 {path} 得到 {response.status_code}：{response.text[:200]}")
                if response.status_code < 500:
                    return None
            elif entry is not None:
                entry.failures += 1
            await asyncio.sleep(min(float(response.headers.get("Retry-After", 1)), 5))
        return None

    async def _until(self, so: Any, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not so() and (left := end - time.monotonic()) > 0:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except asyncio.TimeoutError:
                return

    async def _read(self) -> None:
        while True:
            try:
                await (self._stream() if self.streams else self._poll())
            except (httpx.HTTPError, ValueError):
                await asyncio.sleep(1)

    async def _stream(self) -> None:
        headers = {**self._bearer, "Accept": "text/event-stream", "Last-Event-ID": str(self.cursor)}
        timeout = httpx.Timeout(10, read=40)
        async with self._http.stream("GET", f"{_WEB}/events", headers=headers, timeout=timeout) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    self._seen(json.loads(line[6:]))
        await asyncio.sleep(1)

    async def _poll(self) -> None:
        query = {"after": self.cursor, "wait": 20}
        response = await self._http.get(f"{_WEB}/events", params=query, headers=self._bearer, timeout=30)
        response.raise_for_status()
        for event in response.json()["events"]:
            self._seen(event)

    def _seen(self, event: dict[str, Any]) -> None:
        if event["id"] in self._positions:
            self._ledger.note(f"同一事件来了两次：{event['id']}")
            return
        self._positions.add(event["id"])
        self.cursor = max(self.cursor, event["id"])
        entry = self._entries.get(event.get("message_id") or "")
        if entry is not None and event["type"] == "reply":
            view = event["view"]
            entry.doubled += any(known["receipt"] == view["receipt"] for known in entry.replies)
            entry.replies.append(view)
            entry.done_at = time.monotonic()
        elif entry is not None and event["type"] == "failed":
            entry.failures += 1
            entry.troubles["failed"] += 1
        self._changed.set()


class Visitors:
    """Some visitors at a time; one who said enough goes, and another comes."""

    def __init__(self, url: str, ledger: Ledger, draw: random.Random, *, at_once: int = 12, questions: int = 8) -> None:
        self._ledger, self._draw, self._most, self._questions = ledger, draw, at_once, questions
        self._here: list[Visitor] = []
        self._said: dict[Visitor, int] = {}
        self._gone: list[Visitor] = []
        self._count = 0
        self.http = httpx.AsyncClient(
            base_url=url,
            headers={"Origin": url},
            timeout=30,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def one(self) -> None:
        """Somebody says something, and does with the answer what people do."""
        visitor = await self._free()
        if visitor is None:
            return
        try:
            entry = await visitor.say(self._draw.choice(QUESTIONS))
            if entry.replies and self._draw.random() < _JUDGES:
                await visitor.judge(entry.replies[0]["receipt"], self._draw.random() < 0.7)
            if entry.replies and self._draw.random() < _CALLS_BACK:
                await visitor.call_back()
        finally:
            visitor.busy = False

    def drop_streams(self) -> int:
        """Cut every connection that reads, without a word; the visitors connect anew."""
        for visitor in self._here:
            if visitor._reading is not None:
                visitor._reading.cancel()
            visitor.start()
        return len(self._here)

    async def stop(self) -> None:
        """All go."""
        for visitor in [*self._here, *self._gone]:
            await visitor.stop()

    async def _free(self) -> Visitor | None:
        for visitor in list(self._here):
            if not visitor.busy and self._said[visitor] >= self._questions:
                self._here.remove(visitor)
                await visitor.stop()
                self._gone.append(visitor)
        free = [visitor for visitor in self._here if not visitor.busy]
        if free and len(self._here) >= self._most // 2:
            visitor = self._draw.choice(free)
        elif len(self._here) < self._most:
            opened = await self._open()
            if opened is None:
                return None
            visitor = opened
        else:
            # Everybody waits for an answer: who comes now finds no place, and nothing was said.
            return None
        visitor.busy = True
        self._said[visitor] = self._said.get(visitor, 0) + 1
        return visitor

    async def _open(self) -> Visitor | None:
        """Somebody opens the page; None where they could not and went away again."""
        try:
            response = await self.http.post(f"{_WEB}/session", json={"site": "demo", "region": REGION})
        except httpx.HTTPError:
            return None
        if response.status_code != 201:
            if response.status_code not in {429, 502, 503, 504}:
                self._ledger.note(f"打开会话得到 {response.status_code}：{response.text[:200]}")
            return None
        self._count += 1
        visitor = Visitor(self.http, self._ledger, response.json()["token"], streams=self._count % 2 == 0)
        visitor.start()
        self._here.append(visitor)
        return visitor
