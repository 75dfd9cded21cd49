"""Conditions as data: leaves over one fact and the groups all, any, not. Evaluated in `koujing.rules`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["AllOf", "AnyOf", "Condition", "Leaf", "Not", "WindowCondition", "leaves"]


@dataclass(frozen=True)
class Leaf:
    """One condition: a fact compared by a named operator with a plain value or a parameter, resting on a clause.

    `text` states the condition, `otherwise` why it fails; both may hold `{parameter}` and `{fact:id}`.
    """

    id: str
    fact: str
    op: str
    text: str
    otherwise: str | None
    value: Any
    parameter: str | None
    clause: str


@dataclass(frozen=True)
class WindowCondition:
    """The condition that a window of the provision (by id) is open on the day of its clock."""

    window: str


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Leaf | WindowCondition | AllOf | AnyOf | Not


def build(data: dict[str, Any]) -> Condition:
    """A condition from its validated YAML."""
    if "all" in data:
        return AllOf(_parts(data["all"]))
    if "any" in data:
        return AnyOf(_parts(data["any"]))
    if "not" in data:
        return Not(build(data["not"]))
    if "window" in data:
        return WindowCondition(data["window"])
    return Leaf(
        data["id"], data["fact"], data["op"], data["text"], data.get("no"), data.get("value"),
        data.get("parameter"), data["clause"],
    )  # fmt: skip


def _parts(items: Sequence[dict[str, Any]]) -> tuple[Condition, ...]:
    return tuple(build(item) for item in items)


def leaves(condition: Condition) -> Iterator[Leaf | WindowCondition]:
    """The leaves of a condition, in order."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition
