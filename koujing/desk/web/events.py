"""Wakes who waits for new events: at once for events of this process and of those that share a Redis, within a second for others.

A reader that waits holds an `asyncio.Event` and nothing else: no thread and no connection to the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool

from koujing.desk.web.bell import Bell
from koujing.store.events import Events

__all__ = ["Hub", "Reader"]

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0


class Reader:
    """One who waits for the events of a session."""

    def __init__(self) -> None:
        self._signal = asyncio.Event()
        self.ended = False

    async def wait(self, seconds: float) -> bool:
        """Until there may be something new, or the time is over; whether it was woken. A call before counts once."""
        try:
            await asyncio.wait_for(self._signal.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        self._signal.clear()
        return True

    def wake(self) -> None:
        """There may be something new."""
        self._signal.set()

    def end(self) -> None:
        """Nobody is to wait here any longer."""
        self.ended = True
        self._signal.set()


class Hub:
    """The readers of this process, by session."""

    def __init__(
        self, events: Events, most: int, poll_seconds: float = _POLL_SECONDS, bell: Bell | None = None
    ) -> None:
        self._events, self._most, self._poll_seconds = events, most, poll_seconds
        self._bell = bell
        self._readers: dict[str, list[Reader]] = {}
        self._closed = False

    @property
    def readers(self) -> int:
        """How many there are."""
        return sum(map(len, self._readers.values()))

    @contextmanager
    def reader(self, session_id: str) -> Iterator[Reader]:
        """A reader while it is in use. Of too many in one session the oldest ends: its connection may be long dead."""
        reader = Reader()
        reader.ended = self._closed
        readers = self._readers.setdefault(session_id, [])
        readers.append(reader)
        if len(readers) > self._most:
            readers[0].end()
            del readers[0]
        try:
            yield reader
        finally:
            if reader in readers:
                readers.remove(reader)
            if not readers and self._readers.get(session_id) is readers:
                del self._readers[session_id]

    def wake(self, session_id: str) -> None:
        """There is something new in a session, here or at another desk."""
        self.heard(session_id)
        if self._bell is not None:
            self._bell.ring(session_id)

    def heard(self, session_id: str) -> None:
        """There is something new for those who read here."""
        for reader in self._readers.get(session_id, ()):
            reader.wake()

    def close(self) -> None:
        """End every reader, present and future: the program stops."""
        self._closed = True
        for readers in self._readers.values():
            for reader in readers:
                reader.end()

    async def watch(self) -> None:
        """Look every second for events that other processes wrote; until cancelled."""
        cursor = None
        while True:
            try:
                # Who begins to read has read all before; only what comes from now on needs a call.
                if cursor is None:
                    cursor = await run_in_threadpool(self._events.latest)
                elif self._readers:
                    cursor, moved = await run_in_threadpool(self._events.moved, cursor)
                    for session_id in moved:
                        self.heard(session_id)
            except Exception:
                log.exception("cannot look for new events")
            await asyncio.sleep(self._poll_seconds)
