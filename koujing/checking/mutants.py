"""Mutation test of the policy data: every changed operator, figure, date or dropped condition must fail a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from koujing.checking.cases import run_case
from koujing.knowledge.conditions import AllOf, AnyOf, Condition, Leaf, Not, WindowCondition
from koujing.knowledge.facts import FactType
from koujing.knowledge.parameters import Parameter
from koujing.knowledge.provisions import Case, Provision, Rule, Window
from koujing.rules.retirement import RetirementLaw

__all__ = ["Mutant", "mutants", "survivors"]

_SWAPS = {
    "is": ("is_not",), "is_not": ("is",), "in": ("not_in",), "not_in": ("in",),
    "at_most": ("less_than", "at_least"), "less_than": ("at_most",), "at_least": ("more_than", "at_most"),
    "more_than": ("at_least",), "positive": ("zero",), "zero": ("positive",),
    "before": ("on_or_before",), "on_or_before": ("before", "on_or_after"), "after": ("on_or_after",),
    "on_or_after": ("after", "on_or_before"), "after_day_undecided": ("on_or_after", "after"),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A provision with one thing changed; `id` names what."""

    id: str
    provision: Provision


def mutants(provision: Provision) -> Iterator[Mutant]:
    """Every mutant of a provision: parameters nudged, operators swapped, parts dropped, windows shifted or inverted."""
    used = _used(provision)
    for parameter in provision.parameters.values():
        if parameter.id in used:
            for change, mutated in _nudged(parameter):
                changed = {**provision.parameters, parameter.id: mutated}
                yield Mutant(f"{provision.id}@{parameter.id} {change}", replace(provision, parameters=changed))
    for rule in provision.rules.values():
        for change, condition in _changed(rule.when):
            yield _with_rule(provision, rule, condition, change)
        for amount in rule.amounts:
            rest = tuple(other for other in rule.amounts if other is not amount)
            changed_rule = replace(rule, amounts=rest)
            yield Mutant(f"{provision.id}#{rule.id} 删数额 {amount.id}", _replaced(provision, changed_rule))
            if amount.condition is not None:
                for change, condition in _changed(amount.condition):
                    other = replace(amount, condition=condition)
                    swapped = tuple(other if a is amount else a for a in rule.amounts)
                    name = f"{provision.id}#{rule.id} 数额 {amount.id} {change}"
                    yield Mutant(name, _replaced(provision, replace(rule, amounts=swapped)))
    for window in provision.windows.values():
        yield from _window_mutants(provision, window)
    if provision.since is not None and provision.rules:
        later = replace(provision, since=provision.since + dt.timedelta(days=1))
        yield Mutant(f"{provision.id} 施行日推后一天", later)
        yield Mutant(f"{provision.id} 删施行日", replace(provision, since=None, since_cite=None))


def _with_rule(provision: Provision, rule: Rule, condition: Condition, change: str) -> Mutant:
    return Mutant(f"{provision.id}#{rule.id} {change}", _replaced(provision, replace(rule, when=condition)))


def _replaced(provision: Provision, rule: Rule) -> Provision:
    return replace(provision, rules={**provision.rules, rule.id: rule})


def _used(provision: Provision) -> set[str]:
    """Parameters on which a verdict, an amount or a window rests."""
    used: set[str] = set()
    for rule in provision.rules.values():
        used |= {leaf.parameter for leaf in _leaves(rule.when) if leaf.parameter}
        for amount in rule.amounts:
            used |= _computed(amount.compute)
            if amount.condition is not None:
                used |= {leaf.parameter for leaf in _leaves(amount.condition) if leaf.parameter}
    for amount in provision.amounts if provision.rules else ():
        used |= _computed(amount.compute)
    for window in provision.windows.values():
        used |= {name for name in (window.opens, window.closes) if name}
    return used


def _computed(node: object) -> set[str]:
    if not isinstance(node, dict):
        return set()
    names: set[str] = set()
    for kind, operand in node.items():
        if kind in ("parameter", "percent"):
            names.add(operand)
        elif kind == "product":
            names = names.union(*(_computed(part) for part in operand))
    return names


def _leaves(condition: Condition) -> Iterator[Leaf]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _leaves(part)
    elif isinstance(condition, Not):
        yield from _leaves(condition.part)
    elif isinstance(condition, Leaf):
        yield condition


def _nudged(parameter: Parameter) -> Iterator[tuple[str, Parameter]]:
    if isinstance(parameter.value, dt.date):
        for days in (-1, 1):
            yield f"{days:+d}天", replace(parameter, value=parameter.value + dt.timedelta(days=days))
        return
    step = Fraction(1, 100) if parameter.unit in ("ratio", "multiple") else Fraction(1)
    for sign in (-1, 1):
        yield f"{'加' if sign > 0 else '减'}{step}", replace(parameter, value=parameter.value + sign * step)


def _changed(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """A condition with one operator swapped, one part dropped, one option left out, or all and any exchanged."""
    if isinstance(condition, AllOf | AnyOf):
        kind = type(condition)
        for index, part in enumerate(condition.parts):
            rest = condition.parts[:index] + condition.parts[index + 1 :]
            if rest:
                yield f"删 {_name(part)}", kind(rest)
            for change, changed in _changed(part):
                yield change, kind((*condition.parts[:index], changed, *condition.parts[index + 1 :]))
        if len(condition.parts) > 1:
            other = AnyOf if isinstance(condition, AllOf) else AllOf
            yield f"{_name(condition)} 且或互换", other(condition.parts)
    elif isinstance(condition, Not):
        yield "删“非”", condition.part
    elif isinstance(condition, Leaf):
        for op in _SWAPS[condition.op]:
            yield f"{condition.id} {condition.op}→{op}", replace(condition, op=op)
        if isinstance(condition.value, list) and len(condition.value) > 1:
            for option in condition.value:
                fewer = [other for other in condition.value if other != option]
                yield f"{condition.id} 少 {option}", replace(condition, value=fewer)


def _name(condition: Condition) -> str:
    if isinstance(condition, Leaf):
        return condition.id
    if isinstance(condition, WindowCondition):
        return f"window_{condition.window}"
    inner = condition.part if isinstance(condition, Not) else condition.parts[0]
    return f"({_name(inner)}…)"


def _window_mutants(provision: Provision, window: Window) -> Iterator[Mutant]:
    if not provision.rules:
        return
    for end, changed in (("opens", replace(window, opens=None)), ("closes", replace(window, closes=None))):
        if getattr(window, end) is not None:
            windows = {**provision.windows, window.id: changed}
            yield Mutant(f"{provision.id} 期限 {window.id} 删 {end}", replace(provision, windows=windows))
    if not window.opening_day_decided:
        changed = replace(window, opening_day_decided=True)
        windows = {**provision.windows, window.id: changed}
        yield Mutant(f"{provision.id} 期限 {window.id} 起始日当作含", replace(provision, windows=windows))


def survivors(provision: Provision, facts: dict[str, FactType], law: RetirementLaw) -> tuple[int, list[str]]:
    """How many mutants were tried, and the ids of those that no case caught. A mutant that crashes is caught."""
    tried, alive = 0, []
    for mutant in mutants(provision):
        tried += 1
        if not any(_caught(mutant, case, facts, law) for case in provision.cases):
            alive.append(mutant.id)
    return tried, alive


def _caught(mutant: Mutant, case: Case, facts: dict[str, FactType], law: RetirementLaw) -> bool:
    try:
        return bool(run_case(mutant.provision, case, facts, law))
    except (TypeError, KeyError, AssertionError):
        return True
