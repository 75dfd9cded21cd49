"""Tells the open pages of a call that something changed: at once in this process, within a second from another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

__all__ = ["Streams"]

_POLL_SECONDS = 1.0
_BEATS = 10


class Streams:
    """The pages of this process that wait, by call. Each holds an event and no thread."""

    def __init__(self, revision: Callable[[str], int], poll_seconds: float = _POLL_SECONDS) -> None:
        self._revision, self._poll_seconds = revision, poll_seconds
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._closed = False

    def wake(self, call_id: str) -> None:
        """A call changed."""
        for signal in self._waiting.get(call_id, ()):
            signal.set()

    def close(self) -> None:
        """End every stream, present and future: the program stops."""
        self._closed = True
        for call_id in list(self._waiting):
            self.wake(call_id)

    async def follow(self, call_id: str, seen: int, alive: Callable[[], Awaitable[bool]]) -> AsyncIterator[int | None]:
        """The number of each change behind `seen`; None now and then where it is quiet, while `alive`."""
        signal, quiet = asyncio.Event(), 0
        self._waiting.setdefault(call_id, set()).add(signal)
        try:
            while not self._closed:
                signal.clear()
                now = await run_in_threadpool(self._revision, call_id)
                if now < 0:
                    return
                if now != seen:
                    seen, quiet = now, 0
                    yield now
                    continue
                quiet = (quiet + 1) % _BEATS
                if quiet == 0:
                    if not await alive():
                        return
                    yield None
                await _waited(signal, self._poll_seconds)
        finally:
            waiting = self._waiting[call_id]
            waiting.discard(signal)
            if not waiting:
                del self._waiting[call_id]


async def _waited(signal: asyncio.Event, seconds: float) -> None:
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(signal.wait(), seconds)
