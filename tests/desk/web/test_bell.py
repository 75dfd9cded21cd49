"""What one desk tells the others over Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from koujing.desk.web import bell as module
from koujing.desk.web.bell import Bell
from tests.store.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


async def test_the_other_desk_hears_it_at_once_also_after_a_restart_of_redis(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.05)
    rings, hears = Bell(redis.url), Bell(redis.url)
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = asyncio.create_task(hears.listen(heard.put_nowait))

    async def until_heard(session_id: str) -> None:
        while True:
            rings.ring(session_id)
            try:
                assert await asyncio.wait_for(heard.get(), 0.2) == session_id
            except asyncio.TimeoutError:
                continue
            return

    await asyncio.wait_for(until_heard("one"), 10)
    rings.ring("two")
    while await asyncio.wait_for(heard.get(), 1) != "two":
        pass
    redis.stop()
    rings.ring("lost")
    await asyncio.sleep(0.2)
    redis.start()
    await asyncio.wait_for(until_heard("three"), 10)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await rings.close()
    await hears.close()
