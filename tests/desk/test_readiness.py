"""Ready is asked by many and asks the parts once a second."""

from __future__ import annotations

import asyncio

import pytest

from koujing.desk.readiness import Readiness

pytestmark = pytest.mark.anyio


async def test_many_ask_and_the_parts_are_asked_once() -> None:
    asked, now = 0, 0.0

    async def part() -> bool:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return asked < 2

    readiness = Readiness({"rasa": part}, lambda: now)
    answers = await asyncio.gather(*(readiness.now() for _ in range(20)))
    assert asked == 1
    assert answers == [(True, {"status": "ready", "rasa": "up"})] * 20
    now = 1.0
    assert await readiness.now() == (False, {"status": "not_ready", "rasa": "down"})
    assert asked == 2


async def test_a_part_that_fails_is_down_and_draining_stays() -> None:
    async def broken() -> bool:
        raise OSError("gone")

    readiness = Readiness({"database": broken})
    assert (await readiness.now())[1] == {"status": "not_ready", "database": "down"}
    readiness.drain()
    assert (await readiness.now())[1]["status"] == "draining"
