"""What it was measured on, and what processes use of it. Says nothing by which the machine could be found."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
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
            with suppress(FileNotFoundError):
                yield from _with_children(map(int, task.read_text().split()))


def _used(pid: int) -> float:
    """With what children that have ended used: a server's, for one connection."""
    fields = _told(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _held(pid: int) -> float:
    lines = _told(pid, "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _told(pid: int, name: str) -> str:
    """Of a process that has ended, nothing."""
    try:
        return (_PROC / str(pid) / name).read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
