"""A stand-in for Rasa and the action server that takes its time: as long as the message itself says.

It keeps to what the real one promises: the messages of a sender are answered one after another, and one whose id was
answered before gets the same replies again and is no new turn.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from koujing.contract import reply_schema
from koujing.wechat_sim.serving import serving

__all__ = ["SlowCore", "answer_to", "question"]

_SLOW = re.compile(r"第(\d+)问慢(\d+\.\d)秒")
Replies = list[dict[str, Any]]


def question(number: int, seconds: float) -> str:
    """A message whose answer takes so long."""
    return f"第{number}问慢{seconds:.1f}秒"


def answer_to(number: int) -> str:
    """What stands in its answer, and nowhere else."""
    return f"【答{number}】"


class SlowCore:
    """`turns` counts how often each message was worked on."""

    def __init__(self) -> None:
        self.turns: Counter[str] = Counter()
        self._known: dict[str, Replies] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.rasa_port = self.actions_port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SlowCore]:
        """Listen on two ports, as Rasa and as the action server."""
        app = Starlette(
            routes=[
                Route("/webhooks/rest/webhook", self._message, methods=["POST"]),
                Route("/", _well),
                Route("/health", _well),
            ]
        )
        async with serving(app) as rasa, serving(app) as actions:
            self.rasa_port, self.actions_port = urlsplit(rasa).port or 0, urlsplit(actions).port or 0
            yield self

    async def _message(self, request: Request) -> Response:
        given = await request.json()
        id = given["metadata"]["message_id"]
        async with self._locks[given["sender"]]:
            if id not in self._known:
                self._known[id] = await self._turn(given["message"])
        return JSONResponse([{"custom": {"reply": reply}} for reply in self._known[id]])

    async def _turn(self, text: str) -> Replies:
        self.turns[text] += 1
        asked = _SLOW.fullmatch(text)
        if asked is None:
            return [_reply(f"没有听懂：{text}")]
        await asyncio.sleep(float(asked[2]))
        return [_reply(f"{answer_to(int(asked[1]))}可以申领。")]


def _reply(text: str) -> dict[str, Any]:
    """A caliber spoken, with nothing beside it that need be shown."""
    empty: dict[str, Any] = dict.fromkeys(reply_schema()["required"])
    lists = ("points", "reasons", "changes", "amounts", "windows", "items", "suggestions", "contacts")
    citation = {"clause": "hld-2021-2:1", "notice": "葫人社发〔2021〕2号", "region": "huludao", "heading": "稳岗返还"}
    return {
        **empty,
        **{name: [] for name in lists},
        "schema_version": "1",
        "status": "answered",
        "on": "2021-09-15",
        "facts": {},
        "text": text,
        "citations": [{**citation, "quote": "参保职工30人（含）以下", "url": None}],
        "calibers": [{"id": "huludao.job_retention_refund.conditions", "version": "1a2b"}],
    }


async def _well(_request: Request) -> Response:
    return PlainTextResponse("ok")
