"""Headers of every answer of the console, errors too: nothing is loaded from elsewhere, framed, kept or guessed."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from koujing.desk.errors import unexpected_error
from koujing.desk.headers import NO_FEATURES, TLS

__all__ = ["HEADERS", "PREFIXES", "STATIC", "ConsoleHeaders"]

log = logging.getLogger(__name__)

PREFIXES = ("/console", "/api/v1/calls")
STATIC = "/console/static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": NO_FEATURES,
    "X-Robots-Tag": "noindex, nofollow",
}
_NO_STORE = "no-store"
_YEAR = "public, max-age=31536000, immutable"


class ConsoleHeaders:
    """Middleware around the whole desk; touches only what lies below the prefixes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http" or not _ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        marked = _Marked(send, scope)
        try:
            await self._app(scope, receive, marked)
        except Exception as error:
            # Answered here and not by Starlette, which would answer outside of this and leave the headers out.
            if marked.started:
                raise
            log.exception("unforeseen error at %s", scope["path"])
            await (await unexpected_error(Request(scope), error))(scope, receive, marked)


class _Marked:
    """Sends on, with the headers."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send, self._scope, self.started = send, scope, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.update(HEADERS)
            headers["Cache-Control"] = _kept(self._scope, message["status"])
            if Request(self._scope).url.scheme == "https":
                headers["Strict-Transport-Security"] = TLS
        await self._send(message)


def _ours(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in PREFIXES)


def _kept(scope: Scope, status: int) -> str:
    """Pages are never kept. A static file named with its version is kept for good, without it asked for each time."""
    if not urlsplit(scope["path"]).path.startswith(f"{STATIC}/") or status not in (200, 304):
        return _NO_STORE
    return _YEAR if scope.get("query_string", b"").startswith(b"v=") else "no-cache"
