"""Puts another release in place of the one that runs, a process at a time: the new one first, then nginx, then the old one out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from koujing.cluster.errors import ClusterError, UpdateError
from koujing.cluster.keeping import Kept
from koujing.cluster.plan import KINDS, Member, Plan

__all__ = ["Group", "connections_to", "roll"]

_DRAIN_SECONDS = 20
_POLL_SECONDS = 0.1
_ESTABLISHED, _CLOSE_WAIT = "01", "08"

Say = Callable[[str], None]


class Group:
    """Our processes that serve now, each with its keeper."""

    def __init__(
        self,
        plan: Plan,
        start: Callable[[Member], Kept],
        serve: Callable[[list[Member]], Awaitable[None]],
        prove: Callable[[Member], Awaitable[None]],
    ) -> None:
        self.plan = plan
        self._start, self._serve, self._prove = start, serve, prove
        self.kept: dict[Member, Kept] = {}

    def add(self, member: Member) -> Kept:
        """Start one; nginx does not know of it yet."""
        kept = self.kept[member] = self._start(member)
        kept.start()
        return kept

    async def replace(self, old: Member, release: Path, seconds: float) -> Member:
        """The successor, which serves in place of `old`. On any failure `old` serves as before.

        Raises:
            ClusterError: the successor does not start or does not answer well.
        """
        new = self.plan.successor(old, release)
        kept = self.add(new)
        try:
            await kept.ready(seconds)
            await self._prove(new)
            await self._serve([new if member == old else member for member in self.kept if member != new])
        except BaseException:
            del self.kept[new]
            await kept.stop()
            raise
        gone = self.kept.pop(old)
        await _drained(old.port)
        await gone.stop()
        return new

    def of(self, kind: str) -> list[Member]:
        """Those of a kind, by number."""
        return sorted((member for member in self.kept if member.kind == kind), key=lambda member: member.number)


async def roll(group: Group, release: Path, say: Say, seconds: float) -> None:
    """Replace all that run from another release, action servers first, as each kind is asked by the next.

    Raises:
        UpdateError: one could not be replaced; those that were run from their old release again.
    """
    done: list[tuple[Member, Path]] = []
    try:
        for kind in KINDS:
            for old in group.of(kind):
                if old.release == release:
                    continue
                began = time.monotonic()
                new = await group.replace(old, release, seconds)
                done.append((new, old.release))
                say(f"  {old.name} 已换到新发布（{time.monotonic() - began:.1f} 秒）")
    except ClusterError as error:
        say(f"更新没有成功，正在换回：{error}")
        for new, before in reversed(done):
            await group.replace(new, before, seconds)
            say(f"  {new.name} 已换回")
        raise UpdateError(f"更新被拒绝，仍是原来的发布：{error}") from error


async def _drained(port: int) -> None:
    """Until nobody is connected to it any more, or for as long as may be waited; it ends what is left itself."""
    end = time.monotonic() + _DRAIN_SECONDS
    while connections_to(port) and time.monotonic() < end:  # noqa: ASYNC110 - the kernel tells nobody
        await asyncio.sleep(_POLL_SECONDS)


def connections_to(port: int) -> int:
    """How many connections this machine's servers hold on a port."""
    count = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue
        for line in lines:
            _, local, _, state, *_ = line.split()
            count += int(local.rsplit(":", 1)[1], 16) == port and state in {_ESTABLISHED, _CLOSE_WAIT}
    return count
