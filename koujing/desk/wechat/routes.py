"""`GET` and `POST /wechat`, the address that is entered at the platform (公众平台 → 服务器配置)."""

from __future__ import annotations

import asyncio
import logging

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.guard import MAX_BODY
from koujing.desk.wechat.service import WeChat

__all__ = ["PATH", "wechat_routes"]

log = logging.getLogger(__name__)

PATH = "/wechat"
# No retry follows this word.
_ACKNOWLEDGED = "success"
# The platform waits for 5 seconds.
_PATIENCE_SECONDS = 4.8
_NO_STORE = {"Cache-Control": "no-store"}


def wechat_routes(wechat: WeChat) -> list[Route]:
    """The account's one address."""

    async def verify(request: Request) -> Response:
        try:
            return PlainTextResponse(wechat.verify(request.query_params.multi_items()), headers=_NO_STORE)
        except CallbackError as error:
            return _refused(error)

    async def receive(request: Request) -> Response:
        began = asyncio.get_running_loop().time()
        try:
            body = await _body(request)
            handed = await wechat.receive(request.query_params.multi_items(), body, request.is_disconnected)
        except CallbackError as error:
            return _refused(error)
        except ClientDisconnect:
            # The platform gave up before we came to read; it delivers again.
            return _again()
        after = BackgroundTask(handed.sent)
        if handed.body is not None:
            # What nobody waits for any more was not seen. Behind the response everybody has hung up, so it is asked here.
            late = asyncio.get_running_loop().time() - began > _PATIENCE_SECONDS or await request.is_disconnected()
            background = None if late else after
            return Response(handed.body, media_type="text/xml", headers=_NO_STORE, background=background)
        if handed.ack:
            return PlainTextResponse(_ACKNOWLEDGED, headers=_NO_STORE, background=after)
        # Nothing to say yet. The platform has hung up by now and asks again.
        return _again(after)

    return [
        Route(PATH, verify, methods=["GET"], include_in_schema=False),
        Route(PATH, receive, methods=["POST"], include_in_schema=False),
    ]


def _again(after: BackgroundTask | None = None) -> Response:
    """No acknowledgement: a status of 200 with nothing in it would be one."""
    return PlainTextResponse("", 503, _NO_STORE, background=after)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise CallbackError(413, "size")
    return bytes(body)


def _refused(error: CallbackError) -> Response:
    """The same few words whatever is wrong; the reason stands in the log."""
    log.warning("a callback was refused: %s", error.reason)
    return PlainTextResponse("refused", error.status, _NO_STORE)
