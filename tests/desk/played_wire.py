"""The way to Rasa in tests without a server: a handler of httpx stands at its other end."""

from __future__ import annotations

from typing import Any

import httpx

from koujing.posting import LostError, SlowError, Told

__all__ = ["PlayedWire"]


class PlayedWire:
    """`koujing.posting.Wire` to a handler as `httpx.MockTransport` takes it; what it raises is told by its kind."""

    def __init__(self, handler: Any) -> None:
        self._http = httpx.AsyncClient(transport=httpx.MockTransport(handler))

    async def post(self, url: str, body: bytes, headers: Any = (), seconds: float | None = None) -> Told:
        return await self._asked(
            "POST", url, content=body, headers={"Content-Type": "application/json", **dict(headers)}
        )

    async def get(self, url: str, seconds: float) -> Told:
        return await self._asked("GET", url, timeout=seconds)

    async def close(self) -> None:
        await self._http.aclose()

    async def _asked(self, method: str, url: str, **given: Any) -> Told:
        try:
            response = await self._http.request(method, url, **given)
        except httpx.TimeoutException as error:
            raise SlowError from error
        except httpx.TransportError as error:
            raise LostError from error
        return Told(response.status_code, response.content)
