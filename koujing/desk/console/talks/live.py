"""Tells open pages that conversations moved: at once in this process, within a second from another."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.concurrency import run_in_threadpool

__all__ = ["Live", "Moved"]

log = logging.getLogger(__name__)

# Conversations that moved since a moment, with their revisions; without one the newest.
Moved = Callable[["dt.datetime | None"], Mapping[str, "tuple[int, dt.datetime]"]]

_POLL_SECONDS = 1.0
_BEAT_SECONDS = 10.0
# Clocks of several desks differ, and a transaction takes its time to be seen.
_OVERLAP = dt.timedelta(seconds=5)


class Live:
    """The pages of this process that wait. One of them polls for all, as long as there is any."""

    def __init__(self, moved: Moved, poll_seconds: float = _POLL_SECONDS, beat_seconds: float = _BEAT_SECONDS) -> None:
        self._moved, self._poll_seconds, self._beat_seconds = moved, poll_seconds, beat_seconds
        self._waiting: dict[asyncio.Event, str | None] = {}
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    def wake(self, session_id: str) -> None:
        """Something happened in a conversation."""
        for signal, wanted in self._waiting.items():
            if wanted in (None, session_id):
                signal.set()

    def close(self) -> None:
        """End every stream, present and future: the program stops."""
        self._closed = True
        for signal in self._waiting:
            signal.set()
        if self._watching is not None:
            self._watching.cancel()

    async def follow(self, session_id: str | None, alive: Callable[[], Awaitable[bool]]) -> AsyncIterator[bool]:
        """True for each time that a conversation (or any) moved; False now and then where it is quiet, while `alive`."""
        signal = asyncio.Event()
        self._waiting[signal] = session_id
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            while not self._closed:
                try:
                    await asyncio.wait_for(signal.wait(), self._beat_seconds)
                except asyncio.TimeoutError:
                    if not await alive():
                        return
                    yield False
                    continue
                signal.clear()
                if not self._closed:
                    yield True
        finally:
            del self._waiting[signal]

    async def _watch(self) -> None:
        known: dict[str, int] = {}
        since: dt.datetime | None = None
        while self._waiting and not self._closed:
            try:
                found = await run_in_threadpool(self._moved, since and since - _OVERLAP)
                for session_id, (revision, _) in found.items():
                    if since is not None and known.get(session_id) != revision:
                        self.wake(session_id)
                known = {session_id: revision for session_id, (revision, _) in found.items()}
                since = max([at for _, at in found.values()] + ([since] if since else []), default=None)
                if since is None:
                    # An empty desk: whatever comes is new.
                    since = dt.datetime.min.replace(tzinfo=dt.timezone.utc) + 2 * _OVERLAP
            except Exception:
                log.exception("cannot look for what moved")
            await asyncio.sleep(self._poll_seconds)
