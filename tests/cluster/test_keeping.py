"""Processes that are kept: started again with growing pauses, stopped whole."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from koujing.cluster.errors import NotReadyError
from koujing.cluster.keeping import Backoff, Kept, Recipe
from koujing.silence import Silence

pytestmark = pytest.mark.anyio
LIVES = "import time; print('hier', flush=True); time.sleep(60)"


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def kept(folder: Path, code: str, well: Callable[[], Awaitable[bool]] = yes) -> tuple[Kept, list[str]]:
    said: list[str] = []
    recipe = Recipe("one", [sys.executable, "-c", code], os.environ, folder, folder / "one.log", well, grace_seconds=5)
    return Kept(recipe, said.append, Backoff((0.05,))), said


async def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


def test_pauses_grow_to_the_longest_and_begin_anew_after_a_long_life() -> None:
    backoff = Backoff((1, 2, 4), settled_seconds=60)
    assert [backoff.after(0.1) for _ in range(4)] == [1, 2, 4, 4]
    assert backoff.after(60) == 1
    assert backoff.after(59) == 2


async def test_one_that_is_killed_is_started_again_and_both_are_said(tmp_path: Path) -> None:
    one, said = kept(tmp_path, LIVES)
    one.start()
    await one.ready(20)
    first = one.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: one.pid not in {first, None})
    assert one.restarts == 1
    await until(lambda: len(said) == 2)
    assert "代码 -9" in said[0]
    assert "已恢复" in said[1]
    assert (tmp_path / "one.log.1").exists(), "what the dead one wrote is kept"
    await one.stop()
    assert one.pid is None
    await asyncio.sleep(0.2)
    assert one.pid is None, "one that is stopped stays so"


async def test_one_that_hangs_is_ended_and_started_again(tmp_path: Path) -> None:
    one, said = kept(tmp_path, LIVES)
    silent: set[int | None] = set()

    async def alive() -> bool:
        return one.pid not in silent

    one.recipe = replace(one.recipe, alive=alive)
    one.silence, one.listen_seconds = Silence(0.2), 0.05
    one.start()
    await one.ready(20)
    first = one.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    await asyncio.sleep(0.5)
    assert one.pid == first, "one that answers is left alone"
    silent.add(first)
    await until(lambda: one.pid not in {first, None})
    await until(lambda: len(said) == 3)
    assert "没有任何应答" in said[0]
    assert "重新启动" in said[1]
    assert "已恢复" in said[2]
    assert one.restarts == 1
    await one.stop()


async def test_one_that_starts_slowly_is_not_taken_for_hung(tmp_path: Path) -> None:
    one, said = kept(tmp_path, LIVES)
    wells = iter([True])

    async def well() -> bool:
        return next(wells, False)

    one.recipe = replace(one.recipe, well=well, alive=no)
    one.silence, one.listen_seconds = Silence(0.2), 0.05
    one.start()
    await one.ready(20)
    await until(lambda: one.restarts == 1)
    second = one.pid
    await asyncio.sleep(0.6)
    assert one.pid == second, "it has not been well yet"
    assert [("没有任何应答" in line) for line in said] == [True, False]
    await one.stop()


async def test_one_that_ends_while_it_starts_is_told_with_what_it_wrote(tmp_path: Path) -> None:
    one, _ = kept(tmp_path, "print('第3行不对'); raise SystemExit(7)", no)
    one.start()
    with pytest.raises(NotReadyError, match=r"代码 7[\s\S]*第3行不对"):
        await one.ready(20)


async def test_one_that_does_not_get_well_is_given_up(tmp_path: Path) -> None:
    one, _ = kept(tmp_path, LIVES, no)
    one.start()
    with pytest.raises(NotReadyError, match="KOUJING_START_SECONDS"):
        await one.ready(0.3)
    await one.stop()
    assert one.pid is None


async def test_one_that_cannot_be_started_for_now_is_tried_again(tmp_path: Path) -> None:
    one, said = kept(tmp_path, LIVES)
    one.start()
    await one.ready(20)
    assert one.pid is not None
    # As little can be put there as on a full disk.
    (tmp_path / "one.log.1" / "x").mkdir(parents=True)
    os.kill(one.pid, signal.SIGKILL)
    await until(lambda: any("启动不了" in text for text in said))
    shutil.rmtree(tmp_path / "one.log.1")
    await until(lambda: one.pid is not None)
    await one.stop()
