"""Takes up what was left lying: by a process that died, by a platform that did not come back, by time."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

from koujing.clock import Clock
from koujing.desk.wechat.outbox import Outbox
from koujing.desk.wechat.timings import Timings
from koujing.desk.wechat.turns import Run, Sleep, Turns
from koujing.store.wechat import WeChatStore

__all__ = ["Sweeper"]

log = logging.getLogger(__name__)

# Messages taken up at a time: at a start after a long stop there may be many, and fresh ones go first.
_AT_ONCE = 4
_EXPIRE_EVERY = 60


class Sweeper:
    """Several processes may sweep at the same time."""

    def __init__(
        self,
        store: WeChatStore,
        turns: Turns,
        outbox: Outbox,
        clock: Clock,
        *,
        run: Run,
        sleep: Sleep,
        timings: Timings,
    ) -> None:
        self._store, self._turns, self._outbox, self._clock = store, turns, outbox, clock
        self._run, self._sleep, self._timings = run, sleep, timings
        self._taken_up: set[asyncio.Task[None]] = set()

    async def forever(self) -> None:
        """Sweep at once and then every few seconds, until cancelled."""
        rounds = 0
        while True:
            try:
                await self.once()
                if rounds % _EXPIRE_EVERY == 0:
                    await self._run(self._store.upkeep.expire, self._clock.now() - self._keep)
            except Exception:
                log.exception("could not look for what was left lying")
            rounds += 1
            await self._sleep(self._timings.sweep_seconds)

    async def once(self) -> None:
        """One round."""
        upkeep = self._store.upkeep
        for queue in await self._run(upkeep.due):
            await self._run(upkeep.tidy, queue)
        self._taken_up = {task for task in self._taken_up if not task.done()}
        for question in await self._run(upkeep.unanswered):
            if len(self._taken_up) >= _AT_ONCE:
                break
            self._taken_up.add(self._turns.start(question))
        if self._outbox.usable:
            for queue in await self._run(self._store.pushes.due):
                self._outbox.kick(queue)

    @property
    def _keep(self) -> dt.timedelta:
        return dt.timedelta(hours=self._timings.keep_hours)
