"""Facts as tests give them, and strategies that draw them near the lines the rules draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from koujing.knowledge.conditions import Leaf, leaves
from koujing.knowledge.facts import Fact, FactType, Value
from koujing.knowledge.provisions import Provision, Rule

DEMO_DATE = dt.date(2021, 9, 15)


def facts(types: Mapping[str, FactType], **raw: Any) -> dict[str, Fact]:
    """Given facts from plain data."""
    return {id: Fact(types[id].parse(value)) for id, value in raw.items()}


def default_rules(provision: Provision) -> list[Rule]:
    """The rules judged where the question names none."""
    return [rule for rule in provision.rules.values() if not rule.only_when_asked] or list(provision.rules.values())


def values(kind: FactType, provision: Provision) -> st.SearchStrategy[Value]:
    """Values of a fact, often on and beside the figures of a provision."""
    figures = [parameter.value for parameter in provision.parameters.values()]
    if kind.type == "yes_no":
        return st.booleans()
    if kind.type == "choice":
        return st.sampled_from(sorted(kind.options))
    if kind.type == "date":
        days = [day + dt.timedelta(days=n) for day in figures if isinstance(day, dt.date) for n in (-1, 0, 1)]
        return st.sampled_from(days or [DEMO_DATE]) | st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31))
    if kind.type == "month":
        return st.dates(dt.date(1955, 1, 1), dt.date(2005, 1, 1)).map(lambda day: day.replace(day=1))
    lines = [line + n for line in figures if isinstance(line, Fraction) for n in (-1, 0, 1) if line + n > 0]
    return st.sampled_from(lines or [Fraction(1)]) | st.integers(1, 400).map(Fraction)


@st.composite
def askers(draw: st.DrawFn, provision: Provision, types: Mapping[str, FactType], wanted: list[str]) -> dict[str, Fact]:
    """Some of the wanted facts, each with some value."""
    known = draw(st.lists(st.sampled_from(wanted), unique=True)) if wanted else []
    return {id: Fact(draw(values(types[id], provision))) for id in known}


def bearing(types: Mapping[str, FactType], rules: list[Rule]) -> list[str]:
    """Every fact that can bear on rules: their own, what those derive from, and what implies them."""
    open_facts = [leaf.fact for rule in rules for leaf in leaves(rule.when) if isinstance(leaf, Leaf)]
    open_facts += ["benefit_expiry_date", "unemployment_date"]  # of the windows
    found: list[str] = []
    while open_facts:
        fact = open_facts.pop(0)
        if fact not in found:
            found.append(fact)
            kind = types[fact]
            open_facts += [*(kind.derived.of if kind.derived else ()), *(i.fact for i in kind.implied_by)]
    return found
