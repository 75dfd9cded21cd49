"""Keeps one process running: started again when it ends by itself or hangs, after pauses that grow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM, Signals

from koujing.cluster.errors import NotReadyError
from koujing.process import Child
from koujing.silence import LISTEN_SECONDS, Silence

__all__ = ["Backoff", "Kept", "Recipe"]

_POLL_SECONDS = 0.1

Say = Callable[[str], None]


class Backoff:
    """The pauses before a process is started again: at once, then longer; short again after it has lived a while."""

    def __init__(self, pauses: Sequence[float] = (0.2, 1, 2, 5, 10, 20, 30), settled_seconds: float = 60) -> None:
        self._pauses, self._settled_seconds = pauses, settled_seconds
        self._next = 0

    def after(self, lived_seconds: float) -> float:
        """The pause after a life of this length."""
        if lived_seconds >= self._settled_seconds:
            self._next = 0
        pause = self._pauses[min(self._next, len(self._pauses) - 1)]
        self._next += 1
        return pause


@dataclass(frozen=True)
class Recipe:
    """How a process is started, asked whether it is well, and stopped."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    well: Callable[[], Awaitable[bool]]
    # Whether it answers with anything at all, as one must that has been well; None where nobody listens.
    alive: Callable[[], Awaitable[bool]] | None = None
    user: str | None = None
    stop: Signals = SIGTERM
    grace_seconds: float = 20

    def start(self) -> Child:
        """A new process. What the one before wrote is kept beside, once."""
        with suppress(FileNotFoundError):
            self.log.replace(self.log.with_suffix(".log.1"))
        return Child(self.name, self.command, self.env, self.cwd, self.log, user=self.user, stop=self.stop)


@dataclass
class Kept:
    """One process and its keeper. It belongs to the thread that made it (`koujing.process`)."""

    recipe: Recipe
    say: Say
    backoff: Backoff = field(default_factory=Backoff)
    silence: Silence = field(default_factory=lambda: Silence(0))
    listen_seconds: float = LISTEN_SECONDS
    restarts: int = 0
    _child: Child | None = None
    _keeper: asyncio.Task[None] | None = None
    _telling: asyncio.Task[None] | None = None
    _listener: asyncio.Task[None] | None = None
    _began: float = 0.0
    _was_well: bool = False

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._child.pid if self._child and self._child.exit_code is None else None

    def start(self) -> None:
        """Start it; it is not kept before `keep`."""
        self._child, self._began, self._was_well = self.recipe.start(), time.monotonic(), False

    async def ready(self, seconds: float) -> float:
        """Wait until it is well, and keep it from then on; after how many seconds.

        Raises:
            NotReadyError: it ended, or is not well in time.
        """
        child, began = self._child, time.monotonic()
        assert child is not None
        while not await self.recipe.well():
            if child.exit_code is not None:
                raise NotReadyError(f"{child.name} 启动时退出（代码 {child.exit_code}）。{_end_of(child)}")
            if time.monotonic() - began > seconds:
                raise NotReadyError(
                    f"{child.name} {seconds:.0f} 秒内没有就绪（可用 KOUJING_START_SECONDS 放宽）。{_end_of(child)}"
                )
            await asyncio.sleep(_POLL_SECONDS)
        self._was_well = True
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.recipe.name}")
        if self._listener is None and self.recipe.alive is not None:
            self._listener = asyncio.create_task(self._listen(self.recipe.alive), name=f"listen to {self.recipe.name}")
        return time.monotonic() - began

    async def stop(self) -> None:
        """Ask it to stop, wait, end it by force where it does not."""
        for task in (self._listener, self._keeper, self._telling):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._listener = self._keeper = self._telling = None
        child = self._child
        if child is None:
            return
        child.ask_to_stop()
        end = time.monotonic() + self.recipe.grace_seconds
        while child.exit_code is None and time.monotonic() < end:  # noqa: ASYNC110 - a process is no event
            await asyncio.sleep(_POLL_SECONDS)
        child.stop(0)

    async def _keep(self) -> None:
        while True:
            child = self._child
            assert child is not None
            if child.exit_code is None:
                await asyncio.sleep(_POLL_SECONDS)
                continue
            # What it left of its own children would hold its port.
            child.stop(0)
            pause = self.backoff.after(time.monotonic() - self._began)
            self.say(f"{child.name} 意外退出（代码 {child.exit_code}），{pause:g} 秒后重新启动。日志：{child.log}")
            await asyncio.sleep(pause)
            try:
                self.start()
            except OSError as error:  # a full disk, no memory: neither lasts for ever
                self.say(f"{child.name} 启动不了：{error}。")
                continue
            self.restarts += 1
            self._telling = asyncio.create_task(self._tell_when_back(time.monotonic()))

    async def _listen(self, alive: Callable[[], Awaitable[bool]]) -> None:
        """End what has been well and answers nothing any more; the keeper starts it again."""
        while True:
            await asyncio.sleep(self.listen_seconds)
            child = self._child
            if child is None or child.exit_code is not None or not self._was_well or await alive():
                self.silence.heard()
            elif self.silence.missed() and child is self._child:
                seconds = self.silence.most_seconds
                self.say(f"{child.name} 还在运行，却 {seconds:g} 秒没有任何应答：强制结束。日志：{child.log}")
                child.stop(0)
                self.silence.heard()

    async def _tell_when_back(self, began: float) -> None:
        child = self._child
        while child is self._child and child is not None and child.exit_code is None:
            if await self.recipe.well():
                self._was_well = True
                self.say(f"{child.name} 已恢复（{time.monotonic() - began:.1f} 秒）。")
                return
            await asyncio.sleep(_POLL_SECONDS)


def _end_of(child: Child) -> str:
    return f"最后的输出：\n{child.tail()}\n全部输出见 {child.log}"
