"""Benefit amounts: exact arithmetic over parameters and facts by closed nodes, rounded as the provision states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from koujing.knowledge.figures import decimal_text
from koujing.knowledge.provisions import Amount, Provision
from koujing.rules.derive import Facts
from koujing.rules.evaluate import Evaluator

__all__ = ["Computed", "compute_amounts", "facts_used", "facts_wanted"]


@dataclass(frozen=True)
class Computed:
    """An amount with its value (None where a standard outside the notice is missing) as a plain decimal."""

    amount: Amount
    value: str | None
    applies: bool | None
    from_facts: bool


def compute_amounts(
    amounts: Iterable[Amount], provision: Provision, facts: Facts, evaluator: Evaluator
) -> tuple[Computed, ...]:
    """The amounts that can be said: those that do not apply, or lack a fact of the asker, are left out."""
    computed = []
    for amount in amounts:
        applies = True if amount.condition is None else evaluator.evaluate(amount.condition).holds
        if applies is False:
            continue
        value, used_fact = _value(amount.compute, provision, facts)
        if value is None and amount.outside is None:
            continue
        if used_fact and applies is None:
            continue
        text = None if value is None else decimal_text(value, amount.places, amount.rounding)
        computed.append(Computed(amount, text, applies, used_fact and value is not None))
    return tuple(computed)


def facts_wanted(amounts: Iterable[Amount], facts: Facts, evaluator: Evaluator) -> tuple[str, ...]:
    """The facts of the asker that amounts still lack, amount by amount; none for standards outside the notice."""
    wanted: list[str] = []
    for amount in amounts:
        used, chosen = facts_used(amount.compute), None
        if amount.condition is not None:
            chosen = evaluator.evaluate(amount.condition)
        if not used or amount.outside is not None or (chosen is not None and chosen.holds is False):
            continue
        wanted += sorted(fact for fact in used if facts.known(fact).value is None)
        wanted += () if chosen is None or chosen.holds else chosen.missing
    return tuple(dict.fromkeys(wanted))


def facts_used(node: Mapping[str, Any]) -> set[str]:
    """The facts that go into a computation."""
    ((kind, operand),) = node.items()
    if kind == "product":
        return set().union(*(facts_used(part) for part in operand))
    return {operand} if kind == "fact" else set()


def _value(node: Mapping[str, Any], provision: Provision, facts: Facts) -> tuple[Fraction | None, bool]:
    """The value of a node and whether a fact of the asker went into it."""
    ((kind, operand),) = node.items()
    if kind == "product":
        factors = [_value(part, provision, facts) for part in operand]
        product: Fraction | None = Fraction(1)
        for value, _ in factors:
            product = None if value is None or product is None else product * value
        return product, any(used for _, used in factors)
    if kind == "fact":
        known = facts.known(operand).value
        return (known, True) if isinstance(known, Fraction) else (None, True)
    parameter = provision.parameters[operand].value
    assert isinstance(parameter, Fraction)
    return (parameter / 100 if kind == "percent" else parameter), False
