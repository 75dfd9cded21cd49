"""Kleene evaluation of a condition tree, with the outcome of every leaf and the facts that can still change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koujing.knowledge.conditions import AllOf, AnyOf, Condition, Leaf, WindowCondition
from koujing.knowledge.facts import Value
from koujing.knowledge.provisions import Provision
from koujing.rules.derive import Facts, Known
from koujing.rules.operators import ORDERED_OPERATORS, UNARY_OPERATORS, compare
from koujing.rules.windows import bounds

__all__ = ["Evaluation", "Evaluator", "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """One leaf evaluated. `text` and `otherwise` are templates; `holds` None is unknown, or undecided by the notice."""

    id: str
    fact: str | None
    value: Value | None
    holds: bool | None
    clause: str
    text: str
    otherwise: str | None
    missing: tuple[str, ...] = ()
    estimated: bool = False
    undecided: bool = False


@dataclass(frozen=True)
class Evaluation:
    """A condition's three-valued outcome, its leaves, the leaves that decided it and the facts that may change it."""

    holds: bool | None
    outcomes: tuple[Outcome, ...]
    deciding: tuple[Outcome, ...]
    missing: tuple[str, ...]


class Evaluator:
    """Evaluates conditions of one provision over one asker's facts."""

    def __init__(self, provision: Provision, facts: Facts) -> None:
        self._provision, self._facts = provision, facts

    def evaluate(self, condition: Condition) -> Evaluation:
        """The outcome of a condition; unknown never becomes yes."""
        if isinstance(condition, Leaf | WindowCondition):
            outcome = self._leaf(condition) if isinstance(condition, Leaf) else self._window(condition)
            return Evaluation(outcome.holds, (outcome,), (outcome,), outcome.missing)
        if isinstance(condition, AllOf):
            return _combined([self.evaluate(part) for part in condition.parts], settled=False)
        if isinstance(condition, AnyOf):
            return _combined([self.evaluate(part) for part in condition.parts], settled=True)
        inner = self.evaluate(condition.part)
        holds = None if inner.holds is None else not inner.holds
        return Evaluation(holds, inner.outcomes, inner.deciding, inner.missing)

    def _leaf(self, leaf: Leaf) -> Outcome:
        known = self._facts.known(leaf.fact)
        holds = None
        if known.ends and self._bound_in_force(leaf) and (known.value is not None or leaf.op in ORDERED_OPERATORS):
            holds = _agreed(compare(leaf.op, end, self._bound(leaf)) for end in known.ends)
        undecided = holds is None and known.value is not None
        return Outcome(
            leaf.id, leaf.fact, known.value, holds, leaf.clause, leaf.text, leaf.otherwise,
            () if holds is not None else known.missing, known.estimated, undecided,
        )  # fmt: skip

    def _bound_in_force(self, leaf: Leaf) -> bool:
        """Whether the figure compared with holds on the day asked for; one of another time decides nothing."""
        return leaf.parameter is None or self._provision.parameters[leaf.parameter].in_force(self._facts.on)

    def _bound(self, leaf: Leaf) -> Value | list[str] | None:
        if leaf.op in UNARY_OPERATORS:
            return None
        if leaf.parameter is not None:
            return self._provision.parameters[leaf.parameter].value
        if isinstance(leaf.value, list):
            return [str(self._facts.types[leaf.fact].parse(option)) for option in leaf.value]
        return self._facts.types[leaf.fact].parse(leaf.value)

    def _window(self, condition: WindowCondition) -> Outcome:
        window = self._provision.windows[condition.window]
        opens, closes = bounds(self._provision, window)
        fact = window.fact or ("application_date" if window.of == "application" else None)
        known = self._facts.known(fact) if fact else Known(self._facts.on)
        days = [end for end in known.ends if isinstance(end, dt.date)]
        unclear = opens is not None and opens in days and not window.opening_day_decided
        # −1, 0, 1: before, within or after the window; both ends of a vague date must lie on the same side
        sides = {-1 if opens and day < opens else 1 if closes and day > closes else 0 for day in days}
        holds = None if unclear or len(sides) != 1 else sides == {0}
        return Outcome(
            f"window_{window.id}", fact, known.value, holds, window.clause, window.text, window.otherwise,
            () if holds is not None else known.missing, known.estimated, unclear and known.value is not None,
        )  # fmt: skip


def _agreed(outcomes: Iterable[bool | None]) -> bool | None:
    """The outcome on which both ends of an approximate value agree."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None


def _combined(parts: Sequence[Evaluation], *, settled: bool) -> Evaluation:
    """Kleene and (`settled` False: one no settles it) or or (`settled` True: one yes settles it)."""
    outcomes = tuple(outcome for part in parts for outcome in part.outcomes)
    settling = [part for part in parts if part.holds is settled]
    if settling:
        deciding = tuple(outcome for part in settling for outcome in part.deciding)
        return Evaluation(settled, outcomes, deciding, ())
    open_parts = [part for part in parts if part.holds is None]
    if settled:
        # Of alternatives, the one that most is already known to hold of is asked about first.
        open_parts.sort(key=lambda part: -sum(outcome.holds is True for outcome in part.outcomes))
    if open_parts:
        missing = tuple(dict.fromkeys(fact for part in open_parts for fact in part.missing))
        return Evaluation(None, outcomes, tuple(o for part in open_parts for o in part.deciding), missing)
    return Evaluation(not settled, outcomes, tuple(o for part in parts for o in part.deciding), ())
