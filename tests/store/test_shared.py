"""Memory and a real Redis keep to one contract; what falls back goes on, and says so."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from koujing.store.shared import GuardedShared, MemoryShared, RedisShared, Shared, SharedError, open_shared
from tests.store.conftest import Time
from tests.store.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture(params=["memory", "redis", "guarded"])
async def shared(
    request: pytest.FixtureRequest, server: RedisServer, time: Time
) -> AsyncIterator[MemoryShared | RedisShared | GuardedShared]:
    prefix = f"{request.node.name}:"
    made = {
        "memory": lambda: MemoryShared(lambda: time.now),
        "redis": lambda: RedisShared(server.url, prefix),
        "guarded": lambda: GuardedShared(RedisShared(server.url, prefix), lambda: time.now),
    }[request.param]()
    yield made
    await made.close()


async def test_what_is_put_is_found_until_it_is_deleted(shared: Shared) -> None:
    assert await shared.get("a") is None
    await shared.put("a", "一", 60)
    await shared.put("a", "二", 60)
    assert await shared.get("a") == "二"
    await shared.delete("a")
    await shared.delete("a")
    assert await shared.get("a") is None


async def test_an_empty_value_is_a_value(shared: Shared) -> None:
    assert await shared.add("a", "", 60)
    assert await shared.get("a") == ""
    assert not await shared.add("a", "x", 60)


async def test_of_many_who_add_one_succeeds(shared: Shared) -> None:
    added = await asyncio.gather(*(shared.add("lock", str(n), 60) for n in range(50)))
    assert sum(added) == 1
    assert await shared.get("lock") == str(added.index(True))


async def test_a_lock_is_given_back_by_its_owner_only(shared: Shared) -> None:
    await shared.add("lock", "mine", 60)
    await shared.delete("lock", "another's")
    assert await shared.get("lock") == "mine"
    await shared.delete("lock", "mine")
    assert await shared.add("lock", "next", 60)


async def test_memory_forgets_in_time_and_does_not_grow(time: Time) -> None:
    shared = MemoryShared(lambda: time.now)
    for n in range(5000):
        await shared.add(f"nonce:{n}", "", 10)
        time.pass_(seconds=1)
    assert await shared.get("nonce:4990") is None
    assert await shared.get("nonce:4991") is not None
    assert await shared.add("nonce:4990", "", 10)
    assert len(shared._kept) <= 1024


async def test_redis_forgets_in_time(server: RedisServer) -> None:
    shared = RedisShared(server.url, "short:")
    await shared.put("a", "1", 0.05)
    assert await shared.add("b", "1", 0.05)
    await asyncio.sleep(0.1)
    assert await shared.get("a") is None
    assert await shared.add("b", "2", 60)
    await shared.close()


async def test_two_connections_see_the_same(server: RedisServer) -> None:
    one, other = RedisShared(server.url, "two:"), RedisShared(server.url, "two:")
    await one.put("a", "1", 60)
    assert await other.get("a") == "1"
    assert not await other.add("a", "2", 60)
    await one.close()
    await other.close()


async def test_a_redis_that_is_down_is_one_error_without_its_address(own_server: RedisServer) -> None:
    own_server.stop()
    shared = RedisShared(f"redis://:password@127.0.0.1:{own_server.port}/0")
    for command in (shared.get("a"), shared.put("a", "1", 1), shared.add("a", "1", 1), shared.delete("a", "1")):
        with pytest.raises(SharedError) as error:
            await command
        assert "password" not in str(error.value)
        assert error.value.__cause__ is None
    await shared.close()


async def test_falls_back_to_memory_and_returns(
    own_server: RedisServer, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shared = open_shared(own_server.url, lambda: time.now)
    assert isinstance(shared, GuardedShared)
    await shared.put("before", "1", 600)
    assert shared.state == "redis"

    own_server.stop()
    assert await shared.get("before") is None
    assert shared.state == "fallback"
    assert await shared.add("during", "1", 600)
    assert not await shared.add("during", "2", 600)
    time.pass_(seconds=11)
    await shared.put("put", "1", 600)
    await shared.delete("nothing")

    own_server.start()
    assert await shared.get("put") == "1", "within the pause, from memory"
    time.pass_(seconds=11)
    assert await shared.get("after") is None
    assert shared.state == "redis"
    assert not await shared.add("during", "3", 600), "what was added meanwhile still counts"
    await shared.put("put", "2", 600)
    assert await shared.get("put") == "2"
    await shared.delete("during")
    assert await shared.add("during", "4", 600)
    await shared.close()
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert str(own_server.port) not in caplog.text


async def test_no_address_is_memory() -> None:
    shared = open_shared(None, lambda: dt.datetime.now(dt.timezone.utc))
    assert shared.state == "memory"
    assert await shared.add("a", "1", 60)
    await shared.close()
