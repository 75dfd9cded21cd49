"""Commands to the cluster that runs, over its socket."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from koujing.cluster.control import ask, listening
from koujing.cluster.errors import ClusterError, NotRunningError, UpdateError

pytestmark = pytest.mark.anyio


@pytest.fixture
def data() -> Iterator[Path]:
    """A short path, as a socket needs."""
    with tempfile.TemporaryDirectory(prefix="kj-") as folder:
        (Path(folder) / "cluster").mkdir()
        yield Path(folder)


async def answer(asked: dict[str, Any], say: Any) -> dict[str, Any]:
    if asked["do"] == "fail":
        raise UpdateError("更新被拒绝")
    say("一半")
    await asyncio.sleep(0)
    return {"did": asked["do"]}


async def test_what_is_asked_is_answered_with_its_progress(data: Path) -> None:
    said: list[str] = []
    async with listening(data / "cluster", answer):
        assert (data / "cluster/control.sock").stat().st_mode & 0o777 == 0o600
        assert await asyncio.to_thread(ask, data, {"do": "this"}, said.append) == {"did": "this"}
        assert said == ["一半"]
        with pytest.raises(ClusterError, match="更新被拒绝"):
            await asyncio.to_thread(ask, data, {"do": "fail"}, said.append)
    assert not (data / "cluster/control.sock").exists()


async def test_where_nothing_runs_it_says_how_to_start(data: Path) -> None:
    with pytest.raises(NotRunningError, match="make cluster"):
        ask(data, {"do": "status"}, print)
    # Left by one that was killed.
    async with listening(data / "cluster", answer):
        (data / "cluster/control.sock").rename(data / "cluster/left")
    (data / "cluster/left").rename(data / "cluster/control.sock")
    with pytest.raises(NotRunningError):
        ask(data, {"do": "status"}, print)


async def test_a_path_that_is_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="KOUJING_DATA"):
        ask(tmp_path / ("x" * 100), {"do": "status"}, print)
