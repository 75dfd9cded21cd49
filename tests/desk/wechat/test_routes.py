"""The address itself: what is refused, what is too late."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from starlette.requests import ClientDisconnect

from koujing.desk.wechat.delivery import Handed
from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.guard import MAX_BODY
from koujing.desk.wechat.routes import PATH, wechat_routes

pytestmark = pytest.mark.anyio


class Account:
    """Hands out what the test says."""

    def __init__(self, handed: Handed | Exception) -> None:
        self.handed = handed

    def verify(self, _query: Any) -> str:
        raise CallbackError(403, "signature")

    async def receive(self, _query: Any, _body: bytes, _gone: Any) -> Handed:
        if isinstance(self.handed, Exception):
            raise self.handed
        return self.handed


async def call(
    handed: Handed | Exception,
    *,
    method: str = "POST",
    body: bytes = b"<xml/>",
    hung_up: bool = False,
    left: bool = False,
) -> tuple[int, bytes]:
    """Status and body of the answer to one request; `hung_up` before it is written, `left` before the body was sent."""
    routes = {next(iter(route.methods - {"HEAD"})): route for route in wechat_routes(Account(handed))}  # type: ignore[arg-type, operator]
    coming = [{"type": "http.request", "body": body, "more_body": left}] + [{"type": "http.disconnect"}] * (
        hung_up or left
    )
    sent: list[Any] = []

    async def receive() -> Any:
        if not coming:
            await anyio.sleep_forever()
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": PATH, "query_string": b"", "headers": []}
    await routes[method].app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def test_the_refusal_says_nothing_but_that_it_is_one() -> None:
    assert await call(CallbackError(403, "replay")) == (403, b"refused")
    assert await call(CallbackError(403, "signature"), method="GET") == (403, b"refused")
    assert await call(Handed(None, ack=True), body=b"x" * (MAX_BODY + 1)) == (413, b"refused")


async def test_an_acknowledgement_is_a_word_and_nothing_at_all_is_none() -> None:
    assert await call(Handed(None, ack=True)) == (200, b"success")
    assert await call(Handed(None)) == (503, b"")


@pytest.mark.parametrize("hung_up", [False, True])
async def test_only_what_somebody_waited_for_counts_as_seen(hung_up: bool) -> None:
    seen = []

    async def after() -> None:
        seen.append(True)

    assert await call(Handed(b"<xml>1</xml>", after=after), hung_up=hung_up) == (200, b"<xml>1</xml>")
    assert bool(seen) is not hung_up


async def test_who_leaves_before_the_body_is_read_is_answered_quietly() -> None:
    assert await call(Handed(None, ack=True), left=True) == (503, b"")
    assert await call(ClientDisconnect()) == (503, b"")
