"""From a valid message to its replies with receipts, each message once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from koujing.clock import Clock
from koujing.desk.errors import MessageConflictError, StoreDownError
from koujing.desk.holding import Holding
from koujing.desk.rasa_client import RasaClient
from koujing.desk.request import Ask
from koujing.desk.threads import in_thread
from koujing.desk.watched import Watched, unwatched
from koujing.leases import Leases
from koujing.store.arrivals import Arrival
from koujing.store.codes import new_session_id
from koujing.store.errors import STORE_DOWN, HeldError, MessageReusedError, SessionGoneError
from koujing.store.store import Store

__all__ = ["Conversations", "Refuse", "Reply"]

# What Rasa would take for a command, typed by anyone.
_COMMAND = re.compile(r"[/／][A-Za-z_]+(\{|$)")
_LEADING = "/／ \t\n\u3000"
_MOST_KNOWN = 4096

Reply = dict[str, Any]


class Stopping(Protocol):
    """`koujing.desk.stopping.Stopping`."""

    def in_session(self, session_id: str, replies: list[Reply]) -> list[Reply]:
        """The replies as they may be said in this session: what is switched off is not. Blocking."""


class Staffing(Protocol):
    """`koujing.desk.opening.OpeningHours`."""

    def in_session(self, session_id: str, replies: list[Reply]) -> list[Reply]:
        """The replies, with when people are there where a person is offered. Blocking."""


class Refuse(Protocol):
    """Makes the reply that refuses a text of this kind; `koujing.answering.refusals.refusal` bound to its knowledge."""

    def __call__(
        self,
        kind: str,
        on: dt.date,
        *,
        question: str | None = None,
        region: str | None = None,
        fills: dict[str, str] | None = None,
    ) -> Reply: ...


@dataclass(frozen=True)
class Conversations:
    """All that answering a message takes. Messages of one session wait for each other, over all desks that share a Redis.

    `known` spares the look for a session by its client and name, which never changes while the session is there.
    """

    store: Store
    rasa: RasaClient
    refuse: Refuse
    clock: Clock
    message_length: int
    leases: Leases
    new_id: Callable[[], str] = new_session_id
    holding: Holding | None = None
    stopping: Stopping | None = None
    staffing: Staffing | None = None
    watched: Watched = field(default_factory=unwatched)
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    async def answer(self, client: str, ask: Ask) -> tuple[str, list[Reply]]:
        """The name of the session and the replies, from the store where the message was answered before.

        Raises:
            MessageConflictError: the message id was used for another message.
            UnavailableError: Rasa or the action server is down, or the database.
        """
        name, channel = ask.session or self.new_id(), channel_of(client)
        key = (client, name)
        if (known := self.known.get(key)) is not None:
            try:
                return name, await self.answer_in(known, ask, channel)
            except SessionGoneError:
                # Removed since: whoever goes on talking begins anew.
                self.known.pop(key, None)
        with self.watched.stage("store_read"):
            session_id = await in_thread(self.store.session, client, name)
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        self.known[key] = session_id
        return name, await self.answer_in(session_id, ask, channel)

    async def answer_in(self, session_id: str, ask: Ask, channel: str = "api") -> list[Reply]:
        """The replies to a message of a session that is known; messages are answered in the order of these calls.

        None at all where a person holds the conversation: the message is kept for them.

        Raises:
            MessageConflictError, UnavailableError: as `answer`.
            SessionGoneError: the session was removed.
        """
        message_id = ask.message_id or self.new_id()
        with self.watched.answering(channel, session_id, message_id) as answering:
            async with self.leases.held(session_id):
                try:
                    with self.watched.stage("store_read"):
                        arrival = await in_thread(self.store.arrive, session_id, ask.message_id, ask.digest)
                    answering.again = arrival.before is not None
                    replies = arrival.before
                    if replies is None:
                        replies = await self._spoken(session_id, message_id, ask, arrival)
                except MessageReusedError as error:
                    raise MessageConflictError from error
                except STORE_DOWN as error:
                    raise StoreDownError from error
            answering.replies = replies
        return replies

    async def _spoken(self, session_id: str, message_id: str, ask: Ask, arrival: Arrival) -> list[Reply]:
        """New replies, kept. What is ready when a person has taken over is not said."""
        held, learnt = arrival.held, arrival.learnt
        fresh: list[Reply] | None = None
        while True:
            if held and self.holding is not None:
                if await self.holding.hears(session_id, message_id, ask):
                    return []
                if fresh is None:
                    # Given up just now: what the person was told is for the bot.
                    learnt = await self.holding.learnt(session_id)
            if fresh is None:
                fresh = await self._replies(session_id, message_id, ask, learnt)
            try:
                kept = await in_thread(self._keep, session_id, message_id, ask.digest, fresh)
            except HeldError:
                if self.holding is None:
                    raise
                held = True
                continue
            if learnt and self.holding is not None:
                await self.holding.passed(session_id, learnt)
            return kept

    def _keep(self, session_id: str, message_id: str, digest: str, fresh: list[Reply]) -> list[Reply]:
        """The replies as they may be said, kept. Blocking."""
        with self.watched.stage("switches"):
            for allowed in (self.stopping, self.staffing):
                if allowed is not None:
                    fresh = allowed.in_session(session_id, fresh)
        with self.watched.stage("store_write"):
            return self.store.record(session_id, message_id, digest, fresh)

    async def _replies(self, session_id: str, message_id: str, ask: Ask, learnt: Mapping[str, Any]) -> list[Reply]:
        on = ask.as_of or self.clock.today()
        if ask.length > self.message_length:
            return [self.refuse("too_long", on, region=ask.region, fills={"limit": str(self.message_length)})]
        if _COMMAND.match(ask.text):
            return [self.refuse("injection", on, question=ask.text, region=ask.region)]
        # A question may begin with a slash; Rasa must not see it.
        text = ask.text.lstrip(_LEADING)
        if not text:
            return [self.refuse("nonsense", on, question=ask.text, region=ask.region)]
        metadata = {
            "message_id": message_id,
            "region": ask.region,
            "on": on.isoformat(),
            "facts": {**learnt, **(ask.facts or {})},
        }
        with self.watched.stage("rasa"):
            return await self.rasa.replies(session_id, text, metadata)


def channel_of(client: str) -> str:
    """The channel of a session's client, as it is counted; operators ask for callers on the telephone."""
    return (
        "phone"
        if client == "console"
        else client.partition(":")[0]
        if client.startswith(("web:", "wechat:"))
        else "api"
    )
