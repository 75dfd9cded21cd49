"""Callbacks as the platform makes them, signed and encrypted by wechatpy: another hand than ours."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from koujing.clock import SHANGHAI
from koujing.desk.wechat.account import Account, Mode
from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.guard import Guard
from koujing.store.shared import MemoryShared

APPID, TOKEN, OURS, OPENID = "wxba5fad812f8e6fb9", "AAAAA", "gh_97417a04a28d", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
KEY, OLD_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "A" * 43
START = dt.datetime(2021, 9, 15, 9, 30, tzinfo=SHANGHAI)
ACCOUNT = Account(APPID, TOKEN, (KEY,), Mode.SAFE, original_id=OURS)

Query = list[tuple[str, str]]
T = TypeVar("T")


def sha1_of_sorted(*values: str) -> str:
    """Written anew here, as the platform's pages say it."""
    return hashlib.sha1("".join(sorted(values)).encode()).hexdigest()


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing, as the guard on memory: no event loop, thousands a second."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    raise AssertionError("it waited for something")


@dataclass
class Clock:
    """Stands still until a test moves it."""

    time: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += dt.timedelta(seconds=seconds)


@dataclass
class Platform:
    """Delivers to a guard of its own, in whatever mode either side is set to."""

    account: Account = ACCOUNT
    clock: Clock = field(default_factory=Clock)
    numbers: Callable[[], int] = itertools.count(1).__next__

    def __post_init__(self) -> None:
        self.shared = MemoryShared(self.clock)
        self.guard = Guard(self.account, self.shared, self.clock)

    def message(self, **fields: str | int | None) -> str:
        """A text message, or what the fields make of it; None leaves one out."""
        usual: dict[str, str | int | None] = {
            "ToUserName": OURS,
            "FromUserName": OPENID,
            "CreateTime": int(self.clock().timestamp()),
            "MsgType": "text",
            "Content": "失业金怎么领",
            "MsgId": 22_000_000_000 + self.numbers(),
        }
        return (
            "<xml>"
            + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in (usual | fields).items() if v is not None)
            + "</xml>"
        )

    def callback(
        self, message: str, *, key: str = KEY, appid: str = APPID, mode: Mode | None = None
    ) -> tuple[Query, bytes]:
        """Query and body of a delivery."""
        mode = mode or self.account.mode
        timestamp, nonce = str(int(self.clock().timestamp())), str(1_514_000_000 + self.numbers())
        query = [
            ("signature", sha1_of_sorted(self.account.token, timestamp, nonce)),
            ("timestamp", timestamp),
            ("nonce", nonce),
            ("openid", OPENID),
        ]
        if mode is Mode.PLAIN:
            return query, message.encode()
        encrypted = PrpCrypto(WeChatCrypto(self.account.token, key, appid).key).encrypt(message, appid).decode()
        signed = sha1_of_sorted(self.account.token, timestamp, nonce, encrypted)
        query += [("encrypt_type", "aes"), ("msg_signature", signed)]
        inner = (
            message.removeprefix("<xml>").removesuffix("</xml>")
            if mode is Mode.COMPATIBLE
            else f"<ToUserName><![CDATA[{OURS}]]></ToUserName>"
        )
        return query, f"<xml>{inner}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def platform(**changes: Any) -> Platform:
    """A platform whose account differs in these."""
    return Platform(replace(ACCOUNT, **changes))


def changed(query: Query, **values: str | None) -> Query:
    """The query with some values changed, added, or taken out."""
    merged: dict[str, str | None] = {**dict(query), **values}
    return [(name, value) for name, value in merged.items() if value is not None]


def signed(timestamp: str = str(int(START.timestamp())), nonce: str = "415670741", **more: str) -> Query:
    """A query of these values, rightly signed."""
    return [
        ("signature", sha1_of_sorted(TOKEN, timestamp, nonce)),
        ("timestamp", timestamp),
        ("nonce", nonce),
        *more.items(),
    ]


def refusal(of: Platform, query: Query, body: bytes) -> tuple[int, str]:
    """Status and reason of what must be refused."""
    before = of.guard.refused.total()
    with pytest.raises(CallbackError) as caught:
        finish(of.guard.open(query, body))
    assert str(caught.value) == "callback refused"
    assert of.guard.refused.total() == before + 1
    return caught.value.status, caught.value.reason
