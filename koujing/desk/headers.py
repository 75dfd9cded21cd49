"""What every answer of the desk carries, of whatever kind, and what no request may be; the outermost layer of all.

A part of the desk that needs something else says so in its own headers, which stay: the website's pages may be framed where the
sites' file says so, the widget is for other websites, the console is stricter.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from koujing.desk.errors import (
    BadRequestError,
    HeadersTooLargeError,
    NotFoundError,
    UriTooLongError,
    unexpected_error,
)

__all__ = ["HEADERS", "NO_FEATURES", "TLS", "Border"]

log = logging.getLogger(__name__)

NO_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
TLS = "max-age=31536000"
HEADERS: Mapping[str, str] = {
    # An answer that is no page loads, frames and posts nothing, should a browser ever take it for one.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": NO_FEATURES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Python reads no number of more than 4,300 digits, and a path may hold one.
LONGEST_PATH, LONGEST_URI = 2048, 8192
_MOST_HEADERS = 100
# A name, an IPv4 or an IPv6 address, perhaps with a port: what can stand in a URL.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class Border:
    """Middleware around everything. `head_bytes` is how much all headers of a request may be together."""

    def __init__(self, app: ASGIApp, head_bytes: int) -> None:
        self._app, self._head_bytes = app, head_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        marked = _Marked(send, scope)
        refused = self._refused(scope)
        try:
            await (self._app if refused is None else refused.response())(scope, receive, marked)
        except ClientDisconnect:
            log.info("a request was cut off at %s", scope["path"])
        except Exception as error:
            # Answered here and not by Starlette, which would answer outside of this and leave the headers out.
            if marked.started:
                raise
            log.exception("unforeseen error at %s", scope["path"])
            await (await unexpected_error(Request(scope), error))(scope, receive, marked)

    def _refused(self, scope: Scope) -> BadRequestError | HeadersTooLargeError | NotFoundError | UriTooLongError | None:
        """What is wrong with a request whoever it is meant for."""
        path = len(scope.get("raw_path") or scope["path"])
        if path > LONGEST_PATH or path + len(scope["query_string"]) > LONGEST_URI:
            return UriTooLongError(LONGEST_URI)
        headers = scope["headers"]
        if len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > self._head_bytes:
            return HeadersTooLargeError()
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) > 1 or any(not _HOST.fullmatch(host) for host in hosts):
            return BadRequestError("invalid_host", "请求头 Host 不对。", "应为域名或 IP 地址，只能有一个。")
        if not _is_utf8(scope["query_string"]):
            return BadRequestError("invalid_query", "网址里的参数不是 UTF-8。", "请按 UTF-8 编码后用 % 转写。")
        if "\0" in scope["path"]:
            return NotFoundError("没有这个地址。", "全部地址见 /openapi.json。")
        return None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Marked:
    """Sends on, with the headers that the answer does not have yet."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send, self._scope, self.started = send, scope, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._scope.get("scheme") == "https":
                headers.setdefault("Strict-Transport-Security", TLS)
        await self._send(message)
