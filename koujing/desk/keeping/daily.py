"""Has the keeper run once a day, by one desk of several, while the desk serves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from koujing.clock import Clock
from koujing.desk.keeping.removing import Keeper
from koujing.store.shared import Shared

__all__ = ["Daily"]

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 600.0
_DAY_SECONDS = 86_400
_BY = "desk"


class Daily:
    """Looks every ten minutes whether it is time."""

    def __init__(self, keeper: Keeper, shared: Shared, clock: Clock, pause: float = _PAUSE_SECONDS) -> None:
        self._keeper, self._shared, self._clock, self._pause = keeper, shared, clock, pause

    async def due(self) -> bool:
        """Run it where it is time and nobody has today; whether this desk did."""
        now = self._clock.now()
        if now.hour < self._keeper.schedule.hour or await run_in_threadpool(self._keeper.ran_today):
            return False
        # Of several desks one; where they share nothing, what the second removes again is nothing.
        key = f"retention:{now.date()}"
        if not await self._shared.add(key, _BY, _DAY_SECONDS):
            return False
        try:
            removed = await run_in_threadpool(self._keeper.run, _BY)
        except BaseException:
            await self._shared.delete(key)
            raise
        log.info("what was kept long enough is removed: %s", {name: n for name, n in removed.items() if n})
        return True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """As long as the block."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            try:
                await self.due()
            except Exception:
                log.exception("what was kept long enough could not be removed")
