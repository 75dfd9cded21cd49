"""HTTP over connections that stay open, for the way to Rasa that every message takes.

With httpx the layers of a request took more than the request: a fifth of all that the desk's process does for a message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

__all__ = ["KeptOpen", "LostError", "SlowError", "Told", "Wire", "WireError"]

_JSON = {"Content-Type": "application/json"}


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
    """What the way to Rasa goes over."""

    async def post(self, url: str, body: bytes) -> Told:
        """The whole answer to JSON.

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
    """At most so many connections at once, each kept for a while after its last use; whoever finds none waits.

    `idle_seconds` should be shorter than the other side keeps a connection; `seconds` is how long a whole answer may take.
    """

    def __init__(self, most: int, idle_seconds: float, seconds: float) -> None:
        self._most, self._idle = most, idle_seconds
        self._patience = _patience(seconds)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes) -> Told:
        """As `Wire.post`."""
        return await self._asked("POST", url, self._patience, _JSON, body)

    async def get(self, url: str, seconds: float) -> Told:
        """As `Wire.get`."""
        return await self._asked("GET", url, _patience(seconds), {}, None)

    async def close(self) -> None:
        """As `Wire.close`."""
        if self._session is not None:
            await self._session.close()

    async def _asked(
        self, method: str, url: str, patience: aiohttp.ClientTimeout, headers: Mapping[str, str], body: Any
    ) -> Told:
        given = {"headers": headers, "data": body, "timeout": patience, "allow_redirects": False}
        try:
            async with self._open().request(method, url, **given) as response:
                return Told(response.status, await response.read())
        except (aiohttp.ServerTimeoutError, asyncio.TimeoutError) as error:
            raise SlowError("too slow") from error
        except (aiohttp.ClientError, OSError) as error:
            raise LostError(f"{type(error).__name__}: {error}") from error

    def _open(self) -> aiohttp.ClientSession:
        """Made in the event loop that uses it."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._most, keepalive_timeout=self._idle)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _patience(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)
