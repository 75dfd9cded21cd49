"""Pushing keeps to the quota whoever pushes, learns what the account may not do, and says in a type what became of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from koujing.desk.wechat.account import Account
from koujing.desk.wechat.errors import (
    ApiError,
    CapabilityError,
    ContentError,
    QuotaError,
    RecipientError,
    TokenError,
    TransientError,
    UncertainError,
)
from koujing.desk.wechat.pushing import SEND, TYPING, Pusher
from koujing.desk.wechat.quota import Ledger
from koujing.store.database import open_database
from tests.desk.wechat.interface import ACCOUNT, OPENID, START, Platform, Time, make_api

pytestmark = pytest.mark.anyio

OTHER = "oOTHER"
Make = Callable[[], Pusher]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def make(platform: Platform, time: Time, tmp_path: Path) -> AsyncIterator[Make]:
    """Each call is one more process on the same database."""
    engines, pushers = [], []

    def make() -> Pusher:
        engines.append(open_database(tmp_path / "koujing.db"))
        api, _, _ = make_api(platform, time)
        pushers.append(Pusher(api, Ledger(engines[-1], ACCOUNT.appid, time), ACCOUNT))
        return pushers[-1]

    yield make
    for pusher in pushers:
        await pusher.close()
    for engine in engines:
        engine.dispose()


@pytest.fixture
def pusher(make: Make) -> Pusher:
    return make()


async def pushed(pusher: Pusher, most: int = 9, openid: str = OPENID) -> int:
    for n in range(most):
        try:
            await pusher.send(openid, f"第{n}条")
        except QuotaError:
            return n
    return most


async def test_sends_plain_text(pusher: Pusher, platform: Platform) -> None:
    await pusher.opened(OPENID, "message")
    await pusher.send(OPENID, '答复 <a href="https://x.test">全文</a>')
    text = {"content": '答复 <a href="https://x.test">全文</a>'}
    assert platform.bodies[-1] == (SEND, {"touser": OPENID, "msgtype": "text", "text": text})


async def test_five_in_48_hours_after_each_message(pusher: Pusher, platform: Platform, time: Time) -> None:
    assert await pushed(pusher) == 0
    await pusher.opened(OPENID, "message")
    assert await pushed(pusher) == 5
    await pusher.opened(OPENID, "message", time.now + dt.timedelta(seconds=1))
    time.pass_(47 * 3600 + 58 * 60)
    assert await pushed(pusher) == 5
    assert platform.calls[SEND] == 10
    await pusher.opened(OPENID, "message")
    time.pass_(48 * 3600)
    assert await pushed(pusher) == 0


async def test_three_in_a_minute_after_a_click_a_scan_or_following(pusher: Pusher, time: Time) -> None:
    await pusher.opened(OPENID, "event", time.now)
    time.pass_(50)
    assert await pushed(pusher) == 3
    await pusher.opened(OPENID, "event", time.now)
    time.pass_(60)
    assert await pushed(pusher) == 0


async def test_a_click_seen_late_has_what_is_left_of_its_minute(pusher: Pusher, time: Time) -> None:
    clicked = time.now
    time.pass_(30)
    await pusher.opened(OPENID, "event", clicked)
    time.pass_(20)
    assert await pushed(pusher, 1) == 1
    time.pass_(10)
    assert await pushed(pusher) == 0


async def test_deliveries_of_one_message_open_one_window(pusher: Pusher, time: Time) -> None:
    made = time.now
    for _ in range(3):
        await pusher.opened(OPENID, "message", made)
        await pushed(pusher, 3)
        time.pass_(5)
    assert await pushed(pusher) == 0


async def test_another_follower_and_another_account_have_their_own(make: Make, pusher: Pusher) -> None:
    await pusher.opened(OPENID, "message")
    await pusher.opened(OTHER, "event")
    assert await pushed(pusher) == 5
    assert await pushed(pusher, openid=OTHER) == 3


async def test_over_two_processes_no_more_than_five(make: Make, platform: Platform) -> None:
    one, other = make(), make()
    lots = random.Random(7)

    def answer(_body: Any) -> dict[str, Any] | Exception:
        # Some are refused, and some nobody knows.
        return lots.choice([{"errcode": 0}, {"errcode": 45002}, httpx.ReadTimeout("late")])

    platform.answers[SEND] = answer
    await one.opened(OPENID, "message")
    results = await asyncio.gather(
        *((one, other)[n % 2].send(OPENID, f"{n}") for n in range(60)), return_exceptions=True
    )
    spent = sum(result is None or isinstance(result, UncertainError) for result in results)
    assert spent <= 5
    assert {type(result) for result in results} <= {type(None), ContentError, UncertainError, QuotaError}
    # What was refused was given back.
    platform.answers[SEND] = {"errcode": 0}
    assert await pushed(other) == 5 - spent


@pytest.mark.parametrize(
    ("answer", "kind", "left"),
    [
        ({"errcode": -1}, TransientError, 5),
        ({"errcode": 40003}, RecipientError, 5),
        ({"errcode": 43004}, RecipientError, 5),
        ({"errcode": 45002}, ContentError, 5),
        ({"errcode": 45047}, QuotaError, 0),
        ({"errcode": 45015}, QuotaError, 0),
        ({"errcode": 48002}, CapabilityError, 0),
        (httpx.ConnectError("no"), TransientError, 5),
        (httpx.ReadTimeout("late"), UncertainError, 4),
    ],
)
async def test_what_came_of_it_and_what_is_left(
    pusher: Pusher, platform: Platform, answer: Any, kind: type[ApiError], left: int
) -> None:
    await pusher.opened(OPENID, "message")
    platform.answers[SEND] = answer
    with pytest.raises(kind):
        await pusher.send(OPENID, "答复")
    assert pusher.usable, "it concerns this follower or this moment"
    platform.answers[SEND] = {"errcode": 0}
    assert await pushed(pusher) == left


@pytest.mark.parametrize("code", [48001, 48004, 40200])
async def test_what_the_account_may_not_stays_off_until_the_next_start(
    make: Make, platform: Platform, code: int
) -> None:
    pusher = make()
    await pusher.opened(OPENID, "message")
    platform.refuse(SEND, code)
    for _ in range(3):
        with pytest.raises(CapabilityError):
            await pusher.send(OPENID, "答复")
    assert platform.calls[SEND] == 1
    assert not pusher.usable
    state = await pusher.state()
    assert state["push"] is False
    assert str(code) in state["reason"]
    assert make().usable


async def test_is_not_usable_while_the_breaker_is_open(pusher: Pusher, platform: Platform, time: Time) -> None:
    await pusher.opened(OPENID, "message")
    platform.refuse(SEND, 40001)
    for _ in range(3):
        with pytest.raises(TokenError):
            await pusher.send(OPENID, "答复")
    assert not pusher.usable
    state = await pusher.state()
    assert state["push"] is False
    assert (state["api"]["state"], state["api"]["code"]) == ("broken", 40001)
    del platform.answers[SEND]
    time.pass_(300)
    assert pusher.usable
    assert await pushed(pusher) == 5
    assert (await pusher.state())["push"] is True


async def test_without_an_interface(tmp_path: Path, time: Time) -> None:
    engine = open_database(tmp_path / "koujing.db")
    pusher = Pusher(None, Ledger(engine, ACCOUNT.appid, time), ACCOUNT)
    assert not pusher.usable
    await pusher.opened(OPENID, "message")
    with pytest.raises(CapabilityError):
        await pusher.send(OPENID, "答复")
    await pusher.typing(OPENID)
    await pusher.probe()
    state = await pusher.state()
    assert state["push"] is False
    assert "AppSecret" in state["reason"]
    assert state["api"] is None
    await pusher.close()
    engine.dispose()


async def test_too_long_a_text_is_refused_before_any_call(pusher: Pusher, platform: Platform) -> None:
    await pusher.opened(OPENID, "message")
    await pusher.send(OPENID, "字" * 682)
    with pytest.raises(ContentError):
        await pusher.send(OPENID, "字" * 683)
    assert platform.calls[SEND] == 1
    assert await pushed(pusher) == 4


@pytest.mark.parametrize("answer", [{"errcode": 45072}, {"errcode": 45080}, {"errcode": 45081}, {"errcode": 45009}])
async def test_typing_raises_nothing(pusher: Pusher, platform: Platform, answer: Any) -> None:
    await pusher.opened(OPENID, "message")
    await pusher.typing(OPENID)
    assert platform.bodies[-1] == (TYPING, {"touser": OPENID, "command": "Typing"})
    platform.answers[TYPING] = answer
    await pusher.typing(OPENID)
    assert pusher.usable
    assert await pushed(pusher) == 5, "it uses nothing of the quota"


async def test_typing_that_the_account_may_not_is_not_tried_again(pusher: Pusher, platform: Platform) -> None:
    platform.refuse(TYPING, 48001)
    for _ in range(3):
        await pusher.typing(OPENID)
    assert platform.calls[TYPING] == 1
    assert pusher.usable


@pytest.mark.parametrize(
    ("answer", "usable"), [({"errcode": 40003}, True), ({"errcode": 48001}, False), (httpx.ConnectError("no"), True)]
)
async def test_probing_finds_out_whether_it_may_send(
    pusher: Pusher, platform: Platform, answer: Any, usable: bool
) -> None:
    platform.answers[SEND] = answer
    await pusher.probe()
    assert pusher.usable is usable


async def test_forgets(pusher: Pusher) -> None:
    await pusher.opened(OPENID, "message")
    await pusher.forget(OPENID)
    assert await pushed(pusher) == 0
    await pusher.opened(OPENID, "message", START)
    await pusher.expire()
    assert await pushed(pusher) == 5


async def test_no_follower_in_the_log(pusher: Pusher, platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await pusher.opened(OPENID, "message")
    for code in (-1, 40003, 45002, 45047, 48002, 48001):
        for path in (TYPING, SEND):
            platform.refuse(path, code, f"hint {OPENID} TOKEN-1")
        await pusher.typing(OPENID)
        with pytest.raises(ApiError):
            await pusher.send(OPENID, "答复的文字")
    for told in (OPENID, "答复的文字", "TOKEN-1"):
        assert told not in caplog.text
    assert ACCOUNT.digest(OPENID) in caplog.text
    assert isinstance(ACCOUNT, Account)
