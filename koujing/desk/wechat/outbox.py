"""Sends what waits for a follower through the customer API: in order, part by part, never the same part twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Coroutine, Mapping
from typing import Any, Literal, Protocol

from koujing.clock import Clock
from koujing.desk.wechat.carrying import under_question
from koujing.desk.wechat.errors import (
    CapabilityError,
    ConfigurationError,
    ContentError,
    QuotaError,
    RecipientError,
    TokenError,
    TransientError,
    UncertainError,
    WeChatError,
)
from koujing.desk.wechat.timings import Timings
from koujing.desk.wechat.turns import Run, Sleep
from koujing.store.wechat import WeChatStore
from koujing.store.wechat_pushes import Pushed, Sending

__all__ = ["Outbox", "Push"]

log = logging.getLogger(__name__)

# After each try that the platform was too busy for.
_PAUSES = (1.0, 3.0)


class Push(Protocol):
    """`Pusher`: the customer API towards followers."""

    @property
    def usable(self) -> bool:
        """Whether the account can send by itself now."""

    async def send(self, openid: str, text: str) -> None:
        """Send a text.

        Raises:
            ApiError: it was not sent, or, with `UncertainError`, perhaps not.
        """

    async def typing(self, openid: str) -> None:
        """Show that an answer is being written."""

    async def opened(self, openid: str, trigger: Literal["message", "event"]) -> None:
        """Note that the follower did something that lets us send."""


class Outbox:
    """One task a follower while there is something to send."""

    def __init__(
        self,
        store: WeChatStore,
        push: Push | None,
        phrases: Mapping[str, str],
        clock: Clock,
        *,
        run: Run,
        sleep: Sleep,
        timings: Timings,
    ) -> None:
        self._store, self._push, self._phrases, self._clock = store, push, phrases, clock
        self._run, self._sleep, self._timings = run, sleep, timings
        self._owner = secrets.token_hex(16)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._called: set[int] = set()
        self._small: set[asyncio.Task[None]] = set()

    @property
    def usable(self) -> bool:
        """Whether anything can be sent now; if not, it waits for the follower's next message."""
        return self._push is not None and self._push.usable

    def kick(self, queue: int) -> None:
        """See to what waits for a follower, unless that is being done; returns at once."""
        if not self.usable:
            return
        self._called.add(queue)
        if queue not in self._tasks:
            self._tasks[queue] = asyncio.create_task(self._drain(queue))

    def typing(self, openid: str) -> None:
        """Show the follower that an answer is being written; nothing hangs on it."""
        if self._push is not None and self._push.usable:
            task = asyncio.create_task(_quietly(self._push.typing(openid)))
            self._small.add(task)
            task.add_done_callback(self._small.discard)

    async def stop(self, seconds: float) -> None:
        """Let what is being sent be sent for so long."""
        running = [*self._tasks.values(), *self._small]
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _drain(self, queue: int) -> None:
        try:
            while queue in self._called:
                self._called.discard(queue)
                await self._send_all(queue)
        except Exception:
            log.exception("answers wait until they are swept up")
        finally:
            del self._tasks[queue]

    async def _send_all(self, queue: int) -> None:
        while self.usable:
            sending = await self._run(self._store.pushes.claim, queue, self._owner)
            if sending is None:
                return
            came_of, again_in = await self._send(sending)
            until = None if again_in is None else self._clock.now() + dt.timedelta(seconds=again_in)
            await self._run(self._store.pushes.settle, sending, self._owner, came_of, until)
            if came_of != "sent":
                return
            await self._sleep(self._timings.gap_seconds)

    async def _send(self, sending: Sending) -> tuple[Pushed, float | None]:
        """What came of it, and in how many seconds to try again; None for not before the follower writes."""
        later = self._timings.again_seconds
        try:
            await self._call(sending)
        except RecipientError:
            return "unreachable", None
        except (QuotaError, CapabilityError, ContentError) as error:
            log.info("an answer waits for the follower's next message: %s", type(error).__name__)
            return "refused", None
        except (TransientError, TokenError, ConfigurationError) as error:
            log.warning("an answer could not be sent: %s", type(error).__name__)
            return "refused", later
        except UncertainError:
            log.warning("an answer may be lost")
            return "doubtful", later
        except Exception:
            log.exception("an answer may be lost")
            return "doubtful", later
        return "sent", None

    async def _call(self, sending: Sending) -> None:
        assert self._push is not None
        text = self._phrases["unsure"] if sending.text is None else sending.text
        if sending.question is not None:
            text = under_question(text, sending.question, self._phrases["earlier"])
        for pause in _PAUSES:
            try:
                return await self._push.send(sending.openid, text)
            except TransientError:
                await self._sleep(pause)
        await self._push.send(sending.openid, text)
        return None


async def _quietly(call: Coroutine[Any, Any, None]) -> None:
    try:
        await call
    except WeChatError:
        pass
    except Exception:
        log.exception("could not show that an answer is being written")
