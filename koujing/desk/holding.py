"""Who answers in a conversation: the bot, or a person who has taken it over, whom every channel then obeys.

While a person holds a conversation its messages are kept for them and the bot says nothing; what was on its way is stopped
in the same transaction that takes the conversation over. Facts told to the person are told to the bot with the first
message that it answers again, so that nothing is asked twice.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from koujing.clock import Clock
from koujing.desk.request import Ask
from koujing.desk.threads import in_thread as run_in_threadpool
from koujing.store.takeovers import Takeovers
from koujing.text.facts import FactReader

__all__ = ["Holding", "Room", "UnreachableError", "Voice"]

log = logging.getLogger(__name__)


class UnreachableError(Exception):
    """What a person says cannot reach the citizen now, nor wait for them; the message says why, in Chinese."""


@dataclass(frozen=True)
class Room:
    """How many messages may still be sent at once, until when; what is more waits for the citizen's next message.

    `states` tells of what was sent so far, by key: sent, waiting or lost.
    """

    left: int
    until: dt.datetime | None
    note: str | None
    states: Mapping[str, str]


class Voice(Protocol):
    """A channel, as far as a person speaks on it. What takes a connection is blocking and writes in its transaction."""

    longest: int

    def takes_over(self, connection: Connection, session_id: str) -> None:
        """Stop what the bot has on its way, and tell the citizen that a person is there, where that costs nothing."""

    def gives_back(self, connection: Connection, session_id: str) -> None:
        """Tell the citizen that the bot answers again, where that costs nothing."""

    def says(self, connection: Connection, session_id: str, key: str, text: str) -> None:
        """Put what a person says on its way, once for each key.

        Raises:
            UnreachableError: it cannot be.
        """

    async def wake(self, session_id: str) -> None:
        """There is something new on its way."""

    async def room(self, session_id: str) -> Room | None:
        """What may still be sent; None where nothing limits it."""


class Holding:
    """One process's share of it; the store decides."""

    def __init__(self, takeovers: Takeovers, clock: Clock, reader: Callable[[], FactReader]) -> None:
        self.takeovers, self._clock, self._reader = takeovers, clock, reader
        self._voices: dict[str, Voice] = {}
        self._ready = False
        self._reading: set[asyncio.Task[None]] = set()

    # --- the channels

    def speaks(self, kind: str, voice: Voice) -> None:
        """Let persons speak on a kind of channel: web, wechat."""
        self._voices[kind] = voice

    def voice(self, channel: str) -> Voice | None:
        """The voice of a conversation's channel; None where nobody can speak on it."""
        return self._voices.get(channel.partition(":")[0])

    # --- the bot's side

    async def hears(self, session_id: str, message_id: str, ask: Ask) -> bool:
        """Keep a message for the person who holds the conversation; False where the bot is to answer."""
        if not await run_in_threadpool(self.takeovers.held, session_id):
            return False
        # The reader may still be loading: the message itself does not wait for it.
        facts = await run_in_threadpool(self.facts, ask.text) if self._ready else {}
        heard = await run_in_threadpool(self.takeovers.hear, session_id, message_id, ask.digest, ask.text, facts)
        if heard and not self._ready:
            self._in_background(self._understand(session_id, message_id, ask.text))
        return heard

    async def learnt(self, session_id: str) -> dict[str, Any]:
        """The facts to tell the bot with the next message."""
        return await run_in_threadpool(self.takeovers.learnt, session_id)

    async def passed(self, session_id: str, facts: Mapping[str, Any]) -> None:
        """The bot was told these."""
        if facts:
            await run_in_threadpool(self.takeovers.passed, session_id, facts)

    # --- the operator's side

    def facts(self, text: str) -> dict[str, Any]:
        """What a citizen says exactly of themselves; what is said roughly, or of others, is not told to the bot."""
        try:
            read = self._reader().read(text, self._clock.today())
            self._ready = True
        except Exception:
            log.exception("no facts are read from a message to a person")
            return {}
        return {each.fact: each.value for each in read if not each.approximate and not each.whose}

    async def take(self, session_id: str, channel: str, staff_id: int, key: str) -> bool:
        """Take a conversation over, from when on the bot says nothing; False where a colleague has it.

        Raises:
            SessionGoneError: the conversation was removed.
        """
        voice = self._speaking(channel)

        def stop(connection: Connection) -> None:
            voice.takes_over(connection, session_id)

        taken = await run_in_threadpool(self.takeovers.claim, session_id, staff_id, key, stop)
        if taken:
            if not self._ready:
                self._in_background(run_in_threadpool(self.facts, ""))
            await voice.wake(session_id)
        return taken

    async def say(
        self, session_id: str, channel: str, staff_id: int, key: str, text: str, data: Mapping[str, Any]
    ) -> None:
        """Say something to the citizen, once for each key.

        Raises:
            NotHolderError, SessionGoneError, UnreachableError: it is not said.
        """
        voice = self._speaking(channel)

        def speak(connection: Connection) -> None:
            voice.says(connection, session_id, key, text)

        await run_in_threadpool(self.takeovers.say, session_id, staff_id, key, text, data, speak)
        await voice.wake(session_id)

    async def give_back(self, session_id: str, channel: str, staff_id: int, key: str) -> None:
        """Let the bot answer again.

        Raises:
            NotHolderError, SessionGoneError.
        """
        voice = self._speaking(channel)

        def tell(connection: Connection) -> None:
            voice.gives_back(connection, session_id)

        await asyncio.gather(*self._reading, return_exceptions=True)
        await run_in_threadpool(self.takeovers.give_back, session_id, staff_id, key, tell)
        await voice.wake(session_id)

    def _in_background(self, reading: Awaitable[Any]) -> None:
        async def done() -> None:
            await reading

        task = asyncio.create_task(done())
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _understand(self, session_id: str, message_id: str, text: str) -> None:
        facts = await run_in_threadpool(self.facts, text)
        if facts:
            await run_in_threadpool(self.takeovers.understood, session_id, message_id, facts)

    def _speaking(self, channel: str) -> Voice:
        voice = self.voice(channel)
        if voice is None:
            raise UnreachableError("这个渠道只能看，不能接手。")
        return voice
