"""JSON posted between our own programs, over connections that stay open.

Each message takes two such requests: from the desk to Rasa, and from Rasa to the action server. With a general client (httpx,
aiohttp) the layers of a request took longer than all that it is for at the other end but the answer itself. Here there is what
these two need: HTTP/1.1 with `Content-Length`, read by the parser that uvicorn and Sanic use too.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import httptools

__all__ = ["KeptOpen", "LostError", "SlowError", "Told", "Wire", "WireError"]

Headers = tuple[tuple[str, str], ...]

_PORTS = {"http": 80, "https": 443}


class WireError(Exception):
    """Nothing came back."""


class LostError(WireError):
    """There is nobody, or whoever had it is gone."""


class SlowError(WireError):
    """Nothing came in time."""


@dataclass(frozen=True)
class Told:
    """What came back."""

    status: int
    body: bytes

    @property
    def well(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300


class Wire(Protocol):
    """What requests to our own programs go over."""

    async def post(self, url: str, body: bytes, headers: Headers = (), seconds: float | None = None) -> Told:
        """The whole answer to JSON, within so many seconds where others are given than for all.

        Raises:
            LostError, SlowError: there is none.
        """

    async def get(self, url: str, seconds: float) -> Told:
        """The whole answer, within so many seconds.

        Raises:
            LostError, SlowError: there is none.
        """

    async def close(self) -> None:
        """Give up the connections."""


class KeptOpen:
    """In one event loop. As many connections as there are requests at once; whoever limits those limits these.

    `idle_seconds` should be shorter than the other side keeps a connection; `seconds` is how long a whole answer may take.
    """

    def __init__(self, idle_seconds: float, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._idle, self._seconds, self._now = idle_seconds, seconds, now
        self._free: dict[_Place, list[_Connection]] = defaultdict(list)

    async def post(self, url: str, body: bytes, headers: Headers = (), seconds: float | None = None) -> Told:
        """As `Wire.post`."""
        place, head = _request("POST", url, (("Content-Type", "application/json"), *headers))
        request = b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)
        return await self._told(place, request, self._seconds if seconds is None else seconds)

    async def get(self, url: str, seconds: float) -> Told:
        """As `Wire.get`."""
        place, head = _request("GET", url, ())
        return await self._told(place, head + b"\r\n", seconds)

    async def close(self) -> None:
        """As `Wire.close`."""
        for free in self._free.values():
            for connection in free:
                connection.close()
        self._free.clear()

    async def _told(self, place: _Place, request: bytes, seconds: float) -> Told:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Told] = loop.create_future()
        limit = loop.call_later(seconds, _fail, answer, SlowError("too slow"))
        connection: _Connection | None = None
        try:
            connection = self._kept(place) or await _opened(place, answer)
            connection.ask(request, answer)
            told = await answer
        except BaseException:
            # Whatever comes over it later is the answer to something given up.
            if connection is not None:
                connection.close()
            raise
        finally:
            limit.cancel()
        if connection.stays:
            connection.since = self._now()
            self._free[place].append(connection)
        else:
            connection.close()
        return told

    def _kept(self, place: _Place) -> _Connection | None:
        """The connection that was used last, where it was not too long ago; the others age and go."""
        free = self._free[place]
        while free:
            connection = free.pop()
            if connection.stays and self._now() - connection.since < self._idle:
                return connection
            connection.close()
        return None


@dataclass(frozen=True)
class _Place:
    host: str
    port: int
    secure: bool


class _Connection(asyncio.Protocol):
    """One request after another. The names of the methods are asyncio's and the parser's."""

    def __init__(self) -> None:
        self.stays, self.since = False, 0.0
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Told] | None = None

    def ask(self, request: bytes, answer: asyncio.Future[Told]) -> None:
        """Send a request; what comes of it becomes the answer."""
        self._answer, self._body = answer, list[bytes]()
        self._parser = httptools.HttpResponseParser(self)
        if self._transport is None or not self.stays:
            _fail(answer, LostError("closed"))
        else:
            self._transport.write(request)

    def close(self) -> None:
        """For good."""
        self.stays, self._answer = False, None
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are not of asyncio's class, though they do the same.
        self.stays, self._transport = True, cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stays = False
        _fail(self._answer, LostError(f"broken off: {type(exc).__name__ if exc else 'closed'}"))

    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            # Nobody asked.
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.stays = False
            _fail(self._answer, LostError(f"no HTTP: {error}"))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self.stays = self.stays and self._parser.should_keep_alive()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(Told(self._parser.get_status_code(), b"".join(self._body)))


async def _opened(place: _Place, answer: asyncio.Future[Told]) -> _Connection:
    """A new connection; the time that it takes counts."""
    loop = asyncio.get_running_loop()
    opening = asyncio.ensure_future(
        loop.create_connection(
            _Connection, place.host, place.port, ssl=ssl.create_default_context() if place.secure else None
        )
    )
    both: list[asyncio.Future[Any]] = [opening, answer]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        given_up = opening.cancel()
    if given_up:
        raise answer.exception() or LostError("not connected")
    try:
        return opening.result()[1]
    except OSError as error:
        raise LostError(f"not connected: {type(error).__name__}: {error}") from error


def _fail(answer: asyncio.Future[Told] | None, error: WireError) -> None:
    if answer is not None and not answer.done():
        answer.set_exception(error)


@lru_cache(64)
def _request(method: str, url: str, headers: Headers) -> tuple[_Place, bytes]:
    """Where a request goes, and its head but for the length of its body. There are few of them."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"no address of ours: {url}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers]
    head = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    port = parts.port or _PORTS[parts.scheme]
    return _Place(parts.hostname, port, parts.scheme == "https"), head
