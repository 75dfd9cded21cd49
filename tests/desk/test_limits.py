"""The rate limit, in one desk and over two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koujing.desk.console.limits import Attempts
from koujing.desk.errors import TooManyRequestsError
from koujing.desk.limits import Limits, RateLimit
from tests.store.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


async def test_each_caller_has_a_quota_that_refills_evenly() -> None:
    now = 0.0
    limit = RateLimit(2, lambda: now)
    await limit.spend("a")
    await limit.spend("a")
    await limit.spend("b")
    with pytest.raises(TooManyRequestsError) as caught:
        await limit.spend("a")
    assert caught.value.headers["Retry-After"] == "30"
    now = 29.0
    with pytest.raises(TooManyRequestsError):
        await limit.spend("a")
    now = 30.0
    await limit.spend("a")


async def test_waiting_long_does_not_save_up() -> None:
    now = 0.0
    limit = RateLimit(1, lambda: now)
    await limit.spend("a")
    now = 3600.0
    await limit.spend("a")
    with pytest.raises(TooManyRequestsError):
        await limit.spend("a")


async def test_callers_without_end_are_forgotten() -> None:
    limit = RateLimit(1, lambda: 0.0)
    for number in range(20_000):
        await limit.spend(str(number))
    assert len(limit._buckets) == 10_000


async def test_a_caller_may_have_a_quota_of_its_own() -> None:
    limit = RateLimit(1, lambda: 0.0)
    for _ in range(3):
        await limit.spend("a", 3)
    with pytest.raises(TooManyRequestsError) as caught:
        await limit.spend("a", 3)
    assert caught.value.headers["Retry-After"] == "20"


async def test_two_desks_count_together(redis: RedisServer) -> None:
    desks = [Limits(redis.url), Limits(redis.url)]
    asking = [desk.rate("asking", 5) for desk in desks]
    for n in range(5):
        await asking[n % 2].spend("13812345678")
    for each in asking:
        with pytest.raises(TooManyRequestsError) as caught:
            await each.spend("13812345678")
        assert 10 <= int(caught.value.headers["Retry-After"]) <= 12
    await asking[1].spend("another")
    await desks[0].rate("lookups", 5).spend("13812345678")
    counters = desks[0].counters
    assert counters is not None
    keys = await counters._redis.keys("*")
    assert len(keys) == 3
    assert not any("1381234" in key for key in keys)
    assert all([0 < await counters._redis.ttl(key) <= 61 for key in keys])
    for desk in desks:
        await desk.close()


async def test_without_redis_each_desk_goes_on_counting(redis: RedisServer) -> None:
    desk = Limits(redis.url)
    asking = desk.rate("asking", 2)
    await asking.spend("a")
    redis.stop()
    await asking.spend("a")
    await asking.spend("a")
    with pytest.raises(TooManyRequestsError):
        await asking.spend("a")
    redis.start()
    assert desk.counters is not None
    desk.counters._down_until = 0.0
    await asking.spend("a")
    assert desk.counters._down_until is None
    await desk.close()


async def test_passwords_tried_at_two_desks_count_together(redis: RedisServer) -> None:
    desks = [Limits(redis.url), Limits(redis.url)]
    tries = [Attempts(3, 300, name="both", counters=desk.counters) for desk in desks]
    for n in range(3):
        await tries[n % 2].begin("somebody")
    with pytest.raises(TooManyRequestsError) as caught:
        await tries[0].begin("somebody")
    assert 295 <= int(caught.value.headers["Retry-After"]) <= 300
    await tries[1].undo("somebody")
    await tries[0].begin("somebody")
    with pytest.raises(TooManyRequestsError):
        await tries[1].begin("somebody")
    await tries[1].forgive("somebody")
    await tries[0].begin("somebody")
    for desk in desks:
        await desk.close()
