"""`make bench-stages`: where the time of one message goes, on the whole running stack, one client after another.

Means of milliseconds on a clock; a stage that holds others includes them. The watch itself takes some microseconds a stage.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
import os
import signal
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

from bench.speed.client import Measured, closed_loop
from bench.speed.machine import described
from bench.speed.questions import chosen
from bench.speed.results import keep
from bench.speed.tables import machine_line, table
from bench.speed.targets import start_ours
from bench.speed.watching import FOLDER, STAGES
from koujing.knowledge.base import load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT
from koujing.supervisor import services
from tests.e2e import running

PARTS = {"desk": "desk", "rasa": "Rasa", "actions": "动作服务"}
_WARM_SECONDS = 3.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", default=15.0, show_default=True, help="问多少秒。")
def main(seconds: float) -> None:
    """一条消息在各阶段用的时间（一个客户端，逐条）。"""
    os.environ.update(quiet_environment(os.environ))
    machine, texts = described(), chosen(load_knowledge(ROOT / "policies"))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="koujing-bench-")))
        stack.enter_context(patch.dict(os.environ, {FOLDER: str(folder)}))
        stack.enter_context(patch.object(running, "services", _watched))
        target = start_ours(stack, folder / "data", texts)
        numbers, measured = itertools.count(), Measured()
        asyncio.run(closed_loop(target.load, 1, _WARM_SECONDS, numbers, Measured()))
        _signal(target.pids, signal.SIGUSR1)
        asyncio.run(closed_loop(target.load, 1, seconds, numbers, measured))
        _signal(target.pids, signal.SIGUSR2)
        seen = {part: json.loads((folder / f"{part}.json").read_text(encoding="utf-8")) for part in PARTS}
    rows = [
        {"part": part, "stage": name, "ms": round(1000 * found[name][1] / len(measured.seconds), 3)}
        for part, found in seen.items()
        for name in dict.fromkeys(name for name, _ in STAGES[part])
        if name in found
    ]
    keep("stages", machine, {"rows": rows, "whole": measured.numbers()})
    click.echo("\n".join(stage_lines(machine, rows, measured.numbers())))


def stage_lines(machine: dict[str, Any], rows: list[dict[str, Any]], whole: dict[str, Any]) -> list[str]:
    """The table."""
    shown = [(PARTS[row["part"]], row["stage"], row["ms"]) for row in rows]
    told = f"共 {whole['answers']} 条、错误 {whole['errors']}；客户端所见 p50 {whole['p50_ms']} 毫秒、p95 {whole['p95_ms']} 毫秒。"
    return [machine_line(machine), "", *table(("进程", "阶段", "每条毫秒（平均）"), shown), "", told]


def _watched(settings: Any) -> tuple[Any, ...]:
    return tuple(dataclasses.replace(each, module=f"bench.staged.{each.name}") for each in services(settings))


def _signal(pids: Any, number: signal.Signals) -> None:
    for pid in pids.values():
        os.kill(pid, number)
    # Each handles it before its next message.
    time.sleep(1)


if __name__ == "__main__":
    main()
