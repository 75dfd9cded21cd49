"""An aspect answered by its caliber, with computed amounts in front; or the honest word that the notice is silent."""

from __future__ import annotations

from typing import Any

from koujing.answering.asked import Asked, Situation
from koujing.answering.known import known_facts
from koujing.answering.reply import Reply, basis, blank, citations, contacts, fact_entries, window_entries
from koujing.answering.wording import Speaker, sentence, topical
from koujing.knowledge.base import Knowledge
from koujing.knowledge.figures import date_words
from koujing.knowledge.provisions import Caliber, Citation, Provision, Silence
from koujing.knowledge.templates import placeholders
from koujing.rules.amounts import Computed, compute_amounts
from koujing.rules.derive import Facts
from koujing.rules.evaluate import Evaluator
from koujing.rules.windows import WindowState, window_states

__all__ = [
    "amount_entries",
    "caliber_ref",
    "fallback_quote",
    "said_amounts",
    "say_caliber",
    "say_silence",
    "suggestions",
]

_WITH_AMOUNTS = frozenset({"amount", "duration"})


def say_caliber(
    knowledge: Knowledge, provision: Provision, calibers: tuple[Caliber, ...], asked: Asked, situation: Situation
) -> Reply:
    """The reply that speaks the fitting caliber of an aspect."""
    caliber = topical(calibers, asked.context or asked.text)
    facts = known_facts(knowledge, situation)
    speaker = Speaker(knowledge, provision, facts)
    states = window_states(provision, situation.on)
    computed = _computed(provision, facts, caliber)
    lead = "".join(sentence(said) for said in said_amounts(speaker, computed))
    body, plain = _body(speaker, caliber, states)
    referred = caliber.status == "referred"
    return blank(
        "referred" if referred else "answered",
        lead + sentence(body) + speaker.reach() + basis(knowledge, caliber.cites),
        situation.on,
        plain=lead + sentence(plain),
        question=asked.text, region=situation.region, matter=provision.matter, aspect=caliber.aspect,
        points=[speaker.fill(point) for point in caliber.points],
        amounts=amount_entries(speaker, computed),
        windows=window_entries(states[name] for name in caliber.windows),
        citations=citations(knowledge, caliber.cites),
        facts=fact_entries(situation.facts, knowledge.facts),
        suggestions=suggestions(knowledge, provision, caliber.aspect),
        contacts=contacts(knowledge, ["12333"] if referred else []),
        calibers=[caliber_ref(provision, caliber)],
    )  # fmt: skip


def _body(speaker: Speaker, caliber: Caliber, states: dict[str, WindowState]) -> tuple[str, str]:
    """The wording and its plain variant, led by what is not yet in force or already closed."""
    blocked = speaker.not_in_force()
    if blocked:
        return sentence(blocked) + speaker.fill(caliber.text), sentence(blocked) + speaker.fill(caliber.plain)
    closed = [states[name] for name in caliber.windows if states[name].state == "closed"]
    if not closed:
        return speaker.fill(caliber.text), speaker.fill(caliber.plain)
    if caliber.closed is not None:
        return speaker.fill(caliber.closed), speaker.fill(caliber.closed)
    lead = "".join(sentence(_closed_words(speaker, state)) for state in closed)
    return lead + speaker.fill(caliber.text), lead + speaker.fill(caliber.plain)


def _closed_words(speaker: Speaker, state: WindowState) -> str:
    if state.window.otherwise is not None:
        return speaker.fill(state.window.otherwise)
    assert state.closes is not None
    frames = speaker.knowledge.wordings
    return str(frames["closed"]).format(window=frames["window_names"][state.window.of], closes=date_words(state.closes))


def _computed(provision: Provision, facts: Facts, caliber: Caliber) -> tuple[Computed, ...]:
    """The amounts of an amount reply; a special topic names only those that the asker's own facts settle or its wording
    says, and another aspect (最多再延几个月) those that its wording says."""
    named = {name for sort, name in placeholders(caliber.text) if sort == "parameter"}
    if caliber.aspect not in _WITH_AMOUNTS:
        return ()
    evaluator = Evaluator(provision, facts)
    entitled = {
        amount.id for rule in provision.rules.values() if evaluator.evaluate(rule.when).holds for amount in rule.amounts
    }
    seen: dict[tuple[str, str | None], Computed] = {}
    for computed in compute_amounts(provision.all_amounts(), provision, facts, evaluator):
        own = computed.amount.id in entitled or (computed.amount.condition is not None and computed.applies)
        settled = caliber.aspect == "amount" and (not caliber.words or computed.from_facts or own)
        if settled or computed.amount.compute.get("parameter") in named:
            seen.setdefault((computed.amount.label, computed.value), computed)
    return tuple(seen.values())


def said_amounts(speaker: Speaker, computed: tuple[Computed, ...]) -> list[str]:
    """The sentences of the amounts that were worked out from the asker's own facts."""
    return [
        speaker.fill(item.amount.say, amount=item.value + _unit_words(item.amount.unit))
        for item in computed
        if item.from_facts and item.applies and item.amount.say is not None and item.value is not None
    ]


def _unit_words(unit: str) -> str:
    return {"CNY": "元", "CNY/month": "元", "CNY/day": "元", "percent": "％", "days": "天", "months": "个月", "times": "次", "people": "人"}[unit]  # fmt: skip


def amount_entries(speaker: Speaker, computed: tuple[Computed, ...]) -> list[dict[str, Any]]:
    """Amount entries of the contract."""
    return [
        {
            "label": item.amount.label, "value": item.value, "unit": item.amount.unit,
            "qualifier": item.amount.qualifier, "formula": speaker.fill(item.amount.formula),
            "clause": item.amount.clause,
        }
        for item in computed
    ]  # fmt: skip


def caliber_ref(provision: Provision, caliber: Caliber) -> dict[str, str]:
    """`<region>.<matter>.<aspect>` (and the special topic where it is one) with its version."""
    topic = f".{caliber.topic}" if caliber.topic else ""
    return {"id": f"{provision.id}.{caliber.aspect}{topic}", "version": caliber.version}


def say_silence(
    knowledge: Knowledge, provision: Provision, silence: Silence, asked: Asked, situation: Situation
) -> Reply:
    """The notice says nothing on this aspect, or leaves it to another document: said so, with where to ask."""
    frames = knowledge.wordings
    speaker = Speaker(knowledge, provision, known_facts(knowledge, situation))
    cite = Citation(silence.clause, silence.quote or fallback_quote(knowledge, provision, silence.clause))
    fills = {
        "notice": knowledge.notice_of(silence.clause).short, "matter": knowledge.matters[provision.matter].name,
        "aspect": frames["aspects"][silence.aspect]["name"], "to": silence.to or "",
        "note": sentence(speaker.fill(silence.note)) if silence.note else "",
    }  # fmt: skip
    text = frames["silent_to" if silence.to else "silent"].format(**fills)
    return blank(
        "referred", text + speaker.reach() + basis(knowledge, [cite]), situation.on,
        plain=frames["silent_plain"].format(**fills), question=asked.text, region=situation.region,
        matter=provision.matter, aspect=silence.aspect, citations=citations(knowledge, [cite]),
        facts=fact_entries(situation.facts, knowledge.facts), contacts=contacts(knowledge, ["12333"]),
        suggestions=suggestions(knowledge, provision, silence.aspect),
    )  # fmt: skip


def fallback_quote(knowledge: Knowledge, provision: Provision, clause: str) -> str:
    """Words of a clause to quote where none was chosen: a caliber's quote of it, a parameter's, else its first norm."""
    for calibers in provision.calibers.values():
        for caliber in calibers:
            for cite in caliber.cites:
                if cite.clause == clause:
                    return cite.quote
    for parameter in provision.parameters.values():
        if parameter.clause == clause:
            return parameter.quote
    sentences = knowledge.clauses[clause].sentences
    return sentences[min(1, len(sentences) - 1)].text


def suggestions(knowledge: Knowledge, provision: Provision, aspect: str, most: int = 3) -> list[str]:
    """Follow-up questions whose aspects this provision speaks to."""
    frames = knowledge.wordings
    name = knowledge.matters[provision.matter].name
    spoken = [a for a in frames["suggested"] if a != aspect and provision.speaks(a)]
    return [frames["aspects"][a]["ask"].format(matter=name) for a in spoken[:most]]
