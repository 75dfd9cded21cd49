"""`make bench-doubled`: two of each process against one of each, both behind nginx on PostgreSQL and Redis, asked in turns."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from bench.speed.comparing import Compared, compare, first_replies
from bench.speed.machine import described
from bench.speed.questions import chosen
from bench.speed.results import keep
from bench.speed.tables import machine_line, table
from bench.speed.targets import Target, asking
from bench.web import UNLIMITED
from koujing.knowledge.base import load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT
from soak.cluster import Cluster

_SIZES = (1, 2)
_SAME = 10


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", default=5.0, show_default=True, help="每一段问多少秒。")
@click.option("--turns", default=4, show_default=True, help="轮流问多少轮。")
def main(seconds: float, turns: int) -> None:
    """集群里各进程一个与各进程两个：同一台机器、同一次运行、同样的问题。"""
    os.environ.update(quiet_environment(os.environ))
    machine, texts = described(), chosen(load_knowledge(ROOT / "policies"))
    with ExitStack() as stack:
        targets = [_started(stack, size, texts) for size in _SIZES]
        same = sum(first_replies(targets[0], n) == first_replies(targets[1], n) for n in range(_SAME))
        _say(f"两边的答复逐字相同：{same}/{_SAME} 题。正在测量……")
        compared = compare(targets, turns, seconds, _say)
    rows = list(_rows(compared))
    errors = [error for each in compared for measured in each.measured.values() for error in measured.errors]
    keep("doubled", machine, {"rows": rows, "same_replies": f"{same}/{_SAME}"})
    click.echo("\n".join(doubled_lines(machine, rows)))
    for error in errors[:5]:
        _say(error)
    sys.exit(1 if errors or same < _SAME else 0)


def doubled_lines(machine: dict[str, Any], rows: Iterable[dict[str, Any]]) -> list[str]:
    """The table."""
    head = (
        "客户端",
        "desk、Rasa、动作服务各",
        "答复",
        "错误",
        "每秒",
        "p50 毫秒",
        "p95",
        "p99",
        "每条 CPU 毫秒",
        "内存 MB",
    )
    keys = ("clients", "each", "answers", "errors", "per_second", "p50_ms", "p95_ms", "p99_ms", "cpu_ms", "memory_mb")
    return [machine_line(machine), "", *table(head, [tuple(row[key] for key in keys) for row in rows])]


def _rows(compared: Sequence[Compared]) -> Iterator[dict[str, Any]]:
    for clients in compared[0].measured:
        for each in compared:
            numbers = each.measured[clients].numbers()
            yield {"clients": clients, "each": each.target.name, "memory_mb": round(each.memory), **numbers}


def _started(stack: ExitStack, size: int, texts: Sequence[str]) -> Target:
    _say(f"正在启动集群，各进程 {size} 个……")
    cluster = Cluster(stack.enter_context(_folder()), cluster_size=size, **UNLIMITED)
    stack.callback(cluster.stop)
    began = time.monotonic()
    cluster.start()
    seconds = time.monotonic() - began
    # nginx limits what comes from one address: here each client has its own, as people do.
    load = dataclasses.replace(asking(cluster.settings.desk_port, texts), addresses=True)
    return Target(f"{size} 个", load, cluster.pids(), seconds)


@contextmanager
def _folder() -> Iterator[Path]:
    """PostgreSQL has a user of its own, who must reach it."""
    folder = Path(tempfile.mkdtemp(prefix="koujing-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(message: str) -> None:
    click.echo(message, err=True)


if __name__ == "__main__":
    main()
