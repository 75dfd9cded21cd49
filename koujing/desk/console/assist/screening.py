"""What the caller's facts come to, in this process: the questions still to ask, the verdict, and all matters at a glance.

Everything said here is the core's own reply to the facts of the sheet; the desk words nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koujing.answering.answer import answer
from koujing.answering.asked import ALL_MATTERS, Asked, Situation
from koujing.answering.determined import rules_asked
from koujing.answering.known import known_facts
from koujing.answering.reply import Reply
from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import Leaf, WindowCondition, leaves
from koujing.knowledge.facts import FactType
from koujing.knowledge.provisions import Provision
from koujing.rules.determine import determine

__all__ = ["Case", "aspect_reply", "fields", "screening", "verdict_of"]

_SCREEN = Asked("", "screen", ALL_MATTERS)
_NO_MORE_QUESTIONS = 99
# Whether a person or a unit asks: all that is worth asking before there is a matter.
_AUDIENCE = "asker_kind"
# What an interview never asks, being answered by the day of the call.
_BY_ITSELF = "on"


@dataclass(frozen=True)
class Case:
    """What a caller's case turns on now: the facts to ask first, and all others that bear on it."""

    missing: tuple[str, ...] = ()
    bearing: tuple[str, ...] = ()


def aspect_reply(
    knowledge: Knowledge, situation: Situation, matter: str, aspect: str, text: str, topic: str | None = None
) -> Reply:
    """The core's reply to a question whose matter and aspect are known."""
    told = tuple(situation.facts)
    context = topic or text
    asked = Asked(text, f"ask_{aspect}", matter, context, told, personal=aspect == "eligibility")
    return answer(knowledge, asked, situation)


def verdict_of(knowledge: Knowledge, situation: Situation, matter: str) -> Reply | None:
    """The determination of a matter for the caller, or None where the notice gives no rule to decide by."""
    ask = knowledge.wordings["aspects"]["eligibility"]["ask"].format(matter=knowledge.matters[matter].name)
    if situation.region is None or knowledge.ruling(matter, situation.region) is None:
        return None
    reply = aspect_reply(knowledge, situation, matter, "eligibility", ask)
    return reply if reply["verdict"] else None


def fields(knowledge: Knowledge, situation: Situation, matter: str | None, context: str) -> Case:
    """The facts of the case: what a matter's rules still need, best question first, and what else they look at."""
    provision = knowledge.ruling(matter, situation.region) if matter and situation.region else None
    if provision is None:
        told_of = {knowledge.facts[id].of for id in situation.facts} & {"person", "unit"}
        clear = _AUDIENCE in situation.facts or len(told_of) == 1
        return Case(() if clear else (_AUDIENCE,), ())
    rules = rules_asked(provision, context)
    result = determine(provision, rules, known_facts(knowledge, situation)) if rules else None
    missing = [id for id in result.missing if id not in situation.unknown] if result else []
    return Case(tuple(missing), tuple(_looked_at(knowledge.facts, provision, rules)))


def _looked_at(types: Mapping[str, FactType], provision: Provision, rules: Sequence[Any]) -> Iterable[str]:
    """Every fact that the rules compare, or from which it is worked out, in the order of the file."""
    found: dict[str, None] = {}
    for rule in rules:
        for leaf in leaves(rule.when):
            fact = leaf.fact if isinstance(leaf, Leaf) else _window_fact(provision, leaf)
            for id in _told(types, fact) if fact else ():
                found.setdefault(id)
    return found


def _window_fact(provision: Provision, leaf: Any) -> str | None:
    return provision.windows[leaf.window].fact if isinstance(leaf, WindowCondition) else None


def _told(types: Mapping[str, FactType], fact: str) -> list[str]:
    """What a caller can tell of a fact: itself, or what it is worked out from."""
    kind = types[fact]
    if kind.default == _BY_ITSELF:
        return []
    return [id for part in kind.derived.of for id in _told(types, part)] if kind.derived else [fact]


def screening(knowledge: Knowledge, situation: Situation) -> Reply | None:
    """All matters of the region with their verdicts for the caller; None where the region is not covered."""
    region = knowledge.regions.get(situation.region) if situation.region else None
    if region is None or not region.covered:
        return None
    return answer(knowledge, _SCREEN, situation, screened=_NO_MORE_QUESTIONS)
