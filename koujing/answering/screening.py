"""Screening (能享受什么): every matter of the region evaluated with what is known, and the best next question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koujing.answering.ask import ask_fact
from koujing.answering.asked import Asked, Situation
from koujing.answering.determined import facts_told, why_not
from koujing.answering.known import known_facts
from koujing.answering.reply import Reply, basis, blank, citations, fact_entries
from koujing.answering.spoken import fallback_quote
from koujing.answering.wording import Speaker, sentence
from koujing.knowledge.base import Knowledge, Matter
from koujing.knowledge.facts import Fact
from koujing.knowledge.provisions import Citation
from koujing.rules.derive import Facts
from koujing.rules.determine import Determination, determine

__all__ = ["screen"]

_MOST_QUESTIONS = 3
_ORDER = ("eligible", "need_info", "referred", "ineligible")
# How many matters of each kind the text names; the items list all.
_NAMED = {"eligible": 6, "need_info": 4, "referred": 4, "ineligible": 4}
_MOST_MISSING = 3
_MOST_CITED = 5
_AUDIENCE = "asker_kind"


@dataclass(frozen=True)
class _Item:
    matter: Matter
    verdict: str
    summary: str
    missing: tuple[str, ...]
    clause: str
    bearing: int

    @property
    def rank(self) -> tuple[int, int]:
        """Best first: by verdict, then by how much of what was told holds."""
        return _ORDER.index(self.verdict), -self.bearing


def screen(knowledge: Knowledge, asked: Asked, situation: Situation, screened: int) -> Reply:
    """All matters that the asker, a person or a unit, can get something by in the region: `listed`.

    Args:
        screened: how many questions were asked before; at most three in all.
    """
    assert situation.region is not None
    audience = _audience(knowledge, situation.facts)
    matters = [
        matter
        for matter in knowledge.matters.values()
        if set(audience) & set(matter.audience) and knowledge.chain(matter.id, situation.region)
    ]
    facts = known_facts(knowledge, situation)
    items = sorted((_item(knowledge, matter, situation, facts) for matter in matters), key=lambda item: item.rank)
    fact = _next(items, situation) if len(audience) == 1 else _AUDIENCE
    ask = None
    if fact is not None and fact not in situation.unknown and screened < _MOST_QUESTIONS:
        ask = ask_fact(knowledge, fact)
    return _listed(knowledge, asked, situation, items, ask)


def _audience(knowledge: Knowledge, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """Whether a person or a unit asks, by what was told; both where that is not clear."""
    told = facts.get(_AUDIENCE)
    if told is not None:
        return (str(told.value),)
    of = {knowledge.facts[id].of for id in facts} & {"person", "unit"}
    return tuple(of) if len(of) == 1 else ("person", "unit")


def _item(knowledge: Knowledge, matter: Matter, situation: Situation, facts: Facts) -> _Item:
    assert situation.region is not None
    provision = knowledge.ruling(matter.id, situation.region)
    if provision is None:
        clause = knowledge.chain(matter.id, situation.region)[0].clauses[0]
        return _Item(matter, "referred", matter.about, (), clause, 0)
    rules = [rule for rule in provision.rules.values() if not rule.only_when_asked]
    if not rules:
        return _Item(matter, "referred", matter.about, (), provision.clauses[0], 0)
    result = determine(provision, rules, facts)
    speaker = Speaker(knowledge, provision, facts)
    outcomes = [outcome for item in result.results for outcome in item.evaluation.outcomes]
    bearing = sum(outcome.holds is True and outcome.fact in situation.facts for outcome in outcomes)
    verdict = "referred" if result.undecided else result.verdict
    missing = tuple(fact for fact in result.missing if fact not in situation.unknown)
    return _Item(matter, verdict, _summary(speaker, result, verdict), missing, provision.clauses[0], bearing)


def _summary(speaker: Speaker, result: Determination, verdict: str) -> str:
    """In a few words: what is granted, what it still depends on, or why not."""
    rule = result.leading.rule
    if verdict == "eligible":
        return rule.title
    if verdict == "ineligible":
        failing = [o for r in result.results for o in r.evaluation.deciding if o.holds is False]
        return why_not(speaker, failing[0]).rstrip("。")
    if not result.missing:
        return rule.title
    types = speaker.knowledge.facts
    labels = list(dict.fromkeys(types[fact].label for fact in result.missing))[:_MOST_MISSING]
    return str(speaker.knowledge.wordings["screening"]["missing"]).format(facts="、".join(labels))


def _next(items: Sequence[_Item], situation: Situation) -> str | None:
    """The fact that settles most: wanted by many open matters, and most of those of which much already holds."""
    weights: dict[str, float] = defaultdict(float)
    for item in items:
        for fact in item.missing if item.verdict == "need_info" else ():
            weights[fact] += (1 + 2 * item.bearing) / len(item.missing)
    known = situation.facts
    weights = {fact: weight for fact, weight in weights.items() if fact not in known or not known[fact].confirmed}
    return max(weights, key=lambda fact: weights[fact], default=None)


def _listed(
    knowledge: Knowledge, asked: Asked, situation: Situation, items: Sequence[_Item], ask: dict[str, Any] | None
) -> Reply:
    assert situation.region is not None
    frames = knowledge.wordings["screening"]
    parts = []
    for verdict in _ORDER:
        named = [item for item in items if item.verdict == verdict][: _NAMED[verdict]]
        words = "、".join(_named(frames, item) for item in named)
        parts += [frames[verdict].format(items=words)] if words else []
    lead = frames["lead"].format(region=knowledge.regions.name(situation.region))
    body = sentence(lead + ("；".join(parts) or frames["nothing"]))
    close = knowledge.wordings["ask"].format(question=ask["question"]) if ask else frames["close"]
    told = facts_told(knowledge, situation)
    cited = items[:_MOST_CITED]
    cites = [Citation(item.clause, _quote(knowledge, item, situation.region)) for item in cited]
    types = knowledge.facts
    return blank(
        "listed", told + body + close + basis(knowledge, cites), situation.on, plain=body + close,
        question=asked.text, region=situation.region, ask=ask, citations=citations(knowledge, cites),
        facts=fact_entries(situation.facts, types),
        items=[
            {
                "matter": item.matter.id, "name": item.matter.name, "verdict": item.verdict, "summary": item.summary,
                "missing": [types[fact].label for fact in item.missing], "clause": item.clause,
            }
            for item in items
        ],
    )  # fmt: skip


def _named(frames: Mapping[str, Any], item: _Item) -> str:
    if item.verdict in ("eligible", "referred"):
        return item.matter.name
    return str(frames["item"]).format(name=item.matter.name, summary=item.summary)


def _quote(knowledge: Knowledge, item: _Item, region: str) -> str:
    provision = next(p for p in knowledge.chain(item.matter.id, region) if p.clauses[0] == item.clause)
    return fallback_quote(knowledge, provision, item.clause)
