"""What was done when, how long it took to recover, and how the memory of the processes went."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Growth", "Struck", "Timeline", "table"]

_MEGABYTE = 1 << 20
# Of those that are taken every two seconds.
_LOADING_LOOKS = 20


@dataclass(frozen=True)
class Struck:
    """One fault: whom it struck, after how many seconds questions were answered for good, and all parts were well."""

    id: str
    words: str
    whom: str
    answered: float | None
    whole: float | None
    slowest: float

    @property
    def line(self) -> str:
        """As progress."""
        return (
            f"{self.words}（{self.whom}）：可答 {_seconds(self.answered)}，齐全 {_seconds(self.whole)}，"
            f"其间最慢的一答 {self.slowest:.1f} 秒"
        )


@dataclass
class Growth:
    """The memory of one process by name, from when a start is done with loading."""

    starts: int = 0
    pid: int = 0
    looks: int = 0
    first: int = 0
    last: int = 0
    most: int = 0
    grown: int = 0

    def seen(self, pid: int, bytes_used: int) -> None:
        """A look at it."""
        if not bytes_used:
            return
        if pid != self.pid:
            self.pid, self.looks, self.starts = pid, 0, self.starts + 1
        self.looks += 1
        if self.looks <= _LOADING_LOOKS:
            self.first = bytes_used
        self.last, self.most = bytes_used, max(self.most, bytes_used)
        self.grown = max(self.grown, bytes_used - self.first)


@dataclass
class Timeline:
    """A whole run."""

    struck: list[Struck] = field(default_factory=list)
    growth: defaultdict[str, Growth] = field(default_factory=lambda: defaultdict(Growth))

    @property
    def never(self) -> list[Struck]:
        """Faults that were not recovered from."""
        return [one for one in self.struck if one.answered is None or one.whole is None]

    def recoveries(self) -> list[tuple[str, ...]]:
        """Per class: how often; seconds until answered and until whole, shortest, median and longest; the slowest answer."""
        rows = []
        by_class = defaultdict(list)
        for one in self.struck:
            by_class[one.id].append(one)
        for found in by_class.values():
            slowest = f"{max(one.slowest for one in found):.1f}"
            spans = (_spread([one.answered for one in found]), _spread([one.whole for one in found]))
            rows.append((found[0].words, str(len(found)), *spans, slowest))
        return rows

    def memory(self) -> list[tuple[str, ...]]:
        """Per process, in megabytes."""
        return [
            (name, str(one.starts), *(f"{each / _MEGABYTE:.0f}" for each in (one.first, one.last, one.most, one.grown)))
            for name, one in sorted(self.growth.items())
        ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _seconds(value: float | None) -> str:
    return "没有恢复" if value is None else f"{value:.1f} 秒"


def _spread(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return "有没恢复的"
    return f"{min(known):.1f} / {statistics.median(known):.1f} / {max(known):.1f}"
