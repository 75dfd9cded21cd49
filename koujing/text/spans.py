"""A figure found in a text: where it stands, how it was said, its value and how exact that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

__all__ = ["Kind", "Span", "longest"]

Kind = Literal["number", "percent", "money", "duration", "date"]


@dataclass(frozen=True)
class Span:
    """One figure. Durations count months, money 元, percents per cent.

    `low` and `high` bound an approximate value (二十来个: 20–29); for dates they are the first and the last day
    meant, and `precision` is day, month, year or vague. `year_said` is false for 8月3日, whose year is a guess.
    """

    start: int
    end: int
    kind: Kind
    value: Fraction | dt.date
    said: str
    approximate: bool = False
    low: Fraction | dt.date | None = None
    high: Fraction | dt.date | None = None
    precision: str = "exact"
    year_said: bool = True


def longest(spans: Iterable[Span]) -> list[Span]:
    """The spans that remain when of overlapping ones the leftmost, then longest, then first given is kept."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
