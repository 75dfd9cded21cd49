"""Time that passes at once: an event loop that jumps to its next timer when nothing else is to be done."""

from __future__ import annotations

import asyncio
import datetime as dt
import heapq
from collections.abc import Coroutine
from typing import Any, TypeVar

from koujing.clock import Clock

__all__ = ["NOON", "VirtualLoop", "clock_of", "directly", "virtually"]

T = TypeVar("T")

NOON = dt.datetime(2021, 9, 15, 4, tzinfo=dt.timezone.utc)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at 0 seconds. Nothing in it may wait for the world outside."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0.0
        self._timer_cancelled_count = 0

    def time(self) -> float:
        """Virtual seconds."""
        return self._passed

    def _run_once(self) -> None:
        timers, ready = self._scheduled, self._ready  # type: ignore[attr-defined]
        # A cancelled timer is nothing to jump to; the loop would sit out the time from there to the next one.
        while timers and timers[0].cancelled():
            heapq.heappop(timers)._scheduled = False
            self._timer_cancelled_count -= 1
        if timers and not ready:
            self._passed = max(self._passed, timers[0].when())
        super()._run_once()  # type: ignore[misc]


def virtually(coroutine: Coroutine[Any, Any, T], loop: VirtualLoop | None = None) -> T:
    """Run to the end, in virtual time."""
    loop = loop or VirtualLoop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def clock_of() -> Clock:
    """The clock that goes with the running loop."""
    return Clock(now=lambda: NOON + dt.timedelta(seconds=asyncio.get_running_loop().time()))


async def directly(call: Any, /, *args: Any, **kwargs: Any) -> Any:
    """In place of a thread, for which virtual time would not wait."""
    return call(*args, **kwargs)
