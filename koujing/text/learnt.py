"""Facts that a trained model takes from a text, put beside those that the cues read.

A cue knows its words and goes first: the model adds what no cue has read, where it is sure enough, and never a figure
that a cue has taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from koujing.text.fact_values import Reading, in_range, nearest_year, taken_value
from koujing.text.figures import Folded
from koujing.text.guards import Guards

__all__ = ["SURE", "Learnt", "Taking", "Told", "learnt"]

SURE = 0.4
"""How likely a fact must be to be taken as said; a rival value half as likely leaves it open."""
# A clause that ends by asking (失业补助金我能不能领) tells little: so likely must be what it seems to say.
_ASKED = 0.75


class Told(Protocol):
    """A fact that a model finds stated from `start` to `end` of a text, and how likely; `value` None: the figure there."""

    @property
    def fact(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def share(self) -> float: ...


@dataclass(frozen=True)
class Taking:
    """How a figure becomes the value of a fact: what is taken of it, whether a date has been already, and of which time it
    must be."""

    take: str
    past: bool
    dated: str | None = None


@dataclass(frozen=True)
class Learnt:
    """A fact as the model has it: its value and where it stands, with the slot of its figure."""

    fact: str
    reading: Reading
    start: int
    end: int
    slots: tuple[int, ...] = ()


def learnt(
    told: Iterable[Told],
    folded: Folded,
    types: Mapping[str, Mapping[str, Any]],
    takings: Mapping[str, Taking],
    guards: Guards,
    on: dt.date,
    taken: Collection[int],
) -> Iterator[Learnt]:
    """The facts sure enough, the likeliest first; `taken` are the slots of figures that are spoken for."""
    ranked = sorted(told, key=lambda each: (-each.share, each.start, each.fact))
    figures = {span.start: (slot, span) for slot, span in folded.figures.items()}
    for each in ranked:
        if each.share < SURE or each.fact not in types or _disputed(each, ranked):
            continue
        if each.value is not None:
            clause = folded.original[each.start : each.end]
            if guards.asks(clause) or guards.generic(folded.original, each.start):
                continue
            if each.share < _ASKED and guards.asks_last(clause):
                continue
            if (value := _plain(types[each.fact], each.value)) is not None:
                yield Learnt(each.fact, Reading(value), each.start, each.end)
            continue
        slot, span = figures.get(each.start, (-1, None))
        taking = takings.get(each.fact)
        if span is None or taking is None or slot in taken or guards.inexact(folded.original, span):
            continue
        if guards.dated(taking.dated, folded, span.start, span.end, on) is None:
            continue  # it is of another time
        reading = taken_value(taking.take, span, on, taking.past)
        if reading is not None and "default" in types[each.fact]:
            reading = nearest_year(reading, span, on)
        if reading is not None and in_range(types[each.fact], reading.value):
            yield Learnt(each.fact, reading, span.start, span.end, (slot,))


def _disputed(each: Told, others: Iterable[Told]) -> bool:
    """Whether another value of the same fact, or another fact of the same figure, is half as likely or more."""
    return any(
        other is not each
        and other.share >= each.share / 2
        and (
            (other.fact == each.fact and None not in (each.value, other.value) and other.value != each.value)
            or (other.value is None and each.value is None and other.start == each.start and other.fact != each.fact)
        )
        for other in others
    )


def _plain(kind: Mapping[str, Any], value: str) -> bool | str | int | None:
    if kind["type"] == "yes_no":
        return {"true": True, "false": False}.get(value)
    if kind["type"] == "choice":
        return value if value in kind.get("options", {}) else None
    return int(value) if value.isdigit() and kind["type"] not in ("date", "month") else None
