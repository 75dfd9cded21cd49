"""Derived facts: a closed table of computations over other facts, with the facts still missing for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from koujing.knowledge.facts import Fact, FactType, Value
from koujing.rules.retirement import RetirementLaw, months_to_retirement

__all__ = ["Facts", "Known"]


@dataclass(frozen=True)
class Known:
    """What is known of one fact: its value, or the facts to ask for; `estimated` when computed by an assumption.

    A fact known only approximately has no value but its `low` and `high` ends.
    """

    value: Value | None
    missing: tuple[str, ...] = ()
    estimated: bool = False
    low: Value | None = None
    high: Value | None = None

    @property
    def ends(self) -> tuple[Value, ...]:
        """The value, else both ends of what it may be, else nothing."""
        if self.value is not None:
            return (self.value,)
        return () if self.low is None or self.high is None else (self.low, self.high)


class Facts:
    """The facts of one asker on one date, given or derived. Of unconfirmed facts only their bounds are used.

    What was worked out once is remembered, so that many provisions can be judged by the same facts at little cost.
    """

    def __init__(
        self, types: Mapping[str, FactType], given: Mapping[str, Fact], on: dt.date, law: RetirementLaw
    ) -> None:
        self.types, self.given, self.on, self.law = types, given, on, law
        self._found: dict[str, Known] = {}

    def known(self, fact: str) -> Known:
        """A fact's value: as given, else its bounds, else by its default (the date asked for), else derived."""
        found = self._found.get(fact)
        if found is None:
            found = self._found[fact] = self._known(fact)
        return found

    def _known(self, fact: str) -> Known:
        given = self.given.get(fact)
        if given is not None and given.confirmed:
            return Known(given.value)
        if given is not None and given.low is not None and given.high is not None:
            return Known(None, (fact,), False, given.low, given.high)
        kind = self.types[fact]
        if kind.default == "on":
            return Known(self.on)
        for implication in kind.implied_by:
            told = self.given.get(implication.fact)
            if told is not None and implication.holds_of(told):
                return Known(implication.value)
        if kind.derived is None:
            return Known(None, (fact,))
        return self._derived(kind)

    def _derived(self, kind: FactType) -> Known:
        assert kind.derived is not None
        inputs = [self.known(name) for name in kind.derived.of]
        missing = tuple(name for known in inputs for name in known.missing)
        estimated = kind.estimate is not None or any(known.estimated for known in inputs)
        if kind.derived.op == "months_to_retirement":
            return self._retirement(kind, inputs)
        if kind.derived.op == "month_of_age":
            return self._born(kind, inputs[0])
        if kind.derived.op == "percent_ratio" and inputs[0].value == 0:
            return Known(Fraction(0), (), False)
        corners = [_computed(kind.derived.op, corner) for corner in product(*(known.ends for known in inputs))]
        if any(corner is None for corner in corners):
            return Known(None, (kind.derived.of[1],))
        ends = [corner for corner in corners if corner is not None]
        if not ends:
            return Known(None, missing)
        if missing:
            return Known(None, missing, estimated, min(ends), max(ends))
        return Known(ends[0], (), estimated)

    def _born(self, kind: FactType, age: Known) -> Known:
        """The months in which someone of an age (周岁) can have been born: known approximately, unless asked."""
        years = [int(end) for end in age.ends if isinstance(end, Fraction) and end < self.on.year - 1]
        if not years:
            return Known(None, (kind.id,))
        this = self.on.replace(day=1)
        return Known(
            None,
            (kind.id,),
            False,
            this.replace(year=this.year - max(years) - 1),
            this.replace(year=this.year - min(years)),
        )

    def _retirement(self, kind: FactType, inputs: Sequence[Known]) -> Known:
        assert kind.derived is not None
        sex_fact, post_fact, birth_fact = kind.derived.of
        sex, post, birth = (known.value for known in inputs)
        missing = [name for name, value in ((sex_fact, sex), (birth_fact, birth)) if value is None]
        if isinstance(sex, str):
            on_post = post if isinstance(post, str) else None
            left = [self._months_left(sex, on_post, end) for end in inputs[2].ends]
            ends = [Fraction(months) for months in left if months is not None]
            if ends and len(ends) == len(left):
                if birth is not None:
                    return Known(ends[0])
                return Known(None, (birth_fact,), False, min(ends), max(ends))
        if sex != "male" and post is None:
            missing.append(post_fact)
        order = [sex_fact, post_fact, birth_fact]
        return Known(None, tuple(sorted(missing, key=order.index)))

    def _months_left(self, sex: str, post: str | None, birth: Value) -> int | None:
        assert isinstance(birth, dt.date)
        return months_to_retirement(self.law, sex, post, birth, self.on)


def _computed(op: str, corner: Sequence[Value]) -> Fraction | None:
    """One corner of a computation, monotone in each input, so that its extremes stand at corners; None: by zero."""
    left, right = (value for value in corner if isinstance(value, Fraction))
    if op == "difference":
        return left - right
    if right == 0:
        return None
    return left / right * (100 if op == "percent_ratio" else 1)
