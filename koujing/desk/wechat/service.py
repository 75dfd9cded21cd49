"""What a 公众号 does with each kind of message and event, row by row. Knows nothing of HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool

from koujing.clock import SHANGHAI, Clock
from koujing.desk.errors import TooManyRequestsError
from koujing.desk.limits import RateLimit
from koujing.desk.wechat import inbound as kinds
from koujing.desk.wechat.account import Account
from koujing.desk.wechat.delivery import Delivery, Handed, Incoming
from koujing.desk.wechat.guard import Guard
from koujing.desk.wechat.inbound import Inbound
from koujing.desk.wechat.offers import Offer, resolve
from koujing.desk.wechat.people import People, Person
from koujing.desk.wechat.profile import Profile
from koujing.desk.wechat.pushing import Pusher
from koujing.desk.wechat.speaking import WeChatVoice
from koujing.desk.wechat.whereabouts import Whereabouts
from koujing.desk.wechat.xml import text_message, transfer_message
from koujing.private.mask import mask
from koujing.watching.desk import DeskMetrics

__all__ = ["Gone", "Query", "WeChat"]

log = logging.getLogger(__name__)

# 好, 嗯嗯, 1: nobody asks about a policy in so few characters; they may well answer or fetch something.
_SHORT = 2
# What an operator reads in place of what cannot be shown here.
_UNHEARD, _UNSEEN = "【语音，没有识别出文字】", "【图片、视频、文件或链接，这里看不到】"
_UPKEEP_SECONDS = 3600

Query = Sequence[tuple[str, str]]
Gone = Callable[[], Awaitable[bool]]


class WeChat:
    """The account's side of the desk."""

    def __init__(
        self,
        *,
        account: Account,
        profile: Profile,
        guard: Guard,
        delivery: Delivery,
        people: People,
        whereabouts: Whereabouts,
        push: Pusher,
        limit: RateLimit,
        clock: Clock,
        voice: WeChatVoice,
        metrics: DeskMetrics,
    ) -> None:
        self.account, self.profile, self._guard, self._delivery = account, profile, guard, delivery
        self._people, self._whereabouts, self._push = people, whereabouts, push
        self._limit, self._clock, self.voice, self._metrics = limit, clock, voice, metrics

    def verify(self, query: Query) -> str:
        """The answer to the platform's own check of our address.

        Raises:
            CallbackError: it does not come from the platform.
        """
        return self._guard.verify(query)

    async def receive(self, query: Query, body: bytes, gone: Gone) -> Handed:
        """The answer to one callback; `gone` tells whether the platform has hung up.

        Raises:
            CallbackError: it does not come from the platform.
        """
        began = self._metrics.seconds()
        handed = await self._received(query, body, gone)
        response = "acknowledged" if handed.ack else "nothing" if handed.body is None else "answer"
        self._metrics.delivered(response, self._metrics.seconds() - began)
        return handed

    async def _received(self, query: Query, body: bytes, gone: Gone) -> Handed:
        inbound = await self._guard.open(query, body)
        match inbound:
            case kinds.Unsubscribe() | kinds.Revoked():
                await self._delivery.forget(inbound.sender, inbound.at)
                await self._push.forget(inbound.sender)
                await run_in_threadpool(self._people.forget, inbound.sender)
                return _ACKNOWLEDGED
            case kinds.HumanSession(open=begins):
                await run_in_threadpool(self._people.serve, inbound.sender, by_person=begins)
                return _ACKNOWLEDGED
            case kinds.Other():
                return _ACKNOWLEDGED
        person = await run_in_threadpool(self._people.seen, inbound.sender)
        offers = await self._delivery.offers(inbound.sender)
        await self._opened(inbound, offers)
        if person.human:
            return _ACKNOWLEDGED
        if person.held:
            return await self._passed_on(inbound, person, offers, gone)
        incoming = await self._incoming(inbound, person.session_id, person.region, offers)
        if incoming is None:
            return _ACKNOWLEDGED
        try:
            await self._limit.spend(inbound.sender)
        except TooManyRequestsError:
            self._metrics.limited("wechat")
            # Fixed words stand only for a message that is new: a retry gets the answer that is its own.
            incoming = replace(incoming, parts=(self.profile.phrases["busy"],), fetch=False, again=False)
        return await self._delivery.handle(incoming, lambda text: self._compose(inbound, text), gone)

    async def _passed_on(self, inbound: Inbound, person: Person, offers: Sequence[Offer], gone: Gone) -> Handed:
        """What a follower sends while an operator serves them: all of it is for the operator, and nothing answers."""
        says = self._told(inbound, offers)
        if not says:
            return _ACKNOWLEDGED
        incoming = Incoming(
            key=inbound.key,
            openid=inbound.sender,
            session_id=person.session_id,
            says=mask(says),
            length=len(says),
            region=person.region or self.profile.region,
            created=inbound.at,
        )
        return await self._delivery.handle(incoming, lambda text: self._compose(inbound, text), gone)

    def _told(self, inbound: Inbound, offers: Sequence[Offer]) -> str:
        """A message as an operator reads it, whatever its kind."""
        match inbound:
            case kinds.Text(content=content, menu_id=menu_id):
                says = _cleaned(content)
                return resolve(says, menu_id, offers) if says else content
            case kinds.Voice(recognition=heard):
                return _cleaned(heard or "") or _UNHEARD
            case kinds.Media():
                return _UNSEEN
            case kinds.Location(label=label):
                return f"【位置】{label}"
            case kinds.Click(event_key=key):
                return self.profile.says.get(key, "")
        return ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """See to what is left over, as long as the desk runs; then give up the connections."""
        if self.account.advice:
            log.warning(self.account.advice)
        upkeep = asyncio.create_task(self._upkeep())
        try:
            async with self._delivery.running():
                yield
        finally:
            upkeep.cancel()
            await asyncio.gather(upkeep, return_exceptions=True)
            await self._push.close()

    async def health(self) -> dict[str, Any]:
        """How the account does, for who watches over it."""
        waiting = await self._delivery.waiting()
        refused = dict(self._guard.refused)
        return {"mode": self.account.mode.value, **await self._push.state(), "waiting": waiting, "refused": refused}

    async def _upkeep(self) -> None:
        # The platform may be slow to say what the account may do; followers need not wait for it.
        await self._push.probe()
        while True:
            try:
                await self._push.expire()
            except Exception:
                log.exception("followers who did nothing for long stay in the ledger")
            await asyncio.sleep(_UPKEEP_SECONDS)

    async def _incoming(
        self, inbound: Inbound, session_id: str, region: str | None, offers: Sequence[Offer]
    ) -> Incoming | None:
        """What is asked of the core, or the fixed words that answer; None where nothing is said."""
        phrases, says, parts = self.profile.phrases, "", None
        match inbound:
            case kinds.Text(content=content, menu_id=menu_id):
                says = _cleaned(content)
                says, parts = (resolve(says, menu_id, offers), None) if says else ("", phrases["media"])
            case kinds.Voice(recognition=heard):
                says, parts = _cleaned(heard or ""), None if heard else phrases["voice"]
            case kinds.Media():
                parts = phrases["media"]
            case kinds.Location(label=label):
                parts = await run_in_threadpool(self._located, inbound.sender, label)
            case kinds.Subscribe(scene=scene):
                preset = await run_in_threadpool(self._preset, inbound.sender, scene)
                welcome = phrases["welcome"].format(title=self.profile.title)
                parts = "\n\n".join(filter(None, (welcome, preset)))
            case kinds.Scan(scene=scene):
                parts = await run_in_threadpool(self._preset, inbound.sender, scene)
            case kinds.Click(event_key=key):
                says = self.profile.says.get(key, "")
        if not says and parts is None:
            return None
        return Incoming(
            key=inbound.key,
            openid=inbound.sender,
            session_id=session_id,
            says=mask(says),
            length=len(says),
            region=region or self.profile.region,
            created=inbound.at,
            parts=None if parts is None else (parts,),
            fetch=isinstance(inbound, kinds.Text) and (len(says) <= _SHORT or says in self.profile.fetch),
            again=says in self.profile.again,
        )

    def _located(self, openid: str, label: str) -> str:
        region = self._whereabouts.region(label)
        if region is None:
            return self.profile.phrases["not_located"]
        self._people.place(openid, region)
        return self.profile.phrases["located"].format(region=self._whereabouts.name(region))

    def _preset(self, openid: str, scene: str | None) -> str | None:
        region = self.profile.scenes.get(scene or "")
        if region is None:
            return None
        self._people.place(openid, region)
        return self.profile.phrases["region_set"].format(region=self._whereabouts.name(region))

    async def _opened(self, inbound: Inbound, offers: Sequence[Offer]) -> None:
        """Note that the person did something, which lets us send; a tap counts as a click, not as a message."""
        tapped = isinstance(inbound, kinds.Text) and (
            inbound.menu_id is not None or any(inbound.content == offer.label for offer in offers)
        )
        clicked = tapped or isinstance(inbound, (kinds.Click, kinds.Subscribe, kinds.Scan))
        # By the platform's own time of it, so that a second delivery opens nothing anew.
        at = dt.datetime.fromtimestamp(inbound.at, SHANGHAI)
        await self._push.opened(inbound.sender, "event" if clicked else "message", at)

    def _compose(self, inbound: Inbound, text: str) -> bytes:
        """The response that shows a text, or that hands the person over to WeChat's own customer service."""
        to, sender, at = inbound.sender, inbound.to, int(self._clock.now().timestamp())
        if self.profile.transfer and text == self.profile.phrases["transfer"]:
            return self._guard.seal(transfer_message(to, sender, at, None), inbound)
        return self._guard.seal(text_message(to, sender, at, text), inbound)


_ACKNOWLEDGED = Handed(None, ack=True)


def _cleaned(text: str) -> str:
    """What a person typed or said, without what no person types; empty where nothing is left to read."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    return kept if any(unicodedata.category(c)[0] not in "CZ" for c in kept) else ""
