"""`make bench-steady`: 900 questions a minute for ten minutes, asked at fixed moments whether or not the earlier ones are answered."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from bench.speed.client import TURNS, Load, Measured, post
from bench.speed.machine import cpu_seconds, described, memory_mb
from bench.speed.questions import chosen
from bench.speed.results import keep
from bench.speed.tables import machine_line, table
from bench.speed.targets import Target, start_ours
from koujing.knowledge.base import load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT

P99_MS = 1000.0
_PATIENCE, _WARM = 30.0, 50
# Shorter than the desk keeps a connection that is not used (uvicorn, 5 seconds), as HTTP libraries do.
_IDLE_SECONDS = 3.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rate", default=900, show_default=True, help="每分钟多少问。")
@click.option("--minutes", default=10.0, show_default=True, help="多少分钟。")
def main(rate: int, minutes: float) -> None:
    """按固定节奏提问（开环），看有没有错误、99％ 的答复多快。"""
    os.environ.update(quiet_environment(os.environ))
    machine, texts = described(), chosen(load_knowledge(ROOT / "policies"))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="koujing-bench-")))
        target = start_ours(stack, folder, texts)
        before = memory_mb(target.pids.values())
        used = cpu_seconds(target.pids.values())
        measured = asyncio.run(_steadily(target, rate, round(rate * minutes)))
        measured.cpu = cpu_seconds(target.pids.values()) - used
        after = memory_mb(target.pids.values())
    found = {
        **measured.numbers(), "max_ms": round(1000 * max(measured.seconds, default=0.0), 1), "rate": rate,
        "minutes": minutes, "memory_before_mb": round(before), "memory_after_mb": round(after),
    }  # fmt: skip
    held = not measured.errors and measured.at(99) < P99_MS
    keep("steady", machine, {**found, "held": held, "p99_bar_ms": P99_MS})
    click.echo("\n".join(steady_lines(machine, found)))
    for error in measured.errors[:5]:
        click.echo(error, err=True)
    sys.exit(0 if held else 1)


def steady_lines(machine: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """The table."""
    head = ("每分钟", "分钟", "答复", "错误", "p50 毫秒", "p95", "p99", "最慢", "每条 CPU 毫秒", "内存 MB 前→后")
    row = (
        found["rate"], found["minutes"], found["answers"], found["errors"], found["p50_ms"], found["p95_ms"], found["p99_ms"],
        found["max_ms"], found["cpu_ms"], f"{found['memory_before_mb']}→{found['memory_after_mb']}",
    )  # fmt: skip
    return [machine_line(machine), "", *table(head, [row]), "", f"要求：错误 0，p99 < {P99_MS:g} 毫秒。"]


async def _steadily(target: Target, rate: int, many: int) -> Measured:
    numbers = itertools.count()
    line = _Connections(target.load)
    for _ in range(_WARM):
        await line.ask(next(numbers), Measured())
    measured, asking = Measured(), set()
    used, began = time.process_time(), time.perf_counter()
    for n in range(many):
        await asyncio.sleep(max(0.0, began + n * 60 / rate - time.perf_counter()))
        asking.add(task := asyncio.create_task(line.ask(next(numbers), measured)))
        task.add_done_callback(asking.discard)
    await asyncio.gather(*asking)
    measured.elapsed, measured.own_cpu = time.perf_counter() - began, time.process_time() - used
    line.close()
    return measured


class _Connections:
    """Connections that stay open, as many as are needed at once."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._free: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, n: int, into: Measured) -> None:
        """One question, on a connection of its own for the time."""
        began = time.perf_counter()
        try:
            reader, writer = await self._taken()
            body = self._load.body(f"steady-{n // TURNS}", n)
            status, answer = await asyncio.wait_for(post(reader, writer, self._load, body), _PATIENCE)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as error:
            into.errors.append(repr(error))
            return
        self._free.append((time.perf_counter(), reader, writer))
        if status == 200 and self._load.holds in answer:
            into.seconds.append(time.perf_counter() - began)
        else:
            into.errors.append(f"HTTP {status}: {answer[:300].decode('utf-8', 'replace')}")

    async def _taken(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The one used last, or a new one where that was too long ago."""
        if self._free:
            since, reader, writer = self._free.pop()
            if time.perf_counter() - since < _IDLE_SECONDS:
                return reader, writer
            writer.close()
            self.close()
        return await asyncio.open_connection("127.0.0.1", self._load.port)

    def close(self) -> None:
        """Give up all that are not used."""
        for _, _, writer in self._free:
            writer.close()
        self._free.clear()


if __name__ == "__main__":
    main()
