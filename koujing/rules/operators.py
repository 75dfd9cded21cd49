"""The closed table of operators: how a fact's value is compared. Three values: True, False, None (undecided)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from koujing.knowledge.facts import Value

__all__ = [
    "DATE_OPERATORS",
    "NUMBER_OPERATORS",
    "OPERATORS",
    "ORDERED_OPERATORS",
    "PLAIN_OPERATORS",
    "UNARY_OPERATORS",
    "compare",
]

Comparison = Callable[[Any, Any], bool | None]


def _after_day_undecided(value: dt.date, bound: dt.date) -> bool | None:
    """之后 without （含）: the day itself is left undecided by the notice (design §4, edges)."""
    return None if value == bound else value > bound


PLAIN_OPERATORS: Mapping[str, Comparison] = {
    "is": lambda value, bound: bool(value == bound),
    "is_not": lambda value, bound: bool(value != bound),
    "in": lambda value, bound: value in bound,
    "not_in": lambda value, bound: value not in bound,
}
NUMBER_OPERATORS: Mapping[str, Comparison] = {
    "at_most": lambda value, bound: bool(value <= bound),
    "less_than": lambda value, bound: bool(value < bound),
    "at_least": lambda value, bound: bool(value >= bound),
    "more_than": lambda value, bound: bool(value > bound),
}
DATE_OPERATORS: Mapping[str, Comparison] = {
    "before": lambda value, bound: bool(value < bound),
    "on_or_before": lambda value, bound: bool(value <= bound),
    "after": lambda value, bound: bool(value > bound),
    "on_or_after": lambda value, bound: bool(value >= bound),
    "after_day_undecided": _after_day_undecided,
}
UNARY_OPERATORS: Mapping[str, Comparison] = {
    "positive": lambda value, _: bool(value > 0),
    "zero": lambda value, _: bool(value == 0),
}
# What holds at both ends of a range holds everywhere between them.
ORDERED_OPERATORS = frozenset({*NUMBER_OPERATORS, *DATE_OPERATORS, "positive"})
OPERATORS: Mapping[str, Comparison] = {**PLAIN_OPERATORS, **NUMBER_OPERATORS, **DATE_OPERATORS, **UNARY_OPERATORS}


def compare(op: str, value: Value, bound: Value | list[str] | None) -> bool | None:
    """The outcome of one comparison; both sides already of the fact's type.

    Raises:
        KeyError: the operator is not in the table (refused at load).
    """
    return OPERATORS[op](value, bound)
