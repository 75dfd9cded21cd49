"""One message of a conversation at a time, over two Rasa servers on one Redis, and without one."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import read_endpoint_config

from koujing.rasa.lock_store import ConversationLocks
from koujing.settings import ROOT
from tests.store.redis_server import RedisServer, redis_server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


def test_rasa_makes_it_from_the_endpoints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path))
    monkeypatch.setenv("KOUJING_ACTIONS_URL", "http://127.0.0.1:5055")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "lock_store")
    assert isinstance(LockStore.create(endpoint), ConversationLocks)


@pytest.mark.parametrize("shared", [False, True])
def test_a_conversation_is_held_by_one_at_a_time(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, *, shared: bool
) -> None:
    if shared:
        monkeypatch.setenv("KOUJING_REDIS", redis.url)
    first = ConversationLocks()
    servers = [first, ConversationLocks() if shared else first]
    inside, most, served = 0, 0, []

    async def message(n: int) -> None:
        nonlocal inside, most
        async with servers[n % 2].lock("one"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1
            served.append(n)

    async def all_of_them() -> None:
        await asyncio.gather(*(message(n) for n in range(12)))
        async with servers[0].lock("one"), servers[1].lock("another"):
            pass
        for server in servers:
            await server.close()

    asyncio.run(all_of_them())
    assert (most, sorted(served)) == (1, list(range(12)))
