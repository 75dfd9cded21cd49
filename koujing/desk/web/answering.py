"""Answers accepted messages in the background, each session's in the order they came, and those left by a crash.

What waits stands in the store: a worker takes the oldest, answers it and looks again, so nothing is lost with the process.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool

from koujing.clock import Clock
from koujing.desk.errors import ApiError, MessageConflictError, UnavailableError
from koujing.desk.request import Ask
from koujing.desk.web.events import Hub
from koujing.store.errors import SessionGoneError
from koujing.store.events import Events, Pending
from koujing.store.trackers import Trackers

__all__ = ["Answer", "Turns"]

log = logging.getLogger(__name__)

_PAUSES = (0.5, 1.0, 2.0, 4.0)
_RECOVERED_AT_ONCE = 4
# Another desk may be answering it: whoever comes second finds it answered.
_SWEEP_SECONDS, _LEFT_SECONDS = 5.0, 5.0


class Answer(Protocol):
    """`Conversations.answer_in`."""

    def __call__(self, session_id: str, ask: Ask) -> Awaitable[list[dict[str, Any]]]: ...


class Turns:
    """One worker a session, while it has messages that wait."""

    def __init__(
        self,
        events: Events,
        answer: Answer,
        trackers: Trackers,
        hub: Hub,
        clock: Clock,
        *,
        sorry: str,
        patience: float,
        start_patience: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._events, self._answer, self._trackers, self._hub = events, answer, trackers, hub
        self._clock, self._sleep, self._sorry = clock, sleep, sorry
        self._patience, self._start_patience = patience, start_patience
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._called: set[str] = set()
        self._began = clock.now()

    def start(self, session_id: str) -> asyncio.Task[None]:
        """See to what waits in a session, unless that is being done; returns at once."""
        self._called.add(session_id)
        worker = self._workers.get(session_id)
        if worker is None:
            worker = self._workers[session_id] = asyncio.create_task(self._work(session_id))
        return worker

    async def recover(self, before: dt.datetime | None = None) -> None:
        """See to everything that an earlier process left (`before` that moment), a few sessions at a time."""
        gate = asyncio.Semaphore(_RECOVERED_AT_ONCE)

        async def one(session_id: str) -> None:
            async with gate:
                # Waited for, not awaited: to give up waiting is not to give up the work.
                await asyncio.wait([self.start(session_id)])

        try:
            left = await run_in_threadpool(self._events.pending_sessions, before)
            left = [session_id for session_id in left if session_id not in self._workers]
            if left:
                log.info("%d sessions have messages left unanswered", len(left))
            await asyncio.gather(*map(one, left))
        except Exception:
            log.exception("cannot look for unanswered messages")

    async def sweep(self) -> None:
        """See to what an earlier process left, then to what a desk that died left, or a database that was away; until cancelled."""
        await self.recover()
        while True:
            await self._sleep(_SWEEP_SECONDS)
            await self.recover(self._clock.now() - dt.timedelta(seconds=_LEFT_SECONDS))

    async def stop(self, seconds: float) -> None:
        """Let the workers finish for so long; what is left then is answered at the next start."""
        if not self._workers:
            return
        _, late = await asyncio.wait(self._workers.values(), timeout=seconds)
        for worker in late:
            worker.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, session_id: str) -> None:
        try:
            while True:
                self._called.discard(session_id)
                waiting = await run_in_threadpool(self._events.pending, session_id)
                if waiting is not None:
                    await self._turn(session_id, waiting)
                elif session_id not in self._called:
                    return
        except SessionGoneError:
            # Cleared meanwhile; what Rasa was told since is cleared too.
            await run_in_threadpool(self._trackers.remove, session_id)
        except Exception:
            log.exception("a message stays unanswered until it is sent again or swept up")
        finally:
            del self._workers[session_id]

    async def _turn(self, session_id: str, waiting: Pending) -> None:
        try:
            replies = await self._replies(session_id, waiting)
        except SessionGoneError:
            raise
        except Exception as error:
            if not isinstance(error, ApiError):
                log.exception("a message could not be answered")
            failure = self._failure(error)
            await run_in_threadpool(self._events.fail, session_id, waiting.message_id, failure)
        else:
            codes = [reply["receipt"] for reply in replies]
            await run_in_threadpool(self._events.answer, session_id, waiting.message_id, codes)
        self._hub.wake(session_id)

    async def _replies(self, session_id: str, waiting: Pending) -> list[dict[str, Any]]:
        """The replies, asked for again while Rasa is down, and for longer where Rasa may only be starting with us."""
        data = waiting.data
        ask = Ask(text=data["says"], length=data["length"], region=data["region"], message_id=waiting.message_id)
        left_over = waiting.at < self._began
        until = self._clock.now() + dt.timedelta(seconds=self._start_patience if left_over else self._patience)
        tries = 0
        while True:
            try:
                return await self._answer(session_id, ask)
            except UnavailableError:
                pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
                if self._clock.now() + dt.timedelta(seconds=pause) >= until:
                    raise
            await self._sleep(pause)
            tries += 1

    def _failure(self, error: Exception) -> dict[str, Any]:
        """What the person is told; trying again helps unless the message itself is the trouble."""
        if isinstance(error, MessageConflictError):
            return {"code": error.code, "text": "这条消息没有发送成功，请重新输入。", "retry": False}
        code = error.code if isinstance(error, UnavailableError) else "internal"
        return {"code": code, "text": self._sorry, "retry": True}
