"""Shares with their Wilson 95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Share", "share_of", "wilson"]

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(successes: int, total: int) -> tuple[float, float]:
    """The 95 % score interval (Wilson 1927) of a share; (0, 1) where nothing was counted.

    Raises:
        ValueError: the counts cannot be.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"cannot be {successes} of {total}")
    if total == 0:
        return 0.0, 1.0
    share, square = successes / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == total else middle + half
    return low, high


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None where nothing was counted."""
        return self.hits / self.total if self.total else None

    def __str__(self) -> str:
        if not self.total:
            return "—"
        low, high = wilson(self.hits, self.total)
        return f"{100 * self.hits / self.total:.1f}％（{100 * low:.1f}–{100 * high:.1f}）{self.hits}/{self.total}"


def share_of(outcomes: Iterable[bool | None]) -> Share:
    """How many are true; None does not count."""
    counted = [outcome for outcome in outcomes if outcome is not None]
    return Share(sum(counted), len(counted))
