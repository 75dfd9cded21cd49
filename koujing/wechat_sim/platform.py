"""The platform: one account, its followers, and everything that happens between them and the desk."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from koujing.clock import Clock
from koujing.desk.wechat.account import Account
from koujing.wechat_sim.delivery import Courier, Delivery, Timing
from koujing.wechat_sim.envelope import Envelope
from koujing.wechat_sim.follower import CannotError, Follower
from koujing.wechat_sim.quotas import Quotas, Trigger
from koujing.wechat_sim.replies import FaultError, Kind, Passive, ReplyReader
from koujing.wechat_sim.screen import FAULT, Shown, Via
from koujing.wechat_sim.tokens import Tokens
from koujing.wechat_sim.troubles import Troubles

__all__ = ["Call", "Fault", "Platform"]

_ORIGINAL_ID = "gh_simulated0000"
_NO_ANSWER = "几次投递都没有有效应答"
_now = Clock().now


@dataclass(frozen=True)
class Fault:
    """The desk did something that the platform does not take; `reason` is Chinese."""

    openid: str
    key: str | None
    reason: str


@dataclass(frozen=True)
class Call:
    """A call of the interface: its path, its body and the error code of its answer."""

    path: str
    body: dict[str, Any]
    code: int


class Platform:
    """A local WeChat with one account.

    Args:
        callback: where the desk takes callbacks; several are taken in turn, as behind a load balancer.
        pace: 0.1 makes the platform's seconds ten times shorter; quotas and tokens keep theirs.
        customer_api: whether the account may send customer-service messages.
        staff: accounts of the operators who are online in WeChat's own customer service.
    """

    def __init__(
        self,
        account: Account,
        callback: str | Sequence[str],
        http: httpx.AsyncClient,
        *,
        pace: float = 1.0,
        customer_api: bool = True,
        staff: Sequence[str] = (),
        now: Callable[[], dt.datetime] = _now,
    ) -> None:
        self.account, self.customer_api, self.staff, self.now = account, customer_api, list(staff), now
        # Where the desk calls us, once there is a server.
        self.url = ""
        self.original_id = account.original_id or _ORIGINAL_ID
        envelope = Envelope(account.aes_keys[0], account.appid) if account.mode.encrypted else None
        urls = [callback] if isinstance(callback, str) else callback
        self.courier = Courier(account, envelope, urls, http, Timing().at(pace), self.tell)
        self.quotas, self.tokens, self.troubles = Quotas(now), Tokens(now), Troubles()
        self.menu: dict[str, Any] | None = None
        self.followers: dict[str, Follower] = {}
        self.deliveries: list[Delivery] = []
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.staff_inbox: list[tuple[str, str]] = []
        self.on_tell: Callable[[str, str], None] | None = None
        self.on_shown: Callable[[Follower, Shown], None] | None = None
        self._reader = ReplyReader(account, self.original_id, envelope)
        # Ids go on from run to run, as the desk remembers them.
        self._message_ids = itertools.count(int(now().timestamp() * 1_000_000))
        self._tasks: set[asyncio.Task[Delivery]] = set()

    def follower(self, openid: str | None = None, *, following: bool = True) -> Follower:
        """A person, made when new; without an openid, somebody new."""
        openid = openid or f"oSim{next(self._message_ids):024d}"
        if openid not in self.followers:
            self.followers[openid] = Follower(self, openid, following=following)
        return self.followers[openid]

    async def deliver(self, follower: Follower, fields: dict[str, Any], trigger: Trigger | None) -> Delivery:
        """Bring what a follower did to the desk, and what it answers to the follower's screen."""
        at, key = int(self.now().timestamp()), ""
        head = {"ToUserName": self.original_id, "FromUserName": follower.openid, "CreateTime": at}
        if fields["MsgType"] == "event":
            key = f"{fields['Event']}:{fields.get('EventKey', '')}@{at}"
        else:
            key = str(next(self._message_ids))
            fields = {**fields, "MsgId": int(key)}
        delivery = Delivery(follower.openid, key, {**head, **fields})
        if trigger is not None:
            self.quotas.open(follower.openid, trigger)
        if follower.staff is not None and fields["MsgType"] != "event":
            # While an operator talks, messages go to the operator.
            self.staff_inbox.append((follower.openid, str(fields.get("Content", fields["MsgType"]))))
            return delivery
        self.deliveries.append(delivery)
        body = await self.courier.carry(delivery, at)
        try:
            if body is None:
                raise FaultError(_NO_ANSWER)
            delivery.passive = self._reader.read(body, follower.openid)
        except FaultError as error:
            self._fault(follower, delivery, str(error))
        else:
            self._answered(follower, delivery, delivery.passive)
        return delivery

    def _answered(self, follower: Follower, delivery: Delivery, passive: Passive) -> None:
        if passive.kind is Kind.MESSAGE:
            follower.show(Via.PASSIVE, passive.text, answers=delivery.key)
        elif passive.kind is Kind.TRANSFER:
            if delivery.fields["MsgType"] == "event":
                self._fault(follower, delivery, "事件不能转客服，只有消息可以")
            elif online := [one for one in self.staff if passive.staff in {None, one}]:
                self._in_background(self.join(follower, online[0]))

    async def join(self, follower: Follower, staff: str) -> Delivery:
        """An operator takes the conversation; the desk is told."""
        follower.staff = staff
        return await follower.event("kf_create_session", KfAccount=staff)

    async def leave(self, follower: Follower) -> Delivery:
        """The operator ends the conversation; the desk is told.

        Raises:
            CannotError: there is no operator.
        """
        staff, follower.staff = follower.staff, None
        if staff is None:
            raise CannotError("没有人工在接待")
        return await follower.event("kf_close_session", KfAccount=staff)

    async def verify(self) -> bool:
        """Whether the desk answers as an account's address must when it is set up.

        Raises:
            httpx.HTTPError: it cannot be reached.
        """
        return await self.courier.verify(int(self.now().timestamp()))

    def refuse(self, reason: str, openid: str, key: str | None = None) -> None:
        """Note that the desk did what the platform does not take."""
        self.faults.append(Fault(openid, key, reason))
        self.tell(f"！{reason}", openid)

    def calls_of(self, path: str) -> list[Call]:
        """The calls of one path, by the end of it."""
        return [call for call in self.calls if call.path.endswith(path)]

    def tell(self, words: str, openid: str) -> None:
        """Tell something of the protocol to whoever listens."""
        if self.on_tell is not None:
            self.on_tell(words, openid)

    def appeared(self, follower: Follower, shown: Shown) -> None:
        """Something is on a follower's screen."""
        if self.on_shown is not None:
            self.on_shown(follower, shown)

    async def settle(self) -> None:
        """Wait for the deliveries that nobody waits for."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _fault(self, follower: Follower, delivery: Delivery, reason: str) -> None:
        delivery.fault = reason
        self.refuse(reason, follower.openid, delivery.key)
        follower.show(Via.FAULT, FAULT, answers=delivery.key)

    def _in_background(self, doing: Any) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
