"""What cannot succeed is not called: until mended, the day ends or the minute is over. All processes know."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.clock import SHANGHAI
from koujing.desk.wechat.breaker import EVERYTHING, Breaker
from koujing.desk.wechat.codes import refusal
from koujing.desk.wechat.errors import ConfigurationError, QuotaError, TokenError
from koujing.desk.wechat.pushing import SEND, TYPING
from koujing.store.shared import MemoryShared
from tests.desk.wechat.interface import Time

pytestmark = pytest.mark.anyio


def quota(code: int) -> QuotaError:
    error = refusal(code)
    assert isinstance(error, QuotaError)
    return error


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def shared(time: Time) -> MemoryShared:
    return MemoryShared(time)


@pytest.fixture
def breaker(time: Time, shared: MemoryShared) -> Breaker:
    return Breaker(shared, "wx1", time)


async def test_up_at_first(breaker: Breaker) -> None:
    assert await breaker.check(SEND) is False
    assert not breaker.blocked(SEND)
    assert await breaker.state(SEND) == {"state": "up", "reason": None, "code": None, "until": None}


@pytest.mark.parametrize("error", [TokenError("x", 40001), ConfigurationError("invalid ip 1.2.3.4", 40164)])
async def test_open_for_every_path_and_process_but_no_other_account(
    breaker: Breaker, shared: MemoryShared, time: Time, error: TokenError | ConfigurationError
) -> None:
    await breaker.open(error)
    other = Breaker(shared, "wx1", time)
    for each in (breaker, other):
        for path in (SEND, TYPING):
            with pytest.raises(type(error)) as caught:
                await each.check(path)
            assert caught.value.code == error.code
            assert each.blocked(path)
    assert await Breaker(shared, "wx2", time).check(SEND) is False
    state = await other.state(SEND)
    assert (state["state"], state["code"], state["until"]) == ("broken", error.code, "2021-09-15T09:35:20+08:00")
    assert "1.2.3.4" not in state["reason"]


async def test_after_the_pause_one_tries_and_closes_it(breaker: Breaker, shared: MemoryShared, time: Time) -> None:
    await breaker.open(TokenError("x", 40001))
    time.pass_(300)
    assert not breaker.blocked(SEND)
    other = Breaker(shared, "wx1", time)
    assert await breaker.check(SEND) is True
    with pytest.raises(TokenError):
        await other.check(SEND)
    assert (await other.state(SEND))["state"] == "broken", "shown until it is mended"
    await breaker.close()
    assert await other.check(SEND) is False
    assert (await other.state(SEND))["state"] == "up"


async def test_one_that_tried_in_vain_opens_it_again(breaker: Breaker, time: Time) -> None:
    await breaker.open(TokenError("x", 40001))
    time.pass_(300)
    assert await breaker.check(SEND) is True
    await breaker.open(TokenError("x", 40001))
    time.pass_(299)
    with pytest.raises(TokenError):
        await breaker.check(SEND)
    time.pass_(1)
    assert await breaker.check(SEND) is True


async def test_one_that_learned_nothing_leaves_the_try_to_the_next(breaker: Breaker, time: Time) -> None:
    await breaker.open(TokenError("x", 40001))
    time.pass_(300)
    assert await breaker.check(SEND) is True
    await breaker.unproven()
    assert await breaker.check(SEND) is True


async def test_one_that_died_trying_does_not_shut_it_for_good(breaker: Breaker, time: Time) -> None:
    await breaker.open(TokenError("x", 40001))
    time.pass_(300)
    assert await breaker.check(SEND) is True
    time.pass_(31)
    assert await breaker.check(SEND) is True


@pytest.mark.parametrize(
    ("code", "now", "until"),
    [
        (45009, "2021-09-15T09:30:20+08:00", "2021-09-16T00:00:00+08:00"),
        (45009, "2021-09-15T00:00:00+08:00", "2021-09-16T00:00:00+08:00"),
        (45009, "2021-09-15T16:30:00+00:00", "2021-09-17T00:00:00+08:00"),
        (45009, "2021-12-31T23:59:59.900000+08:00", "2022-01-01T00:00:00+08:00"),
        (45011, "2021-09-15T09:30:20+08:00", "2021-09-15T09:31:00+08:00"),
        (45011, "2021-09-15T23:59:59+08:00", "2021-09-16T00:00:00+08:00"),
    ],
)
async def test_a_quota_is_renewed_in_shanghai_time(
    breaker: Breaker, shared: MemoryShared, time: Time, code: int, now: str, until: str
) -> None:
    # fromisoformat of 3.10 knows these forms.
    time.now = dt.datetime.fromisoformat(now)
    await breaker.pause(SEND, quota(code))
    state = await breaker.state(SEND)
    assert (state["state"], state["code"], state["until"]) == ("paused", code, until)
    end = dt.datetime.fromisoformat(until)
    time.now = end - dt.timedelta(milliseconds=50)
    with pytest.raises(QuotaError):
        await breaker.check(SEND)
    assert breaker.blocked(SEND)
    time.now = end
    assert await breaker.check(SEND) is False
    assert not breaker.blocked(SEND)
    assert (await breaker.state(SEND))["state"] == "up"
    assert end.tzinfo == SHANGHAI or end.utcoffset() == dt.timedelta(hours=8)


async def test_a_quota_stops_its_own_path(breaker: Breaker) -> None:
    await breaker.pause(TYPING, quota(45009))
    assert await breaker.check(SEND) is False
    assert (await breaker.state(SEND))["state"] == "up"
    await breaker.pause(EVERYTHING, quota(45011))
    with pytest.raises(QuotaError):
        await breaker.check(SEND)
    assert (await breaker.state(SEND))["state"] == "paused"


@pytest.mark.parametrize("code", [45015, 45047])
async def test_a_followers_quota_stops_nothing(breaker: Breaker, code: int) -> None:
    await breaker.pause(SEND, quota(code))
    assert await breaker.check(SEND) is False
