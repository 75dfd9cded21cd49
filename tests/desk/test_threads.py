"""Work in a thread: its result, its error, its context, and that nobody leaves before its end."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from koujing.desk.threads import in_thread

HERE: ContextVar[str] = ContextVar("HERE", default="nowhere")


def test_it_runs_elsewhere_and_hands_back() -> None:
    async def asked() -> None:
        HERE.set("loop")
        found = await in_thread(lambda a, *, b: (a, b, HERE.get(), threading.get_ident()), 1, b=2)
        assert found[:3] == (1, 2, "loop")
        assert found[3] != threading.get_ident()
        with pytest.raises(KeyError, match="lost"):
            await in_thread({}.__getitem__, "lost")

    asyncio.run(asked())


def test_who_is_cancelled_waits_for_the_end_of_the_work() -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait(10)
        done.set()

    async def asked() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()

    asyncio.run(asked())
