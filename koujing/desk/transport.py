"""httpx over aiohttp's connections, for the way to Rasa that every message takes.

httpx's own (httpcore) goes through so many layers for a request that it was half of the work of the desk's process; among them
a search of all folders for a module that is not installed.
"""

from __future__ import annotations

import asyncio

import aiohttp
import httpx

__all__ = ["KeptOpen"]

# Done by aiohttp already.
_UNPACKED = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class KeptOpen(httpx.AsyncBaseTransport):
    """At most so many connections at once, each kept for a while after its last use; whoever finds none waits.

    `idle_seconds` should be shorter than the other side keeps a connection.
    """

    def __init__(self, most: int, idle_seconds: float) -> None:
        self._most, self._idle = most, idle_seconds
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request and its whole answer.

        Raises:
            httpx.TransportError: as httpx's own does, by kind: not connected, too slow, broken off.
        """
        limits = request.extensions.get("timeout", {})
        timeout = aiohttp.ClientTimeout(
            total=None, connect=limits.get("pool"), sock_connect=limits.get("connect"), sock_read=limits.get("read")
        )
        try:
            async with self._open().request(
                request.method,
                str(request.url),
                headers=request.headers.multi_items(),
                data=await request.aread(),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except (aiohttp.ServerTimeoutError, asyncio.TimeoutError) as error:
            raise httpx.ReadTimeout("too slow", request=request) from error
        except aiohttp.ClientConnectorError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        except (aiohttp.ClientError, OSError) as error:
            raise httpx.ReadError(f"{type(error).__name__}: {error}", request=request) from error
        headers = [(name, value) for name, value in response.raw_headers if name.lower() not in _UNPACKED]
        return httpx.Response(response.status, headers=headers, content=body, request=request)

    async def aclose(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        """Made in the event loop that uses it."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._most, keepalive_timeout=self._idle)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session
