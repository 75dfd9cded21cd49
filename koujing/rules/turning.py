"""Single changes: what one fact can become, by the data on how it changes, so that a condition turns; and from which day.

Months are calendar months from the day asked for: the same day of the month, or its last where it is shorter. A duration
worked out from a month of birth turns on the first of a month, as its law counts. An age known with the month of birth
counts from the first of the month after the birthday, when it is surely reached; without that month it has no date.
What is known only approximately never changes: its gap is not known.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from koujing.knowledge.conditions import Leaf, WindowCondition, leaves
from koujing.knowledge.facts import Fact, FactType, Value
from koujing.knowledge.provisions import Provision, Rule
from koujing.rules.derive import Facts
from koujing.rules.evaluate import Outcome
from koujing.rules.operators import UNARY_OPERATORS, compare
from koujing.rules.retirement import RetirementLaw

__all__ = ["Asker", "Change", "bound_of", "changes_of", "months_later"]

_MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Change:
    """One fact changed: what it becomes, the condition it turns, by how much, and from which day (None: by the asker)."""

    fact: str
    value: Value
    condition: Leaf | WindowCondition
    gap: int = 0
    day: dt.date | None = None


@dataclass(frozen=True)
class Asker:
    """Someone's facts on a day, and what they are measured by."""

    provision: Provision
    given: Mapping[str, Fact]
    on: dt.date
    types: dict[str, FactType]
    law: RetirementLaw

    def facts(self, day: dt.date) -> Facts:
        """The facts as they stand on a day if nothing else changes."""
        return Facts(self.types, self.given, day, self.law)

    def turned(self, leaf: Leaf, value: Value, holds: bool) -> bool:
        """Whether a value gives a condition another outcome than it had."""
        return compare(leaf.op, value, bound_of(self.provision, self.types, leaf)) is not holds


def changes_of(asker: Asker, rule: Rule, outcomes: tuple[Outcome, ...]) -> list[Change]:
    """Every change of one fact that turns a condition of the rule, whose outcomes are given."""
    by_id = {outcome.id: outcome for outcome in outcomes}
    found: dict[tuple[str, Value], Change] = {}
    for condition in leaves(rule.when):
        outcome = by_id[condition.id if isinstance(condition, Leaf) else f"window_{condition.window}"]
        if outcome.fact is None or outcome.value is None or outcome.holds is None:
            continue
        change = _turning(asker, condition, asker.types[outcome.fact], outcome.value, outcome.holds)
        if change is not None:
            found.setdefault((change.fact, change.value), change)
    return list(found.values())


def _turning(
    asker: Asker, condition: Leaf | WindowCondition, kind: FactType, value: Value, holds: bool
) -> Change | None:
    how = kind.changes.how if kind.changes else None
    if isinstance(condition, WindowCondition):
        late = isinstance(value, dt.date) and value > asker.on
        return Change(kind.id, asker.on, condition) if how == "sooner" and late else None
    if how == "act":
        return Change(kind.id, True, condition) if value is False and _can_act(asker, kind) else None
    if how in ("grows", "shrinks") and isinstance(value, Fraction):
        return _by_months(asker, kind, condition, value, holds)
    if how == "comes_of_age" and isinstance(value, Fraction):
        return _by_birthday(asker, kind, condition, value, holds)
    return None


def _can_act(asker: Asker, kind: FactType) -> bool:
    needs = kind.changes.needs if kind.changes else ()
    return all(asker.facts(asker.on).known(fact).value is not False for fact in needs)


def _by_months(asker: Asker, kind: FactType, leaf: Leaf, value: Fraction, holds: bool) -> Change | None:
    """The first month in which a duration turns the condition: as told, or as worked out anew from its inputs."""
    assert kind.changes is not None
    step = 1 if kind.changes.how == "grows" else -1
    told = kind.id in asker.given and asker.given[kind.id].confirmed
    start = asker.on if told else asker.on.replace(day=1)
    for months in range(1, kind.changes.within + 1):
        day = months_later(start, months)
        then = value + step * months if told else asker.facts(day).known(kind.id).value
        if then is not None and asker.turned(leaf, then, holds):
            return Change(kind.id, then, leaf, months, day)
    return None


def _by_birthday(asker: Asker, kind: FactType, leaf: Leaf, value: Fraction, holds: bool) -> Change | None:
    assert kind.changes is not None
    assert kind.changes.born is not None
    born = asker.facts(asker.on).known(kind.changes.born).value
    if not isinstance(born, dt.date):
        return None
    for years in range(1, kind.changes.within // _MONTHS_A_YEAR + 1):
        if asker.turned(leaf, value + years, holds):
            day = months_later(born, int(value + years) * _MONTHS_A_YEAR + 1)
            return Change(kind.id, value + years, leaf, years, day) if day > asker.on else None
    return None


def bound_of(provision: Provision, types: Mapping[str, FactType], leaf: Leaf) -> Value | None:
    """What a condition on one number compares with; None where it needs nothing."""
    if leaf.op in UNARY_OPERATORS:
        return None
    return provision.parameters[leaf.parameter].value if leaf.parameter else types[leaf.fact].parse(leaf.value)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day some calendar months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
