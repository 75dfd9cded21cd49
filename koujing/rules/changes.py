"""What would turn a refusal: the smallest set of changes to the facts, and the first day on which it would.

Whether a change helps is never reasoned about but tried: the rules are determined anew with the changed facts on the
later day, so no change is offered that would not help, and windows, the day of effect and dated figures hold by
themselves. All other facts stay as told; what is worked out from the date (the months to retirement) moves with it; a
planned day of application lies no earlier than the change.

Of all sets that lead to a yes the smallest is taken, of equals the one soonest. Where other facts are still unknown no
set can lead there: then a single change is given if it leaves nothing decided against the asker (`open`), since advice
that removes one obstacle and leaves another standing is bad advice. A change that comes only after a window has closed
is `late`: said, not offered. A set that time alone makes needless (the notice is not yet in force) is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from koujing.knowledge.conditions import WindowCondition, leaves
from koujing.knowledge.facts import Fact, FactType
from koujing.knowledge.provisions import Provision, Rule
from koujing.rules.derive import Facts
from koujing.rules.determine import Determination, determine
from koujing.rules.retirement import RetirementLaw
from koujing.rules.turning import Asker, Change, changes_of
from koujing.rules.windows import bounds

__all__ = ["Way", "way_to_yes"]

_MOST_CHANGES = 3


@dataclass(frozen=True)
class Way:
    """Changes that together lead to a yes of a rule; `day` is the first on which they do.

    `outcome` is `eligible`, `open` (nothing known would stand against it) or `late` (`day` lies beyond a window);
    `unknown` are the facts of the conditions that would then be open.
    """

    rule: Rule
    changes: tuple[Change, ...]
    outcome: str
    day: dt.date
    unknown: tuple[str, ...] = ()


def way_to_yes(
    result: Determination,
    provision: Provision,
    given: Mapping[str, Fact],
    on: dt.date,
    types: dict[str, FactType],
    law: RetirementLaw,
) -> Way | None:
    """The smallest set of changes that would turn a refusal; None where nothing that can change would.

    Args:
        result: what `determine` said of the same facts on the same day.
    """
    if result.verdict != "ineligible":
        return None
    asker = Asker(provision, given, on, types, law)
    possible = [(item.rule, changes_of(asker, item.rule, item.evaluation.outcomes)) for item in result.results]
    single: list[Way] = []
    for size in range(_MOST_CHANGES + 1):
        sets = [(rule, chosen) for rule, changes in possible for chosen in combinations(changes, size)]
        ways = [way for rule, chosen in sets if (way := _way(asker, rule, chosen)) is not None]
        if size == 0 and ways:
            return None
        if eligible := [way for way in ways if way.outcome == "eligible"]:
            return min(eligible, key=lambda way: way.day)
        single += ways
    return min(single, key=lambda way: (way.outcome == "late", way.day), default=None)


def _way(asker: Asker, rule: Rule, changes: tuple[Change, ...]) -> Way | None:
    """How far changes of different facts lead, and on which first day."""
    if len({change.fact for change in changes}) < len(changes):
        return None
    first = max([asker.on, *(change.day for change in changes if change.day)])
    for day in sorted({first, *(start for start in _starts(asker, rule) if start > first)}):
        then = _then(asker, rule, changes, day)
        if then.verdict == "eligible":
            return Way(rule, changes, "eligible", day)
        if then.verdict == "need_info" and then.missing and len(changes) <= 1:
            left = [o.fact for o in then.results[0].evaluation.deciding if o.holds is None and o.fact is not None]
            return Way(rule, changes, "open", day, tuple(dict.fromkeys(left)))
    late = len(changes) == 1 and _only_closed(asker, _then(asker, rule, changes, first), first)
    return Way(rule, changes, "late", first) if late else None


def _starts(asker: Asker, rule: Rule) -> Iterator[dt.date]:
    """The days on which what is not yet open opens."""
    named = [leaf.window for leaf in leaves(rule.when) if isinstance(leaf, WindowCondition)]
    days = [asker.provision.since, *(bounds(asker.provision, asker.provision.windows[id])[0] for id in named)]
    return (day for day in days if day is not None)


def _then(asker: Asker, rule: Rule, changes: tuple[Change, ...], day: dt.date) -> Determination:
    """The rule determined on a later day, with the changes."""
    facts = {**asker.given, **{change.fact: Fact(change.value) for change in changes}}
    for change in changes:
        how = asker.types[change.fact].changes
        if how is not None and how.counts in facts:
            facts[how.counts] = _one_more(facts[how.counts])
    for id, fact in facts.items():
        planned = fact.value if fact.low is None else fact.low
        if asker.types[id].default == "on" and isinstance(planned, dt.date) and planned < day:
            facts[id] = Fact(day)
    return determine(asker.provision, [rule], Facts(asker.types, facts, day, asker.law))


def _one_more(fact: Fact) -> Fact:
    return replace(fact, value=fact.value + 1) if isinstance(fact.value, Fraction) else fact


def _only_closed(asker: Asker, then: Determination, day: dt.date) -> bool:
    """Whether nothing but windows that close between the day asked for and that day stands against the rule."""
    failing = {o.id for o in then.results[0].evaluation.deciding if o.holds is False}
    closing = set()
    for id, window in asker.provision.windows.items():
        closes = bounds(asker.provision, window)[1]
        if closes is not None and asker.on <= closes < day:
            closing.add(f"window_{id}")
    return then.verdict == "ineligible" and bool(failing) and failing <= closing
