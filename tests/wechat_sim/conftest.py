"""A platform in a tenth of its time, and a desk that the test plays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from koujing.desk.wechat.account import Account, Mode
from koujing.wechat_sim.envelope import Envelope, sign
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.serving import playing, serving
from koujing.wechat_sim.xml import read, write

PACE = 0.04
ACCOUNT = Account(
    appid="wxsimulated0000001",
    token="simulated",
    aes_keys=("SimulatedSimulatedSimulatedSimulatedSimulat",),
    mode=Mode.PLAIN,
    original_id="gh_simulated",
    secret="secret-of-the-simulated-account",
)
Answer = bytes | Response


class Desk:
    """Answers callbacks as `answer` says; remembers what came in, opened, and how each request was signed."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.came: list[dict[str, Any]] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.envelope = Envelope(account.aes_keys[0], account.appid)
        self.answer: Callable[[dict[str, Any]], Awaitable[Answer]] = self.silence
        self.app = Starlette(routes=[Route("/wechat", self._take, methods=["GET", "POST"])])

    async def silence(self, _fields: dict[str, Any]) -> Answer:
        return b"success"

    def says(self, *contents: str, after: float = 0.0) -> None:
        """Answer each request with the next of these texts, the last one again and again."""
        waiting = list(contents)

        async def answer(fields: dict[str, Any]) -> Answer:
            await asyncio.sleep(after)
            return self.text(fields, waiting.pop(0) if len(waiting) > 1 else waiting[0])

        self.answer = answer

    def gives(self, *bodies: Answer) -> None:
        """Answer each request with the next of these, the last one again and again."""
        waiting = list(bodies)

        async def answer(_fields: dict[str, Any]) -> Answer:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

        self.answer = answer

    def text(self, fields: dict[str, Any], content: str, **given: Any) -> bytes:
        """The body of a reply to a message, sealed where the account wants it."""
        head = {"ToUserName": fields["FromUserName"], "FromUserName": fields["ToUserName"], "CreateTime": 1700000000}
        return self.sealed(write({**head, "MsgType": "text", "Content": content, **given}))

    def sealed(self, plain: bytes, *, token: str | None = None) -> bytes:
        if not self.account.mode.encrypted:
            return plain
        encrypted = self.envelope.seal(plain)
        signed = sign(token or self.account.token, "1700000000", "7", encrypted)
        return write({"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": 1700000000, "Nonce": "7"})

    async def _take(self, request: Request) -> Response:
        query = dict(request.query_params)
        assert query["signature"] == sign(self.account.token, query["timestamp"], query["nonce"])
        if request.method == "GET":
            return PlainTextResponse(query["echostr"])
        body = await request.body()
        self.requests.append((query, body))
        fields = read(body)
        if self.account.mode.encrypted:
            sealed = fields["Encrypt"]
            assert query["msg_signature"] == sign(self.account.token, query["timestamp"], query["nonce"], sealed)
            fields = read(self.envelope.open(sealed))
        assert query["openid"] == fields["FromUserName"]
        self.came.append(fields)
        answer = await self.answer(fields)
        return answer if isinstance(answer, Response) else Response(answer)


@contextlib.asynccontextmanager
async def scene(account: Account = ACCOUNT, **given: Any) -> AsyncIterator[tuple[Desk, Platform]]:
    """A desk and the platform that talk to each other over HTTP."""
    desk = Desk(account)
    async with serving(desk.app) as url, playing(account, f"{url}/wechat", **{"pace": PACE, **given}) as platform:
        yield desk, platform


def in_mode(mode: Mode) -> Account:
    """The account in another mode."""
    return replace(ACCOUNT, mode=mode)


@pytest.fixture
async def met(anyio_backend: str) -> AsyncIterator[tuple[Desk, Platform]]:
    async with scene() as both:
        yield both


@pytest.fixture
def desk(met: tuple[Desk, Platform]) -> Desk:
    return met[0]


@pytest.fixture
def platform(met: tuple[Desk, Platform]) -> Platform:
    return met[1]


@pytest.fixture
async def api(platform: Platform) -> AsyncIterator[Callable[..., Awaitable[dict[str, Any]]]]:
    """Calls the interface as a desk would, with a good token unless another is given."""
    async with httpx.AsyncClient(base_url=platform.url, trust_env=False) as http:

        async def call(path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
            query = {"access_token": platform.tokens.issue()[0], **query}
            method = "GET" if body is None else "POST"
            response = await http.request(method, f"/cgi-bin/{path}", json=body, params=query)
            return dict(response.json()) if response.content else {"status": response.status_code}

        yield call
