"""What a message of the ask API costs each process of this project, and of another checkout of it in the same run, in turns.

`python -m bench.processes`, or `python -m bench.processes --peer FOLDER` with an older checkout that has its model.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

from bench.speed.client import Measured, closed_loop
from bench.speed.machine import cpu_seconds, described
from bench.speed.questions import chosen
from bench.speed.results import keep
from bench.speed.tables import machine_line, table
from bench.speed.targets import start_ours
from koujing.knowledge.base import load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT, Settings
from tests.e2e import running

_SETTING = re.compile(r"`(KOUJING_[A-Z_]+)`")
_WARM_SECONDS = 4.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--peer",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="另一份检出（须有自己的模型），轮流比较。",
)
@click.option("--seconds", default=10.0, show_default=True, help="每一段问多少秒。")
@click.option("--clients", default=4, show_default=True, help="多少个客户端同时问。")
@click.option("--turns", default=3, show_default=True, help="轮流多少轮。")
def main(peer: Path | None, seconds: float, clients: int, turns: int) -> None:
    """一条消息在各进程用掉的处理器时间（毫秒）。"""
    os.environ.update(quiet_environment(os.environ))
    machine, texts = described(), chosen(load_knowledge(ROOT / "policies"))
    folders = {"本版": ROOT, **({"对照版": peer.resolve()} if peer else {})}
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="koujing-bench-")))
        targets = {}
        for name, folder in folders.items():
            with patch.object(running, "ROOT", folder), patch.object(Settings, "environment", _known_to(folder)):
                targets[name] = start_ours(stack, data / name, texts)
        numbers = {name: itertools.count() for name in targets}
        used: dict[str, dict[str, float]] = {name: dict.fromkeys(target.pids, 0.0) for name, target in targets.items()}
        asked = {name: Measured() for name in targets}
        for turn in range(-1, turns):
            for name, target in targets.items():
                before = {process: cpu_seconds([pid]) for process, pid in target.pids.items()}
                into = asked[name] if turn >= 0 else Measured()
                asyncio.run(
                    closed_loop(target.load, clients, seconds if turn >= 0 else _WARM_SECONDS, numbers[name], into)
                )
                for process, pid in target.pids.items() if turn >= 0 else ():
                    used[name][process] += cpu_seconds([pid]) - before[process]
    rows = [
        {
            "version": name, "answers": len(asked[name].seconds), "errors": len(asked[name].errors),
            "p50_ms": asked[name].numbers()["p50_ms"],
            **{process: round(1000 * spent / max(1, len(asked[name].seconds)), 2) for process, spent in used[name].items()},
        }
        for name in targets
    ]  # fmt: skip
    how = {"clients": clients, "turns": turns, "seconds": seconds}
    keep("processes", machine, {"rows": rows, "how": how})
    click.echo("\n".join(process_lines(machine, rows, how)))


def _known_to(folder: Path) -> Callable[[Settings], dict[str, str]]:
    """The settings as a checkout knows them, with its own policies and model: an older one refuses what came later."""
    known = set(_SETTING.findall((folder / "docs" / "settings.md").read_text(encoding="utf-8")))
    every = Settings.environment

    def environment(settings: Settings) -> dict[str, str]:
        own = {name: value for name, value in every(settings).items() if name in known}
        return {name: value.replace(f"{ROOT}/", f"{folder}/", 1) for name, value in own.items()}

    return environment


def process_lines(machine: dict[str, Any], rows: list[dict[str, Any]], how: dict[str, Any]) -> list[str]:
    """The table."""
    head = ("", "答复", "错误", "p50 毫秒", "desk CPU 毫秒", "Rasa CPU", "动作服务 CPU", "合计")
    shown = [
        (
            row["version"], row["answers"], row["errors"], row["p50_ms"], row["desk"], row["rasa"], row["actions"],
            round(row["desk"] + row["rasa"] + row["actions"], 2),
        )
        for row in rows
    ]  # fmt: skip
    told = f"{how['clients']} 个客户端，轮流 {how['turns']} 轮，每段 {how['seconds']:g} 秒。"
    return [machine_line(machine), "", *table(head, shown), "", told]


if __name__ == "__main__":
    main()
