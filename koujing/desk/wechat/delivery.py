"""What a follower gets in return for a message, and how: at once, on a later delivery, by push, or with the next message.

The platform delivers a message up to three times, each time waiting 5 s. With the customer API (A) the first delivery that
takes too long is acknowledged and the answer pushed; without it (B) the deliveries are held until the platform hangs up, and
the last one says that the answer is to be fetched. The store decides every race; see `koujing.store.wechat` for its states.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool

from koujing.clock import Clock
from koujing.desk.wechat.carrying import carry
from koujing.desk.wechat.offers import Offer, dumped, loaded
from koujing.desk.wechat.outbox import Outbox, Push
from koujing.desk.wechat.sweeping import Sweeper
from koujing.desk.wechat.timings import Timings
from koujing.desk.wechat.turns import Answer, Render, Run, Sleep, Turns
from koujing.store.wechat import Slot, WeChatStore
from koujing.store.wechat_rows import Arrival, Fit, Fitted, Piece, Ticket

__all__ = ["Delivery", "Handed", "Incoming", "Push", "Render", "Timings"]

log = logging.getLogger(__name__)

_DELIVERIES = 3
_HOLDING = 0.2

Compose = Callable[[str], bytes]
Gone = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Incoming:
    """A message. `says` is masked; `parts` are fixed texts, not asked of the core, and `offers` what they offer to tap."""

    key: str
    openid: str
    session_id: str
    says: str
    length: int
    region: str | None
    created: int
    parts: tuple[str, ...] | None = None
    fetch: bool = False
    again: bool = False
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Handed:
    """The response to a delivery: a body; an acknowledgement (`ack`), which ends the deliveries; or neither.

    Neither means that there is nothing to say and the platform should deliver again: never an empty body with status 200,
    which is an acknowledgement.
    """

    body: bytes | None
    ack: bool = False
    after: Callable[[], Awaitable[None]] | None = None

    async def sent(self) -> None:
        """To be called behind the response: until then nobody can tell whether it was seen."""
        if self.after is not None:
            await self.after()


_NOTHING = Handed(None)


class Delivery:
    """One process's share of it; any number of them may work on one database."""

    def __init__(
        self,
        *,
        store: WeChatStore,
        answer: Answer,
        render: Render,
        push: Push | None,
        phrases: Mapping[str, str],
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        run: Run = run_in_threadpool,
        cleared: Callable[[str], Awaitable[None]] | None = None,
        **timings: float,
    ) -> None:
        """
        Args:
            phrases: earlier, more, hold, unsure and sorry are used.
            cleared: called with a session that was removed while its message was being answered.
            timings: as in `Timings`.
        """
        self._store, self._phrases, self._clock, self._run, self._sleep = store, phrases, clock, run, sleep
        self._timings = Timings(**timings)
        shared: dict[str, Any] = {"run": run, "sleep": sleep}
        self._outbox = Outbox(store, push, phrases, clock, timings=self._timings, **shared)
        self._turns = Turns(
            store,
            answer,
            render,
            sorry=phrases["sorry"],
            seconds=self._timings.answer_seconds,
            released=self._outbox.kick,
            cleared=cleared,
            **shared,
        )
        self._sweeper = Sweeper(store, self._turns, self._outbox, clock, timings=self._timings, **shared)

    async def handle(self, incoming: Incoming, compose: Compose, gone: Gone) -> Handed:
        """The response to one delivery of a message.

        Args:
            compose: the response body that shows a text; what it returns is kept and returned to every later delivery.
            gone: whether the platform has hung up.
        """
        began = asyncio.get_running_loop().time()
        ticket = await self._run(self._store.arrive, _arrival(incoming), push=self._outbox.usable)
        if ticket is None:
            return Handed(None, ack=True)
        working = {self._turns.start(question) for question in ticket.awaited}
        if ticket.body is not None or ticket.released:
            return self._handed(ticket, incoming, Slot("body" if ticket.body else "empty", ticket.body))
        last = ticket.deliveries >= _DELIVERIES or self._age(incoming) >= self._timings.last_seconds
        slot = await self._taken(ticket, working, compose, gone, began)
        if slot is not None and slot.body is not None and await gone():
            # Too late to be seen: the next delivery brings it, or it is taken for lost.
            return Handed(slot.body)
        if slot is not None:
            return self._handed(ticket, incoming, slot, decided=True)
        if self._outbox.usable or last:
            slot = await self._released(ticket, compose, gone, last=last)
        if slot is not None:
            return self._handed(ticket, incoming, slot)
        while self._left(began, self._timings.hold_seconds) > 0 and not await gone():
            await self._sleep(_HOLDING)
        return _NOTHING

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take up what was left lying, as long as this lasts; at the end what is under way may finish."""
        sweeping = asyncio.create_task(self._sweeper.forever())
        try:
            yield
        finally:
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)
            await self._turns.stop(self._timings.stop_seconds)
            await self._outbox.stop(self._timings.stop_seconds)

    async def forget(self, openid: str, created: int | None = None) -> None:
        """Remove everything of a follower; messages written up to `created` (now) are acknowledged and left alone."""
        until = int(self._clock.now().timestamp()) if created is None else created
        await self._run(self._store.forget, openid, until)

    def kick(self, queue: int) -> None:
        """There is something new to send to a follower."""
        self._outbox.kick(queue)

    async def offers(self, openid: str) -> tuple[Offer, ...]:
        """What the newest answer shown to a follower offers to tap."""
        found = await self._run(self._store.offers, openid)
        return () if found is None else loaded(json.loads(found))

    async def waiting(self) -> dict[str, int]:
        """How many messages are worked on (`pending`), parts wait (`outbox`) and may be lost (`ambiguous`)."""
        counts: dict[str, int] = await self._run(self._store.upkeep.counts)
        return counts

    async def _taken(
        self, ticket: Ticket, working: set[asyncio.Task[None]], compose: Compose, gone: Gone, began: float
    ) -> Slot | None:
        """The passive reply as soon as there is one, or None when time is up or the platform has hung up."""
        # A question that was just asked has no answer before its task is done; anything else may be ready.
        ready = all(question.message != ticket.message for question in ticket.awaited)
        while True:
            if ready:
                if await gone():
                    return None
                slot: Slot = await self._run(
                    self._store.take, ticket.message, self._fit(compose), push=self._outbox.usable
                )
                if slot.state != "open":
                    return slot
            left = self._left(began, self._timings.passive_seconds)
            if not working or left <= 0:
                return None
            ready = await self._any_done(working, left)
            working = {task for task in working if not task.done()}

    async def _released(self, ticket: Ticket, compose: Compose, gone: Gone, *, last: bool) -> Slot | None:
        """The end of the passive chances; None where the platform has hung up and delivers once more."""
        usable = self._outbox.usable
        if not await gone():
            fit = self._fit(compose)
            slot: Slot = await self._run(
                self._store.release, ticket.message, fit, push=usable, hold=last and not usable
            )
            return slot
        if last:
            # Nobody would see a reply: whatever is ready goes the other way.
            await self._run(self._store.release, ticket.message, _nothing_fits, push=usable, hold=False)
            self._outbox.kick(ticket.queue)
        return None

    def _handed(self, ticket: Ticket, incoming: Incoming, slot: Slot, *, decided: bool = False) -> Handed:
        """The response; `decided` where no answer is on its way behind it, as when a person answers."""

        async def after() -> None:
            try:
                if slot.body is not None:
                    await self._run(self._store.sent, ticket.message, ticket.deliveries)
                elif ticket.awaited and not decided:
                    self._outbox.typing(incoming.openid)
                self._outbox.kick(ticket.queue)
            except Exception:
                log.exception("a reply went out that will be taken for lost")

        return Handed(slot.body, ack=slot.body is None, after=after)

    def _fit(self, compose: Compose) -> Fit:
        """What the store calls to make the passive reply of what waits."""

        def fit(pieces: Sequence[Piece], unsure: bool, hold: bool) -> Fitted | None:
            more = not self._outbox.usable
            carried = carry(pieces, self._phrases, unsure=unsure, hold=hold, more=more)
            return None if carried is None else Fitted(compose(carried.text), carried.parts, carried.told)

        return fit

    async def _any_done(self, tasks: set[asyncio.Task[None]], seconds: float) -> bool:
        """Whether one of them was done in time. Whoever stops waiting stops nothing."""
        timer = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({*tasks, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return any(task.done() for task in tasks)

    def _left(self, began: float, seconds: float) -> float:
        return began + seconds - asyncio.get_running_loop().time()

    def _age(self, incoming: Incoming) -> float:
        return self._clock.now().timestamp() - incoming.created


def _nothing_fits(_pieces: Sequence[Piece], _unsure: bool, _hold: bool) -> None:
    return None


def _arrival(incoming: Incoming) -> Arrival:
    offers = json.dumps(dumped(incoming.offers), ensure_ascii=False) if incoming.offers else None
    return Arrival(
        key=incoming.key,
        openid=incoming.openid,
        session_id=incoming.session_id,
        says=incoming.says,
        length=incoming.length,
        region=incoming.region,
        created=incoming.created,
        parts=incoming.parts,
        offers=offers,
        fetch=incoming.fetch,
        again=incoming.again,
    )
