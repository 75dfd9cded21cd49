"""One message of a session answered: what was understood, what the session remembers, the replies, the new memory.

Pure: the memory is plain JSON that Rasa keeps in a slot, so that any process can go on with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from koujing.answering.answer import answer
from koujing.answering.asked import Asked, Situation
from koujing.answering.following import followed
from koujing.answering.pending import answer_to, asks, names_place, yes_or_no
from koujing.answering.reply import Reply, plain_value
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactValueError
from koujing.text.deciding import deciding_place
from koujing.text.normalise import normalise

__all__ = ["Memory", "respond"]

Memory = dict[str, Any]


@dataclass(frozen=True)
class _Place:
    region: str | None
    candidates: tuple[str, ...]
    surface: str


def respond(
    knowledge: Knowledge,
    understood: Mapping[str, Any],
    metadata: Mapping[str, Any],
    memory: Mapping[str, Any],
    on: dt.date,
) -> tuple[list[Reply], Memory]:
    """Answer a message.

    Args:
        understood: `{text, questions: [{text, topic, intent}], facts: [{fact, value, said, approximate}],
            places: [{surface, regions}]}` as read by the understanding.
        metadata: `{region, facts}` given with the message by a trusted system; may be empty.
        memory: what this session remembers; `{}` at its beginning.
        on: the date the question is answered for.

    Returns:
        One reply for each question, and the memory to keep.
    """
    text = str(understood.get("text", ""))
    facts = _remembered(knowledge, memory)
    given = _given(knowledge, metadata)
    read = _read(knowledge, understood)
    pending = memory.get("pending")
    surfaces = [found["surface"] for found in understood.get("places", ())]
    questions = [
        followed(question, memory, knowledge.matters, surfaces) for question in understood.get("questions", ())
    ]
    place = _place(knowledge, understood, metadata, memory)
    if pending and memory.get("last"):
        place = _agreed_place(memory, text, understood) or place
        answered = _answered(knowledge, understood, memory, {**facts, **given}, read, place, on)
        if answered is not None:
            read |= answered
            questions = [dict(memory["last"])]
    if not questions:
        questions = [{"text": text, "topic": "nonsense", "intent": "out_of_scope"}]
    facts = {**facts, **read, **given}
    situation = Situation(place.region, on, facts, place.candidates, place.surface)
    own = tuple({**read, **given})
    replies = [answer(knowledge, _asked(q, own), _situated(knowledge, q, situation, understood)) for q in questions]
    return replies, {**_memory(replies, questions, facts, place, memory), "channel": metadata.get("region")}


def _asked(question: Mapping[str, Any], own: tuple[str, ...]) -> Asked:
    context = normalise(question.get("context", question["text"]))
    near = tuple(question.get("near_intents", ()))
    return Asked(question["text"], question["intent"], question["topic"], context, own, near)


def _situated(
    knowledge: Knowledge, question: Mapping[str, Any], situation: Situation, understood: Mapping[str, Any]
) -> Situation:
    """Of several places named, the one that decides for this question's matter, where the words tell."""
    matter = knowledge.matters.get(question["topic"])
    if situation.region is not None or not situation.places or matter is None:
        return situation
    cues = knowledge.place_cues
    region = deciding_place(
        str(understood.get("text", "")), understood.get("places", ()), cues[matter.place], cues["not"]
    )
    if region is None:
        sure = {place["regions"][0] for place in understood.get("places", ()) if len(place["regions"]) == 1}
        named = [known for id in situation.places if id in sure and (known := knowledge.regions.get(id))]
        covered = [region.id for region in named if region.covered]
        region = covered[0] if len(covered) == 1 else None
    if region is None or region not in situation.places:
        return situation
    return replace(situation, region=region, places=(), surface="")


def _remembered(knowledge: Knowledge, memory: Mapping[str, Any]) -> dict[str, Fact]:
    facts = {}
    for id, entry in memory.get("facts", {}).items():
        if id in knowledge.facts:
            facts[id] = Fact(knowledge.facts[id].parse(entry["value"]), entry.get("said"), entry.get("confirmed", True))
    return facts


def _given(knowledge: Knowledge, metadata: Mapping[str, Any]) -> dict[str, Fact]:
    return {
        id: Fact(knowledge.facts[id].parse(raw))
        for id, raw in (metadata.get("facts") or {}).items()
        if id in knowledge.facts
    }


def _read(knowledge: Knowledge, understood: Mapping[str, Any]) -> dict[str, Fact]:
    facts = {}
    for entry in understood.get("facts", ()):
        kind = knowledge.facts.get(entry["fact"])
        if kind is None:
            continue
        try:
            value = kind.parse(entry["value"])
        except FactValueError:
            continue
        facts[kind.id] = Fact(value, entry.get("said"), not entry.get("approximate", False))
    return facts


def _place(
    knowledge: Knowledge, understood: Mapping[str, Any], metadata: Mapping[str, Any], memory: Mapping[str, Any]
) -> _Place:
    """The region: that of the text, else of a channel that changed, else the session's. Several are asked about.

    A channel that names the same region with every message does not undo the place that the asker named before.
    """
    channel = metadata.get("region")
    fallback = memory.get("region") or channel if channel in (None, memory.get("channel")) else channel
    regions = knowledge.regions
    narrowest: list[tuple[str, tuple[str, ...]]] = []
    for place in understood.get("places", ()):
        candidates = tuple(id for id in place["regions"] if regions.get(id) is not None)
        if fallback and len(candidates) > 1:
            inside = tuple(id for id in candidates if regions.within(id, fallback))
            candidates = inside if len(inside) == 1 else candidates
        if candidates:
            narrowest.append((place["surface"], candidates))
    sure = {candidates[0] for _, candidates in narrowest if len(candidates) == 1}
    for surface, candidates in narrowest:
        inside = tuple(id for id in candidates if any(regions.within(id, other) for other in sure))
        if len(candidates) > 1 and len(inside) == 1:
            sure.add(inside[0])
        elif len(candidates) > 1:
            return _Place(None, candidates, surface)
    leaves = [id for id in sure if not any(other != id and regions.within(other, id) for other in sure)]
    if len(leaves) == 1:
        region = leaves[0]
        if fallback and region != fallback and regions.within(fallback, region):
            region = fallback
        return _Place(region, (), "")
    if len(leaves) > 1 and len({regions.notices_chain(id) for id in leaves}) == 1 and regions.notices_chain(leaves[0]):
        return _Place(regions.notices_chain(leaves[0])[0], (), "")
    if len(leaves) > 1:
        return _Place(None, tuple(sorted(leaves)), "、".join(dict.fromkeys(surface for surface, _ in narrowest)))
    return _Place(fallback, (), "")


def _agreed_place(memory: Mapping[str, Any], text: str, understood: Mapping[str, Any]) -> _Place | None:
    """The one place offered, where the message just agrees to it."""
    offered = memory.get("offered", ())
    agreed = memory["pending"] == "region" and len(offered) == 1 and not understood.get("places") and yes_or_no(text)
    return _Place(offered[0], (), "") if agreed else None


def _answered(
    knowledge: Knowledge,
    understood: Mapping[str, Any],
    memory: Mapping[str, Any],
    known: Mapping[str, Fact],
    read: Mapping[str, Fact],
    place: _Place,
    on: dt.date,
) -> dict[str, Fact] | None:
    """The facts by which a message answers the question asked last; None where it is something else."""
    text, pending = str(understood.get("text", "")), memory["pending"]
    if pending == "region":
        surfaces = [found["surface"] for found in understood.get("places", ())]
        told = names_place(text, surfaces) if surfaces else _agreed_place(memory, text, understood) is not None
        return {} if told and place.region is not None else None
    if pending in read:
        return None if asks(text) and _other_matter(knowledge, understood, memory) else {}
    value = answer_to(knowledge.facts[pending], text, on)
    if value is not None:
        return {pending: Fact(value)}
    stand_in = next(
        (id for id, fact in known.items() if fact.confirmed and knowledge.facts[id].stands_for == pending), None
    )
    agreed = yes_or_no(text)
    if stand_in is None or agreed is None:
        return None
    # 是: what was said stands for the fact asked for. 不是: it does not, and is asked about no more.
    said = known[stand_in]
    return {pending: Fact(said.value)} if agreed else {stand_in: replace(said, confirmed=False)}


def _other_matter(knowledge: Knowledge, understood: Mapping[str, Any], memory: Mapping[str, Any]) -> bool:
    topics = {question["topic"] for question in understood.get("questions", ())}
    return bool(topics & set(knowledge.matters)) and memory["last"]["topic"] not in topics


def _memory(
    replies: list[Reply],
    questions: list[dict[str, Any]],
    facts: Mapping[str, Fact],
    place: _Place,
    memory: Mapping[str, Any],
) -> Memory:
    asking = next((i for i, reply in enumerate(replies) if reply["ask"] is not None), None)
    ask = replies[asking]["ask"] if asking is not None else None
    last = questions[asking] if asking is not None else questions[-1]
    return {
        "facts": {
            id: {"value": plain_value(fact.value), "said": fact.said, "confirmed": fact.confirmed}
            for id, fact in facts.items()
        },
        "region": place.region or memory.get("region"),
        "pending": ask["fact"] if ask else None,
        "offered": [option["id"] for option in ask["options"]] if ask else [],
        "last": {key: last[key] for key in ("text", "topic", "intent")},
    }
