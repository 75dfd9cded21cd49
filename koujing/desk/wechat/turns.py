"""From a kept message to its kept answer, in the background: one task a message, whoever waits for it and hangs up.

Any process may work on a message, also at the same time as another: the core answers a message id once, and the store keeps
the first answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from weakref import WeakValueDictionary

from koujing.desk.errors import ApiError, UnavailableError
from koujing.desk.request import Ask
from koujing.desk.wechat.offers import Screen, dumped
from koujing.store.errors import SessionGoneError
from koujing.store.wechat import WeChatStore
from koujing.store.wechat_rows import Question

__all__ = ["Answer", "Render", "Run", "Turns", "ask_for"]

log = logging.getLogger(__name__)

_PAUSES = (0.5, 1.0, 2.0, 4.0)
_LONGEST_ID = 64

Reply = dict[str, Any]
Sleep = Callable[[float], Awaitable[None]]


class Answer(Protocol):
    """`Conversations.answer_in`."""

    def __call__(self, session_id: str, ask: Ask) -> Awaitable[list[Reply]]: ...


class Render(Protocol):
    """`Screens`: replies as texts and offers."""

    def __call__(self, replies: list[Reply]) -> Screen: ...


class Run(Protocol):
    """`run_in_threadpool`, for the store blocks."""

    def __call__(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


class Turns:
    """The messages being answered here. A follower's are asked in the order in which they were started."""

    def __init__(
        self,
        store: WeChatStore,
        answer: Answer,
        render: Render,
        *,
        sorry: str,
        run: Run,
        sleep: Sleep,
        seconds: float,
        released: Callable[[int], None],
        cleared: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        """
        Args:
            released: called with the follower's queue when an answer must find its way by itself.
            cleared: called with a session that turned out to be removed.
        """
        self._store, self._answer, self._render, self._sorry = store, answer, render, sorry
        self._run, self._sleep, self._seconds = run, sleep, seconds
        self._released, self._cleared = released, cleared
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def start(self, question: Question) -> asyncio.Task[None]:
        """The task that answers a message, begun unless it runs. It raises nothing; look into the store for what it did."""
        task = self._tasks.get(question.message)
        if task is None:
            task = self._tasks[question.message] = asyncio.create_task(self._work(question))
        return task

    async def stop(self, seconds: float) -> None:
        """Let them finish for so long; what is left then is taken up at the next start."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks.values(), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, question: Question) -> None:
        try:
            async with self._order.setdefault(question.session_id, asyncio.Lock()):
                await self._turn(question)
        except Exception:
            log.exception("a message stays unanswered until it is delivered again or swept up")
        finally:
            del self._tasks[question.message]

    async def _turn(self, question: Question) -> None:
        try:
            replies = await self._replies(question)
            if not replies:
                # A person answers.
                await self._run(self._store.finish, question.message, (), None)
                return
            screen = self._render(replies)
        except SessionGoneError:
            # Cleared meanwhile: there is nobody to answer.
            await self._run(self._store.finish, question.message, (), None, failed=True)
            if self._cleared is not None:
                await self._cleared(question.session_id)
            return
        except Exception as error:
            if not isinstance(error, ApiError):
                log.exception("a message could not be answered")
            screen = None
        if screen is not None and screen.parts:
            offers = json.dumps(dumped(screen.offers), ensure_ascii=False)
            released = await self._run(self._store.finish, question.message, screen.parts, offers)
        else:
            released = await self._run(self._store.finish, question.message, (self._sorry,), None, failed=True)
        if released:
            self._released(question.queue)

    async def _replies(self, question: Question) -> list[Reply]:
        """The replies, asked for again while Rasa is down."""
        until = asyncio.get_running_loop().time() + self._seconds
        tries = 0
        while True:
            try:
                return await self._answer(question.session_id, ask_for(question))
            except UnavailableError:
                pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
                if asyncio.get_running_loop().time() + pause >= until:
                    raise
            await self._sleep(pause)
            tries += 1


def ask_for(question: Question) -> Ask:
    """What the core is asked: the same for every delivery and every process."""
    key = question.key
    id = key if len(key) <= _LONGEST_ID else hashlib.sha256(key.encode()).hexdigest()
    return Ask(text=question.says, length=question.length, region=question.region, message_id=id)
