"""Each answer is seen once and none is lost, whatever dies, hangs up, comes late or comes twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from koujing.clock import Clock
from koujing.desk.wechat.delivery import Delivery, Handed, Incoming
from koujing.store.wechat import WeChatStore
from tests.desk.wechat.delivering import APPID, PHRASES, Core, compose, never, open_engine, render
from tests.desk.wechat.simulating import simulate


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens(tmp_path: Path, seed: int, api: bool) -> None:
    seen = simulate(tmp_path / "koujing.db", seed, api=api, messages=64)
    assert seen.killed > 3
    assert len(seen.witness.asked) >= 60


@pytest.mark.anyio
async def test_two_processes_with_threads_of_their_own(tmp_path: Path) -> None:
    """In real time: the same 30 messages are delivered to both at the same moment."""
    core = Core(seconds=lambda says: int(says) % 3 * 0.05)
    engines = [open_engine(tmp_path / "koujing.db") for _ in range(2)]
    desks = [
        Delivery(
            store=WeChatStore(engine, Clock(), APPID),
            answer=core,
            render=render,
            push=None,
            phrases=PHRASES,
            clock=Clock(),
            passive_seconds=30,
        )
        for engine in engines
    ]
    created = int(Clock().now().timestamp())

    async def deliver(desk: Delivery, n: int) -> Handed:
        openid = f"o{n % 5:027}"
        message = Incoming(f"m:{n}", openid, openid, str(n), 1, None, created)
        handed = await desk.handle(message, compose, never)
        await handed.sent()
        return handed

    handed = await asyncio.gather(*(deliver(desk, n) for n in range(30) for desk in desks))
    for n, (one, other) in enumerate(zip(handed[::2], handed[1::2], strict=True)):
        assert one.body is not None
        assert one.body == other.body
        assert one.body.decode().endswith(f"|答：{n}")
    assert len(core.asked) == 30
    assert await desks[0].waiting() == {"pending": 0, "outbox": 0, "ambiguous": 0}
    for engine in engines:
        engine.dispose()
