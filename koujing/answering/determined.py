"""A verdict in words: conclusion first, the facts as said, why or why not by condition and clause, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from koujing.answering.ask import ask_confirm, ask_fact
from koujing.answering.asked import Asked, Situation
from koujing.answering.changed import said_changes, shortfall
from koujing.answering.known import known_facts
from koujing.answering.reply import (
    Reply,
    basis,
    blank,
    citations,
    contacts,
    fact_entries,
    plain_value,
    window_entries,
)  # fmt: skip
from koujing.answering.spoken import amount_entries, caliber_ref, fallback_quote, said_amounts, suggestions
from koujing.answering.wording import Speaker, sentence, topical
from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import Leaf, leaves
from koujing.knowledge.facts import Fact
from koujing.knowledge.figures import date_words
from koujing.knowledge.provisions import Caliber, Citation, Provision, Rule
from koujing.rules.determine import Determination, determine
from koujing.rules.evaluate import Outcome

__all__ = ["facts_told", "rules_asked", "say_determination", "stated", "why_not"]


# Words shorter than this (下岗, 妈) do not tell a fact by themselves.
_SHORTEST = 2


def rules_asked(provision: Provision, context: str, told: Iterable[str] = ()) -> list[Rule]:
    """The rules a question is about: those whose special words it holds, else all that are not only on request.

    Where all are on request, one is asked for too by telling what it looks at (受理到今天第5个工作日，这算晚吗).
    """
    rules = provision.rules.values()
    named = [rule for rule in rules if any(word in context for word in rule.words)]
    usual = [rule for rule in rules if not rule.only_when_asked]
    return named or usual or [rule for rule in rules if _facts_of(rule) <= set(told)]


def stated(knowledge: Knowledge, rules: Iterable[Rule], facts: Iterable[str]) -> set[str]:
    """Which of the facts bear on the rules, directly, through a derived fact, or by standing for another."""
    wanted = set[str]().union(*(_inputs(knowledge, fact) for rule in rules for fact in _facts_of(rule)))
    for fact in knowledge.facts.values():
        if fact.stands_for in wanted:
            wanted.add(fact.id)
    return wanted & set(facts)


def _facts_of(rule: Rule) -> set[str]:
    return {leaf.fact for leaf in leaves(rule.when) if isinstance(leaf, Leaf)}


def _inputs(knowledge: Knowledge, fact: str) -> set[str]:
    derived = knowledge.facts[fact].derived
    return {fact}.union(*(_inputs(knowledge, name) for name in derived.of)) if derived else {fact}


def say_determination(
    knowledge: Knowledge, provision: Provision, rules: list[Rule], asked: Asked, situation: Situation
) -> Reply:
    """Evaluate the rules and put the result in words: determined, clarifying, or undecided by the notice (referred)."""
    facts = known_facts(knowledge, situation)
    result = determine(provision, rules, facts)
    speaker = Speaker(knowledge, provision, facts)
    found = knowledge.find_caliber(provision.matter, "eligibility", provision.region)
    caliber = topical(found[1], asked.context or asked.text) if found else None
    common: dict[str, Any] = {
        "question": asked.text, "region": situation.region, "matter": provision.matter, "aspect": "eligibility",
        "facts": fact_entries(situation.facts, knowledge.facts),
        "reasons": _reasons(speaker, result),
        "windows": window_entries(result.windows.values()),
        "calibers": [caliber_ref(provision, caliber)] if caliber else [],
        "suggestions": suggestions(knowledge, provision, "eligibility"),
    }  # fmt: skip
    cites = _cites(knowledge, provision, result, caliber)
    if result.undecided:
        return _undecided(speaker, result, cites, common)
    if result.verdict == "need_info":
        return _clarifying(speaker, result, cites, caliber, common, situation)
    text, plain = _eligible(speaker, result) if result.verdict == "eligible" else _ineligible(speaker, result)
    told = _told(speaker, knowledge, rules, situation)
    changes, advice = said_changes(speaker, result)
    tail = advice + told + _notes(speaker, result)
    return blank(
        "determined", text + tail + speaker.reach() + basis(knowledge, cites), situation.on,
        plain=plain + advice + told, changes=changes, verdict=result.verdict, citations=citations(knowledge, cites),
        points=[reason["condition"] for reason in common["reasons"]],
        amounts=amount_entries(speaker, result.amounts), **common,
    )  # fmt: skip


def _eligible(speaker: Speaker, result: Determination) -> tuple[str, str]:
    rule = result.leading.rule
    label = rule.labels.get("eligible", speaker.knowledge.wordings["labels"]["eligible"])
    words = sentence(speaker.fill(rule.eligible))
    verdict = words if words.startswith(label) else f"{label}。{words}"
    said = "".join(sentence(words) for words in said_amounts(speaker, result.amounts))
    return verdict + said + _referred(speaker, result), verdict + said


def _ineligible(speaker: Speaker, result: Determination) -> tuple[str, str]:
    rule = result.leading.rule
    label = rule.labels.get("ineligible", speaker.knowledge.wordings["labels"]["ineligible"])
    failing = [o for r in result.results if r.verdict == "ineligible" for o in r.evaluation.deciding if not o.holds]
    failing.sort(key=lambda outcome: not (outcome.id == "in_force" or outcome.id.startswith("window_")))
    reasons = list(dict.fromkeys(why_not(speaker, outcome) for outcome in failing))
    first = failing[0]
    if first.id == "in_force" or first.id.startswith("window_"):
        verdict = f"{sentence(reasons[0])}{label}。" + sentence("；".join(reasons[1:3]))
    else:
        verdict = f"{label}：{sentence('；'.join(reasons[:4]))}"
    if rule.ineligible and len(result.results) == 1:
        verdict += sentence(speaker.fill(rule.ineligible))
    elif rule.ineligible:
        verdict = f"{label}。{sentence(speaker.fill(rule.ineligible))}"
    return verdict, verdict


def why_not(speaker: Speaker, outcome: Outcome) -> str:
    """Why a condition fails, in the words of its file, else by the condition itself."""
    words = speaker.fill(outcome.otherwise) if outcome.otherwise else "没有满足“" + speaker.fill(outcome.text) + "”"
    return words + shortfall(speaker, outcome)


def _clarifying(
    speaker: Speaker,
    result: Determination,
    cites: list[Citation],
    caliber: Caliber | None,
    common: dict[str, Any],
    situation: Situation,
) -> Reply:
    knowledge, frames = speaker.knowledge, speaker.knowledge.wordings
    missing = [fact for fact in result.missing if fact not in situation.unknown]
    if not missing:
        return _left_open(speaker, result, cites, caliber, common)
    ask, frame = _question(knowledge, missing, situation)
    question = frames[frame].format(question=ask["question"], said=_said(situation, ask["fact"]))
    lead = frames["need_info"].format(title=result.leading.rule.title)
    told = _told(speaker, knowledge, [r.rule for r in result.results], situation)
    general = sentence(speaker.fill(caliber.text)) if caliber and not situation.brief else ""
    return blank(
        "clarifying", lead + told + general + question + basis(knowledge, cites), situation.on,
        plain=lead + question, verdict="need_info", ask=ask, citations=citations(knowledge, cites), **common,
    )  # fmt: skip


def _question(knowledge: Knowledge, missing: list[str], situation: Situation) -> tuple[dict[str, Any], str]:
    """What to ask, and the frame to ask it in: a stand-in confirmed, a vague figure made exact, or a fact plainly asked."""
    facts = situation.facts
    stand_in = next((id for id in facts if facts[id].confirmed and knowledge.facts[id].stands_for in missing), None)
    if stand_in is not None and situation.first in (None, knowledge.facts[stand_in].stands_for):
        return ask_confirm(knowledge, stand_in, facts[stand_in]), "confirm"
    vague = [fact for fact in missing if _said(situation, fact)]
    fact = situation.first if situation.first in missing else [*vague, *missing][0]
    assert fact is not None
    return ask_fact(knowledge, fact), "ask_exactly" if _said(situation, fact) else "ask"


def _said(situation: Situation, fact: str) -> str:
    """The words by which a fact was told that is not exact enough yet."""
    told = situation.facts.get(fact)
    return told.said or "" if told is not None and not told.confirmed else ""


def _left_open(
    speaker: Speaker, result: Determination, cites: list[Citation], caliber: Caliber | None, common: dict[str, Any]
) -> Reply:
    """What the asker does not know keeps the case open: said so, with the rule and whom to ask."""
    knowledge, frames = speaker.knowledge, speaker.knowledge.wordings
    labels = "、".join(knowledge.facts[fact].label for fact in result.missing)
    lead = frames["left_open"].format(title=result.leading.rule.title, facts=labels)
    general = sentence(speaker.fill(caliber.text)) if caliber else ""
    return blank(
        "answered" if caliber else "referred", lead + general + basis(knowledge, cites), speaker.on, plain=lead,
        citations=citations(knowledge, cites), contacts=contacts(knowledge, ["12333"]), **common,
    )  # fmt: skip


def _undecided(speaker: Speaker, result: Determination, cites: list[Citation], common: dict[str, Any]) -> Reply:
    knowledge = speaker.knowledge
    open_outcome = next(o for r in result.results for o in r.evaluation.deciding if o.undecided)
    day = speaker.fact_words(open_outcome.fact) if open_outcome.fact else date_words(speaker.on)
    text = knowledge.wordings["undecided"].format(quote=speaker.fill(open_outcome.text), day=day)
    return blank(
        "referred", sentence(text) + basis(knowledge, cites), speaker.on, plain=sentence(text),
        citations=citations(knowledge, cites), contacts=contacts(knowledge, ["12333"]), **common,
    )  # fmt: skip


def _told(speaker: Speaker, knowledge: Knowledge, rules: list[Rule], situation: Situation) -> str:
    """按您说的：the facts that bear on the rules, shown back."""
    bearing = stated(knowledge, rules, situation.facts)
    return _shown_back(speaker, {id: fact for id, fact in situation.facts.items() if id in bearing})


def facts_told(knowledge: Knowledge, situation: Situation) -> str:
    """按您说的：all facts known, shown back."""
    provision = next(iter(knowledge.provisions.values()))
    return _shown_back(Speaker(knowledge, provision, known_facts(knowledge, situation)), situation.facts)


def _shown_back(speaker: Speaker, facts: Mapping[str, Fact]) -> str:
    words = [words for words in dict.fromkeys(_as_said(speaker, id, fact) for id, fact in facts.items()) if words]
    return sentence(str(speaker.knowledge.wordings["facts_lead"]).format(facts="、".join(words))) if words else ""


def _as_said(speaker: Speaker, id: str, fact: Fact) -> str:
    """The asker's own words where they tell the fact by themselves; a choice or a no is told by its label."""
    own = fact.said if fact.said and len(fact.said) > _SHORTEST else None
    if not fact.confirmed:
        return own or ""
    told = own is not None and fact.value is not False and speaker.knowledge.facts[id].type != "choice"
    return own if told and own else speaker.echo(id)


def _notes(speaker: Speaker, result: Determination) -> str:
    """Estimates and sources outside the notice, said as such."""
    frames, knowledge = speaker.knowledge.wordings, speaker.knowledge
    notes = ""
    deciding = [outcome for item in result.results for outcome in item.evaluation.deciding]
    if any(outcome.estimated for outcome in deciding):
        notes += sentence(frames["estimate"].format(facts=frames["estimate_label"]))
    if any(o.fact == "months_to_retirement" and o.value is not None for o in deciding):
        law = knowledge.sources["retirement"]
        before = speaker.on < law["reform"]["from"]
        document = law["before_reform" if before else "reform"]["document"]
        notes += sentence(frames["retirement_before" if before else "retirement_after"].format(document=document))
    return notes


def _referred(speaker: Speaker, result: Determination) -> str:
    frames = speaker.knowledge.wordings
    if not result.referred:
        return ""
    items = "；".join(frames["referred_item"].format(text=speaker.fill(r.text), to=r.to) for r in result.referred)
    return sentence(frames["referred"].format(conditions=items).rstrip("。"))


def _reasons(speaker: Speaker, result: Determination) -> list[dict[str, Any]]:
    reasons = [
        {
            "condition": speaker.fill(o.text), "fact": o.fact, "value": plain_value(o.value),
            "holds": o.holds, "clause": o.clause, "referred_to": None,
        }
        for item in ([result.leading] if result.verdict == "eligible" else result.results)
        for o in item.evaluation.outcomes
    ]  # fmt: skip
    unique: dict[tuple[str, str], dict[str, Any]] = {}
    for reason in reasons:
        key = reason["condition"], reason["clause"]
        # Two conditions may share their words (not before, not after); one that fails is never hidden by one that holds.
        if key not in unique or reason["holds"] is False or unique[key]["holds"]:
            unique[key] = reason
    for referral in result.referred:
        unique[referral.text, referral.clause] = {
            "condition": speaker.fill(referral.text), "fact": None, "value": None, "holds": None,
            "clause": referral.clause, "referred_to": referral.to,
        }  # fmt: skip
    return list(unique.values())


def _cites(
    knowledge: Knowledge, provision: Provision, result: Determination, caliber: Caliber | None
) -> list[Citation]:
    """The clauses relied on, narrowest first: the rule's own, those of the deciding conditions, then the caliber's."""
    leading = result.leading
    wanted = list(leading.rule.cites) if leading.verdict != "ineligible" else []
    deciding = [o for o in leading.evaluation.deciding if o.id != "in_force" and o.holds is not None]
    if leading.verdict == "need_info":
        deciding = [o for o in leading.evaluation.outcomes if o.id != "in_force" and o.holds]
    clauses = list(dict.fromkeys(outcome.clause for outcome in deciding))
    clauses.sort(key=lambda clause: -clause.count("."))
    wanted += [Citation(clause, fallback_quote(knowledge, provision, clause)) for clause in clauses]
    if caliber is not None:
        wanted += list(caliber.cites)
    if provision.since_cite is not None and any(o.id == "in_force" for o in leading.evaluation.deciding):
        wanted.append(provision.since_cite)
    if not wanted:
        clause = provision.clauses[0]
        wanted = [Citation(clause, fallback_quote(knowledge, provision, clause))]
    unique = {cite.clause: cite for cite in reversed(wanted)}
    return sorted(unique.values(), key=lambda cite: [c.clause for c in wanted].index(cite.clause))
