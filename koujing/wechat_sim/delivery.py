"""Delivering a callback as the platform does: signed, encrypted, dropped after five seconds, tried three times in all.

A retry is the same request again, byte for byte. An answer with a status other than 200, and a connection that is
refused or breaks, are no answer and tried again after a moment; both as seen in the logs of people's servers.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import httpx

from koujing.desk.wechat.account import Account, Mode
from koujing.wechat_sim.envelope import Envelope, sign
from koujing.wechat_sim.replies import Passive
from koujing.wechat_sim.xml import Fields, write

__all__ = ["Courier", "Delivery", "Tell", "Timing", "Try"]

# Tells something of the protocol, in Chinese, to whoever listens: the words, and whose message it is about.
Tell = Callable[[str, str], None]

_MODE_WORDS = {Mode.PLAIN: "明文", Mode.COMPATIBLE: "明文和密文", Mode.SAFE: "加密"}


@dataclass(frozen=True)
class Timing:
    """When a try is given up, the pause after one that failed at once, and how many there are."""

    cut: float = 5.0
    pause: float = 0.4
    tries: int = 3

    def at(self, pace: float) -> Timing:
        """The same, faster."""
        return Timing(self.cut * pace, self.pause * pace, self.tries)


@dataclass(frozen=True)
class Try:
    """One request: how it ended, with which status, and after how many seconds."""

    ended: Literal["answered", "status", "cut", "broken"]
    seconds: float
    status: int | None = None


@dataclass
class Delivery:
    """One message of a follower on its way: its tries, what was answered, and the fault where nothing right was."""

    openid: str
    key: str
    fields: Fields
    tries: list[Try] = field(default_factory=list)
    passive: Passive | None = None
    fault: str | None = None


class Courier:
    """Carries messages to the desk. With several addresses each try goes to the next, as behind a load balancer."""

    def __init__(
        self,
        account: Account,
        envelope: Envelope | None,
        urls: Sequence[str],
        http: httpx.AsyncClient,
        timing: Timing,
        tell: Tell,
    ) -> None:
        self.urls, self.timing = list(urls), timing
        self._account, self._envelope, self._http, self._tell = account, envelope, http, tell
        self._turn = itertools.count()

    async def carry(self, delivery: Delivery, now: int) -> bytes | None:
        """The body of the first valid answer; None where no try brought one. The tries are noted in the delivery."""
        query, body = self._request(delivery, now)
        for number in range(1, self.timing.tries + 1):
            self._tell(self._sending(number, len(body)), delivery.openid)
            one, answer = await self._try(query, body)
            delivery.tries.append(one)
            self._tell(_ended(one, answer), delivery.openid)
            if answer is not None:
                return answer
            if one.ended != "cut" and number < self.timing.tries:
                await asyncio.sleep(self.timing.pause)
        return None

    async def verify(self, now: int) -> bool:
        """The request with `echostr` that is made when an account's address is set up: whether it is answered right.

        Raises:
            httpx.HTTPError: the desk cannot be reached.
        """
        echo, stamp, nonce = secrets.token_hex(8), str(now), _nonce()
        query = {"signature": sign(self._account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        response = await self._http.get(self.urls[0], params={**query, "echostr": echo}, timeout=self.timing.cut)
        return response.status_code == 200 and response.text == echo

    def _request(self, delivery: Delivery, now: int) -> tuple[dict[str, str], bytes]:
        account, stamp, nonce = self._account, str(now), _nonce()
        plain = write(delivery.fields)
        query = {"signature": sign(account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        query["openid"] = delivery.openid
        if self._envelope is None:
            return query, plain
        sealed = self._envelope.seal(plain)
        query |= {"encrypt_type": "aes", "msg_signature": sign(account.token, stamp, nonce, sealed)}
        shown = delivery.fields if account.mode is Mode.COMPATIBLE else {"ToUserName": delivery.fields["ToUserName"]}
        return query, write({**shown, "Encrypt": sealed})

    async def _try(self, query: dict[str, str], body: bytes) -> tuple[Try, bytes | None]:
        began = time.monotonic()
        try:
            response = await asyncio.wait_for(self._post(query, body), self.timing.cut)
        except asyncio.TimeoutError:
            return Try("cut", time.monotonic() - began), None
        except httpx.HTTPError:
            return Try("broken", time.monotonic() - began), None
        seconds = time.monotonic() - began
        if response.status_code != 200:
            return Try("status", seconds, response.status_code), None
        return Try("answered", seconds, 200), response.content

    async def _post(self, query: dict[str, str], body: bytes) -> httpx.Response:
        first, count = next(self._turn), len(self.urls)
        for step in range(count):
            url = self.urls[(first + step) % count]
            try:
                return await self._http.post(
                    url, params=query, content=body, headers={"Content-Type": "text/xml"}, timeout=None
                )
            except httpx.ConnectError:
                # Nothing was sent, so a balancer goes on to the next.
                if step == count - 1:
                    raise
        raise httpx.ConnectError("no address")

    def _sending(self, number: int, size: int) -> str:
        again = "，与第 1 次一字不差" if number > 1 else f"（{_MODE_WORDS[self._account.mode]}，{size} 字节）"
        return f"→ 第 {number} 次投递{again}"


def _ended(one: Try, answer: bytes | None) -> str:
    after = f"{one.seconds:.2f} 秒"
    if one.ended == "cut":
        return f"✕ {after}没有应答，断开连接"
    if one.ended == "broken":
        return f"✕ 连不上服务器或连接中断（{after}）"
    if one.ended == "status":
        return f"✕ {after}后返回状态 {one.status}，不是 200，不算应答"
    if answer in {b"", b"success"}:
        return f"← {after}后返回 {'success' if answer else '空串'}：收到了，没有被动回复，不再重试"
    return f"← {after}后返回被动回复，{len(answer or b'')} 字节"


def _nonce() -> str:
    return str(secrets.randbelow(10**9))
