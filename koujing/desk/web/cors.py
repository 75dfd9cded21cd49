"""Which pages may use the website's API: the browser's preflight answered, and every answer marked for the page's origin."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from koujing.desk.errors import unexpected_error
from koujing.desk.web.errors import origin_not_allowed
from koujing.desk.web.sites import Site

__all__ = ["Cors", "own_origin"]

log = logging.getLogger(__name__)

PREFIX = "/api/v1/web/"

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_EXPOSED = "Retry-After"
_CHANGING = frozenset({"POST", "DELETE"})


class Cors:
    """Lets in the origins of the sites, and no other; which site it is, each endpoint sees to. No cookies are involved."""

    def __init__(self, app: ASGIApp, sites: Iterable[Site]) -> None:
        self._app, self._sites = app, tuple(sites)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        origin = request.headers.get("origin")
        own = own_origin(request)
        allowed = origin is not None and any(site.allows(origin, own) for site in self._sites)
        answer: ASGIApp = self._app
        if scope["method"] == "OPTIONS" and "access-control-request-method" in request.headers and allowed:
            answer = Response(status_code=204, headers=_PREFLIGHT)
        elif not allowed and (origin is not None or scope["method"] in _CHANGING):
            answer = origin_not_allowed(origin).response()
        marked = _Marked(send, origin if allowed else None)
        try:
            await answer(scope, receive, marked)
        except Exception as error:
            # Answered here and not by Starlette, which would leave the mark out and the page in the dark.
            if marked.started:
                raise
            log.exception("unforeseen error at %s", scope["path"])
            await (await unexpected_error(request, error))(scope, receive, marked)


class _Marked:
    """Sends on, with the headers for the origin."""

    def __init__(self, send: Send, origin: str | None) -> None:
        self._send, self._origin, self.started = send, origin, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.add_vary_header("Origin")
            if self._origin is not None:
                headers["Access-Control-Allow-Origin"] = self._origin
                headers["Access-Control-Expose-Headers"] = _EXPOSED
            headers["X-Content-Type-Options"] = "nosniff"
            # The widget's page may isolate itself; what it reads is meant for it.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        await self._send(message)


def own_origin(request: HTTPConnection) -> str:
    """Where the desk itself is, as the browser that asks sees it."""
    return f"{request.url.scheme}://{Headers(scope=request.scope).get('host', '').lower()}"
