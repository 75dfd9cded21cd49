"""Two processes' leases on one Redis: order, renewal, death of a holder, and a Redis that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from koujing.leases import LocalLeases, RedisLeases, open_leases
from tests.store.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


def test_without_redis_they_are_of_this_process() -> None:
    assert isinstance(open_leases(None, "test"), LocalLeases)


async def test_one_waits_for_the_other(redis: RedisServer) -> None:
    first, second = RedisLeases(redis.url, "test"), RedisLeases(redis.url, "test")
    told: list[str] = []

    async def follow() -> None:
        async with second.held("one"):
            told.append("second")

    async with first.held("one"):
        waiting = asyncio.create_task(follow())
        async with second.held("another"):
            await asyncio.sleep(0.1)
        told.append("first")
    await asyncio.wait_for(waiting, 2)
    assert told == ["first", "second"]
    await first.close()
    await second.close()


async def test_who_works_for_long_keeps_it_and_who_dies_loses_it(redis: RedisServer) -> None:
    first = RedisLeases(redis.url, "test", seconds=0.6, renewed_after=0.1)
    second = RedisLeases(redis.url, "test", seconds=0.6, renewed_after=0.1)

    async def take() -> None:
        async with second.held("one"):
            pass

    async with first.held("one"):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(take(), 1.2)
    await asyncio.wait_for(take(), 1)
    # As a process that is killed: nothing is given back, nothing renewed.
    assert await first._take(first._prefix + "one", "gone")
    began = asyncio.get_running_loop().time()
    await asyncio.wait_for(take(), 2)
    assert asyncio.get_running_loop().time() - began < 1.5
    await first.close()
    await second.close()


async def test_while_redis_is_away_each_process_orders_its_own(redis: RedisServer) -> None:
    leases = RedisLeases(redis.url, "test")
    async with leases.held("one"):
        redis.stop()
    order: list[int] = []

    async def work(n: int) -> None:
        async with leases.held("one"):
            await asyncio.sleep(0.01)
            order.append(n)

    await asyncio.wait_for(asyncio.gather(*(work(n) for n in range(5))), 3)
    assert order == list(range(5))
    redis.start()
    leases._down_until = 0.0
    async with leases.held("one"):
        assert leases._down_until is None
    await leases.close()
