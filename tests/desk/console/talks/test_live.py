"""Pages are told what moved: in this process at once, from another within a poll."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from koujing.desk.console.talks.live import Live

pytestmark = pytest.mark.anyio

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.timezone.utc)


class Store:
    """What moved, as another process writes it."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, dt.datetime]] = {}

    def moved(self, since: dt.datetime | None) -> dict[str, tuple[int, dt.datetime]]:
        if since is None:
            newest = sorted(self.rows.items(), key=lambda row: row[1][1])[-1:]
            return dict(newest)
        return {id: row for id, row in self.rows.items() if row[1] >= since}


async def always() -> bool:
    return True


async def never() -> bool:
    return False


async def test_another_process_is_heard() -> None:
    store = Store()
    live = Live(store.moved, poll_seconds=0.01)
    following = live.follow("a", always)
    waiting = asyncio.create_task(following.__anext__())
    await asyncio.sleep(0.05)
    store.rows["b"] = (1, NOW)
    await asyncio.sleep(0.05)
    assert not waiting.done()
    store.rows["a"] = (1, NOW)
    assert await asyncio.wait_for(waiting, 2) is True
    # A clock that is behind hides nothing.
    store.rows["a"] = (2, NOW - dt.timedelta(seconds=2))
    assert await asyncio.wait_for(following.__anext__(), 2) is True
    live.close()


async def test_this_process_is_heard_at_once() -> None:
    live = Live(Store().moved, poll_seconds=60)
    of_all = asyncio.create_task(live.follow(None, always).__anext__())
    of_one = asyncio.create_task(live.follow("a", always).__anext__())
    await asyncio.sleep(0.02)
    live.wake("b")
    assert await asyncio.wait_for(of_all, 1) is True
    assert not of_one.done()
    live.wake("a")
    assert await asyncio.wait_for(of_one, 1) is True
    live.close()


async def test_a_stream_ends_with_its_session_and_with_the_program() -> None:
    live = Live(Store().moved, poll_seconds=60, beat_seconds=0.01)
    assert [moved async for moved in live.follow("a", never)] == []
    following = live.follow("a", always)
    assert await following.__anext__() is False
    live.close()
    assert [moved async for moved in following] == []


async def test_a_failing_database_ends_no_stream() -> None:
    calls = 0

    def moved(_since: dt.datetime | None) -> dict[str, tuple[int, dt.datetime]]:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OSError
        return {"a": (calls, NOW)}

    live = Live(moved, poll_seconds=0.01)
    assert await asyncio.wait_for(live.follow("a", always).__anext__(), 2) is True
    live.close()
