"""Derived facts: a closed table of computations over other facts, with the facts still missing for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from koujing.knowledge.facts import Fact, FactType, Implication, Value
from koujing.rules.retirement import RetirementLaw, months_to_retirement

__all__ = ["Facts", "Known"]


@dataclass(frozen=True)
class Known:
    """What is known of one fact: its value, or the facts to ask for; `estimated` when computed by an assumption."""

    value: Value | None
    missing: tuple[str, ...] = ()
    estimated: bool = False


class Facts:
    """The facts of one asker on one date, given or derived. Unconfirmed facts are not used."""

    def __init__(
        self, types: Mapping[str, FactType], given: Mapping[str, Fact], on: dt.date, law: RetirementLaw
    ) -> None:
        self._types, self._given, self.on, self._law = types, given, on, law

    def known(self, fact: str) -> Known:
        """A fact's value: as given, else by its default (the date asked for), else derived."""
        if fact in self._given and self._given[fact].confirmed:
            return Known(self._given[fact].value)
        kind = self._types[fact]
        if kind.default == "on":
            return Known(self.on)
        for implication in kind.implied_by:
            if self._holds(implication):
                return Known(implication.value)
        if kind.derived is None:
            return Known(None, (fact,))
        return self._derived(kind)

    def _holds(self, implication: Implication) -> bool:
        """Whether a given (never a derived) fact entails another."""
        given = self._given.get(implication.fact)
        if given is None or not given.confirmed:
            return False
        if implication.when == "positive":
            return isinstance(given.value, Fraction) and given.value > 0
        return given.value is (implication.when == "true")

    def _derived(self, kind: FactType) -> Known:
        assert kind.derived is not None
        inputs = [self.known(name) for name in kind.derived.of]
        values = [known.value for known in inputs]
        missing = tuple(name for known in inputs for name in known.missing)
        estimated = kind.estimate is not None or any(known.estimated for known in inputs)
        if kind.derived.op == "months_to_retirement":
            return self._retirement(kind, values)
        first = values[0]
        if kind.derived.op == "percent_ratio" and first == 0:
            return Known(Fraction(0), (), False)
        if missing:
            return Known(None, missing)
        left, right = (value for value in values if isinstance(value, Fraction))
        if kind.derived.op == "difference":
            return Known(left - right, (), estimated)
        if right == 0:
            return Known(None, (kind.derived.of[1],))
        ratio = left / right
        return Known(ratio * 100 if kind.derived.op == "percent_ratio" else ratio, (), estimated)

    def _retirement(self, kind: FactType, values: list[Value | None]) -> Known:
        assert kind.derived is not None
        sex_fact, post_fact, birth_fact = kind.derived.of
        sex, post, birth = values
        missing = [name for name, value in ((sex_fact, sex), (birth_fact, birth)) if value is None]
        if isinstance(sex, str) and isinstance(birth, dt.date):
            left = months_to_retirement(self._law, sex, post if isinstance(post, str) else None, birth, self.on)
            if left is not None:
                return Known(Fraction(left))
        if sex != "male" and post is None:
            missing.append(post_fact)
        order = [sex_fact, post_fact, birth_fact]
        return Known(None, tuple(sorted(missing, key=order.index)))
