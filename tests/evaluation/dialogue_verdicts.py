"""Whether the verdicts of a dialogue are those that the core gives on the same facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from koujing.answering.determined import rules_asked
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactType, FactValueError
from koujing.knowledge.provisions import Provision, Rule
from koujing.rules.derive import Facts
from koujing.rules.determine import determine
from koujing.rules.law import retirement_law
from koujing.text.normalise import normalise
from tests.evaluation.dialogue_run import Reply

__all__ = ["VERDICTS", "VerdictCheck"]

VERDICTS = ("eligible", "ineligible")


class VerdictCheck:
    """Determines anew what replies say.

    A verdict (`eligible` or `ineligible`, of a reply or of an item that it lists) is right where the rules of its matter
    in its region give it on the facts of the reply: all rules together, or those on request, found in what was said so
    far, in any one message, or with no words at all. Only confirmed facts count, and of others the bounds where told.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._law = retirement_law(knowledge.sources)

    def wrong(self, reply: Reply, said: Sequence[str], on: dt.date) -> list[str]:
        """The verdicts of a reply that the core does not give, in words."""
        found = []
        for matter, verdict in _verdicts(reply):
            given = self._given(matter, reply, said, on)
            if verdict not in given:
                found.append(f"{matter} 说 {verdict}，按同样的事实是 {'／'.join(sorted(given)) or '没有规则可判'}")
        return found

    def _given(self, matter: str | None, reply: Reply, said: Sequence[str], on: dt.date) -> set[str]:
        region = reply["region"]
        provision = self._knowledge.ruling(matter, region) if matter and region else None
        if provision is None:
            return set()
        facts = dict(_facts(reply["facts"], self._knowledge.facts))
        return {
            determine(provision, rules, Facts(self._knowledge.facts, facts, on, self._law)).verdict
            for rules in _rules(provision, said)
        }


def _verdicts(reply: Reply) -> Iterator[tuple[str | None, str]]:
    if reply["verdict"] in VERDICTS:
        yield reply["matter"], reply["verdict"]
    for item in reply["items"]:
        if item["verdict"] in VERDICTS:
            yield item["matter"], item["verdict"]


def _rules(provision: Provision, said: Sequence[str]) -> list[list[Rule]]:
    texts = [normalise(text) for text in said]
    choices = [list(provision.rules.values())]
    for text in ("", "，".join(texts), *texts):
        rules = rules_asked(provision, text)
        if rules and rules not in choices:
            choices.append(rules)
    return [rules for rules in choices if rules]


def _facts(entries: Mapping[str, Any], types: Mapping[str, FactType]) -> Iterator[tuple[str, Fact]]:
    for id, entry in entries.items():
        kind = types.get(id)
        if kind is None:
            continue
        try:
            value = kind.parse(entry["value"])
            if entry["confirmed"]:
                yield id, Fact(value, entry["said"])
            elif entry.get("low") is not None and entry.get("high") is not None:
                yield id, Fact(value, entry["said"], False, kind.parse(entry["low"]), kind.parse(entry["high"]))
        except FactValueError:
            continue
