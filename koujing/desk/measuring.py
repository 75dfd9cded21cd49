"""Around every request: an id of its own in the log and the response, its status and its time by what part of the desk it is for."""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from koujing.logs import request_id
from koujing.watching.desk import DeskMetrics

__all__ = ["HEADER", "Measuring", "surface_of"]

HEADER = "X-Request-Id"
# The first that fits; a closed set, as an address could be anything.
_SURFACES = (
    ("/api/v1/ask", "ask"),
    ("/api/v1/receipts", "lookups"),
    ("/api/v1/catalogue", "lookups"),
    ("/api/v1/web", "web"),
    ("/api/v1/calls", "console"),
    ("/console", "console"),
    ("/wechat", "wechat"),
    ("/chat", "pages"),
    ("/r/", "pages"),
    ("/health", "watching"),
    ("/metrics", "watching"),
)


class Measuring:
    """Middleware around the whole desk. What streams counts as answered when it begins."""

    def __init__(self, app: ASGIApp, metrics: DeskMetrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Not the caller's: what they send could be anybody's number.
        id = secrets.token_hex(8)
        began = self._metrics.seconds()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = self._metrics.seconds() - began
                self._metrics.request(surface_of(scope["path"]), message["status"], took)
                MutableHeaders(raw=message.setdefault("headers", []))[HEADER] = id
            await send(message)

        token = request_id.set(id)
        try:
            await self._app(scope, receive, measured)
        finally:
            request_id.reset(token)


def surface_of(path: str) -> str:
    """What part of the desk an address is for."""
    return next((name for prefix, name in _SURFACES if path.startswith(prefix)), "other")
