"""The platform's interface as a test plays it: answers by path, counts, and remembers what it was sent."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from koujing.clock import SHANGHAI
from koujing.desk.wechat.account import Account, Mode
from koujing.desk.wechat.api import Api
from koujing.desk.wechat.breaker import Breaker
from koujing.desk.wechat.pushing import SEND
from koujing.desk.wechat.tokens import STABLE_TOKEN, StableToken
from koujing.store.shared import MemoryShared, Shared

SECRET = "the-secret-of-the-account"
OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
START = dt.datetime(2021, 9, 15, 9, 30, 20, tzinfo=SHANGHAI)
ACCOUNT = Account("wxba5fad812f8e6fb9", "AAAAA", (), Mode.PLAIN, secret=SECRET)

Answer = dict[str, Any] | httpx.Response | Exception
Answers = Callable[[dict[str, Any]], Answer] | Answer


@dataclass
class Time:
    """The moment, moved by hand and by sleeping."""

    now: dt.datetime = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_(seconds)


@dataclass
class Platform:
    """`answers` by path; a list is used up one by one, its last answer for good. Tokens are TOKEN-1, TOKEN-2 …"""

    answers: dict[str, Answers | list[Answers]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    bodies: list[tuple[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.calls[path] += 1
        body = json.loads(request.content) if request.content else None
        self.bodies.append((path, body))
        if path != STABLE_TOKEN and "access_token" in request.url.params:
            self.tokens.append(request.url.params["access_token"])
        answer = self._answer(path, body)
        if isinstance(answer, Exception):
            if isinstance(answer, httpx.RequestError):
                answer.request = request
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def _answer(self, path: str, body: Any) -> Answer:
        answer = self.answers.get(path)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer is None:
            given = {"access_token": f"TOKEN-{self.calls[path]}", "expires_in": 7200}
            return given if path == STABLE_TOKEN else {"errcode": 0, "errmsg": "ok"}
        return answer(body) if callable(answer) and not isinstance(answer, Exception) else answer

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url="https://platform.test", transport=httpx.MockTransport(self))

    def refuse(self, path: str, code: int, errmsg: str = "") -> None:
        self.answers[path] = {"errcode": code, "errmsg": errmsg}

    @property
    def counted(self) -> tuple[int, int]:
        """Messages sent, tokens fetched."""
        return self.calls[SEND], self.calls[STABLE_TOKEN]


def make_api(
    platform: Platform, time: Time, shared: Shared | None = None, account: Account = ACCOUNT
) -> tuple[Api, StableToken, Breaker]:
    """One process."""
    shared = shared or MemoryShared(time)
    http = platform.client()
    tokens = StableToken(http, account, shared, time, time.sleep, lambda: 0.0)
    breaker = Breaker(shared, account.appid, time)
    return Api(http, tokens, breaker, sleep=time.sleep, random=lambda: 0.0), tokens, breaker
