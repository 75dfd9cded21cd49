"""Work at a steady rate, whether or not earlier work is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

__all__ = ["Pace"]


class Pace:
    """Begins a piece of work so many times a second, until it is told to end; then what was begun is seen through."""

    def __init__(self, rate: float, work: Callable[[], Awaitable[None]]) -> None:
        self._rate, self._work = rate, work
        self._under_way: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self.errors: list[BaseException] = []

    async def run(self) -> None:
        """Until `end`."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._ended.is_set():
            self._begin()
            due = max(due + 1 / self._rate, loop.time() - 1)
            try:
                await asyncio.wait_for(self._ended.wait(), max(0.0, due - loop.time()))
            except asyncio.TimeoutError:
                continue

    def end(self) -> None:
        """Begin nothing more."""
        self._ended.set()

    async def finish(self, seconds: float) -> int:
        """Wait for what was begun; how much of it did not end in time and was given up."""
        if not self._under_way:
            return 0
        _, late = await asyncio.wait(set(self._under_way), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    def _begin(self) -> None:
        task = asyncio.ensure_future(self._work())
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(error)
