"""What it was measured on, and what processes use of it. Says nothing by which the machine could be found."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["cpu_seconds", "described", "memory_mb"]

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def described() -> dict[str, Any]:
    """Cores, processor, memory, system and date."""
    names = [line for line in (_PROC / "cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "date": dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": names[0].partition(":")[2].strip() if names else platform.machine(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds of the processor that processes and all that they started have used so far."""
    return sum(_used(pid) for pid in _with_children(pids))


def memory_mb(pids: Iterable[int]) -> float:
    """Megabytes of memory that processes and all that they started hold; what is shared counts once."""
    return sum(_held(pid) for pid in _with_children(pids))


def _with_children(pids: Iterable[int]) -> Iterator[int]:
    for pid in pids:
        yield pid
        for task in (_PROC / str(pid) / "task").glob("*/children"):
            yield from _with_children(map(int, task.read_text().split()))


def _used(pid: int) -> float:
    fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _held(pid: int) -> float:
    rollup = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
