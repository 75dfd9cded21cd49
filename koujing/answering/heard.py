"""A message as heard in its session: the facts it tells, the place and the person it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from koujing.answering.session import Question, Session
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactType, FactValueError, Value
from koujing.knowledge.regions import Regions
from koujing.text.deciding import PlaceCues, deciding_place, is_away

__all__ = ["Heard", "Place", "decided_place", "hear"]

_SAID = {"true": True, "false": False}
# Measured on answers held out of training: as sure as this, one in seven of the hardest answers is misread.
_SURE = 0.68
# Where plain words say the same, this much is enough.
_LEANING, _DENYING = 0.3, 0.15
# Of the options of a choice the best needs less, being one of many, but must stand clear of the second.
_POSSIBLE, _CLEAR = 0.05, 2.0
_DISTRESS = {"topic": "distress", "intent": "out_of_scope", "share": 1.0}
_HANDED_OVER = {"topic": "human_request", "intent": "out_of_scope", "share": 1.0}
_THANKS = {"topic": "thanks", "intent": "smalltalk", "share": 1.0}
_PRONOUNS = frozenset({"他", "她", "佢"})


@dataclass(frozen=True)
class Place:
    """The region of a message, or the candidates where what was said could mean several."""

    region: str | None
    candidates: tuple[str, ...] = ()
    surface: str = ""


@dataclass(frozen=True)
class Heard:
    """What the understanding read, as far as the policies know it.

    `facts` were told of `person`, None where nobody is named, `others` of other persons, and `given` by a trusted system;
    `persons` are the words for them in the text; a `personal` message mentions the asker or another person in any way. `answers` tells of a short message, for each
    fact that may have been asked for, how likely it means each value. `supposed` is what a question that puts a case
    otherwise would tell, and `by_word` what the word for the person tells by itself (我爸 is a man). `acts` are what the
    message may do to steer the conversation, with their shares.
    """

    text: str
    questions: tuple[Question, ...]
    facts: Mapping[str, Fact]
    given: Mapping[str, Fact]
    places: tuple[Mapping[str, Any], ...]
    place: Place
    person: str | None
    personal: bool
    answers: Mapping[str, Mapping[str, float]]
    others: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    persons: tuple[str, ...] = ()
    supposed: Mapping[str, Fact] = field(default_factory=dict)
    by_word: Mapping[str, Fact] = field(default_factory=dict)
    acts: Mapping[str, float] = field(default_factory=dict)

    def answer_to(self, kind: FactType) -> Fact | None:
        """The fact that the message tells as an answer to the question about it, by how such answers are worded."""
        ranked = sorted(self.answers.get(kind.id, {}).items(), key=lambda each: -each[1])
        if not ranked:
            return None
        (best, share), second = ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0
        if kind.type == "yes_no":
            return Fact(_SAID[best]) if share >= _SURE else None
        return Fact(best) if share >= _POSSIBLE and share >= _CLEAR * second else None

    def yes(self, kind: FactType) -> float:
        """How likely such an answer is a yes by how it is worded; 1 where nothing is known."""
        return self.answers.get(kind.id, {"true": 1.0}).get("true", 0.0)

    def leans(self, kind: FactType, value: Value) -> bool:
        """Whether such answers are worded so that this value is likelier than any other, or nothing is known; a no less surely,
        as its words say so."""
        shares = self.answers.get(kind.id, {})
        share = shares.get(str(value).lower(), 0.0)
        return not shares or (share >= max(shares.values()) and share >= (_DENYING if value is False else _LEANING))

    def denies(self, kind: FactType, value: Value) -> bool:
        """Whether such answers are worded so that another value is likelier than this one."""
        shares = self.answers.get(kind.id, {})
        return any(share > shares.get(str(value).lower(), 0.0) for share in shares.values())

    @property
    def surfaces(self) -> list[str]:
        """The words by which places are named."""
        return [place["surface"] for place in self.places]

    @property
    def topics(self) -> frozenset[str]:
        """What the questions are about."""
        return frozenset(question["topic"] for question in self.questions)


def hear(knowledge: Knowledge, understood: Mapping[str, Any], metadata: Mapping[str, Any], session: Session) -> Heard:
    """The message in the light of its session; what the policies do not know is left out."""
    topics = {question["topic"] for question in understood.get("questions", ())}
    places = _decisive(knowledge, str(understood.get("text", "")), understood.get("places", ()), topics, session)

    def located(question: Question) -> Question:
        """A question that names a place of its own, with the region."""
        named = _decisive(knowledge, question["text"], question.get("places", ()), {question["topic"]}, session)
        place = _place(knowledge.regions, named, metadata.get("region"), session) if named else None
        return {**question, "region": place.region} if place and place.region else question

    text = str(understood.get("text", ""))
    entry = session.asking
    if entry is not None and entry.fact in knowledge.facts and knowledge.facts[entry.fact].type == "yes_no":
        text = knowledge.dialogue.without_echo(text)
    rest = "".join(each for each in text if each not in _PRONOUNS)
    told_apart = {entry["fact"] for entries in (understood.get("others") or {}).values() for entry in entries}
    apart = any(not knowledge.facts[id].shared for id in told_apart & knowledge.facts.keys())
    contrasted = apart or knowledge.dialogue.same_again(rest)
    questions = understood.get("questions", ())
    if knowledge.dialogue.desperate(text):
        # A model may take it for anything. Whom to call is said first, and what is asked beside it after.
        asked = [each for each in questions if each["topic"] in knowledge.matters and knowledge.dialogue.asks(text)]
        questions = ({"text": text, **_DISTRESS}, *asked)
    elif knowledge.dialogue.hands_over(text):
        questions = ({"text": text, **_HANDED_OVER},)
    elif knowledge.dialogue.only_thanks(text) and not any(
        each["topic"] in knowledge.matters or each.get("share", 0) >= _SURE for each in questions
    ):
        questions = ({"text": text, **_THANKS},)
    facts, person = _told(knowledge.facts, understood.get("facts", ())), understood.get("person")
    if person in _PRONOUNS and session.last is None and not session.people:
        nobodys = _told(knowledge.facts, (understood.get("others") or {}).get("", ()))
        if not nobodys.keys() & facts.keys():
            facts, person = {**nobodys, **facts}, ""
    return Heard(
        text=text,
        questions=tuple(located(question) for question in questions),
        facts=facts,
        given={
            id: Fact(knowledge.facts[id].parse(raw))
            for id, raw in (metadata.get("facts") or {}).items()
            if id in knowledge.facts
        },
        places=places,
        place=_place(knowledge.regions, places, metadata.get("region"), session),
        person=_person(person, session, contrasted=contrasted),
        personal=bool(understood.get("personal")),
        answers=understood.get("answers") or {},
        others={
            _person(who, session, contrasted=contrasted) or "": _told(knowledge.facts, entries)
            for who, entries in (understood.get("others") or {}).items()
        },
        persons=tuple(understood.get("persons", ())),
        supposed=_told(knowledge.facts, understood.get("supposed", ())),
        by_word={
            id: Fact(knowledge.facts[id].parse(raw))
            for id, raw in understood.get("by_word", {}).items()
            if id in knowledge.facts
        },
        acts=understood.get("acts") or {},
    )


def _told(types: Mapping[str, FactType], entries: Any) -> dict[str, Fact]:
    facts = {}
    for entry in entries:
        kind = types.get(entry["fact"])
        if kind is None:
            continue
        try:
            low, high = (_end(kind, entry.get(end)) for end in ("low", "high"))
            facts[kind.id] = Fact(
                kind.parse(entry["value"]), entry.get("said"), not entry.get("approximate", False), low, high
            )
        except FactValueError:
            continue
    return facts


def _end(kind: FactType, raw: Any) -> Value | None:
    return None if raw is None else kind.parse(raw)


def _person(named: str | None, session: Session, *, contrasted: bool) -> str | None:
    """Whom the message speaks of; 他 is the other person spoken of last.

    Where no other was spoken of, 他 is whoever the case before is of (村里老刘…, 他…), unless what the message tells of the
    asker is set beside it (我交满了, 他没有; 他呢).
    """
    if named not in _PRONOUNS or session.person:
        return session.person if named in _PRONOUNS else named
    others = next((who for who in reversed(session.people) if who), None)
    same = session.decided is not None or session.asking is not None
    return others or (session.person if same and not contrasted else named)


def _place(regions: Regions, places: tuple[Mapping[str, Any], ...], channel: str | None, session: Session) -> Place:
    """The region: that of the text, else of a channel that changed, else the session's. Several are asked about.

    A channel that names the same region with every message does not undo the place that the asker named before.
    """
    unchanged = channel in (None, session.channel)
    fallback = session.region or channel if unchanged else channel
    named = [(place["surface"], _possible(regions, place["regions"], fallback)) for place in places]
    named = [(surface, candidates) for surface, candidates in named if candidates]
    sure = {candidates[0] for _, candidates in named if len(candidates) == 1}
    for surface, candidates in named:
        inside = tuple(id for id in candidates if any(regions.within(id, other) for other in sure))
        if len(candidates) > 1 and len(inside) == 1:
            sure.add(inside[0])
        elif len(candidates) > 1:
            return Place(None, candidates, surface)
    return _narrowest(regions, sure, fallback, [surface for surface, _ in named])


def _decisive(
    knowledge: Knowledge, text: str, places: Any, topics: Set[str], session: Session
) -> tuple[Mapping[str, Any], ...]:
    """The places of a message but those one only heard of (听说葫芦岛能退六成) and, where another is named or known, those
    where one only is or comes from (我人在老家湖北).

    What is asked decides which words tell more of a place than that: for help to those registered there 老家 does.
    """
    last = set() if session.last is None else {session.last["topic"]}
    asked = topics & knowledge.matters.keys() or last & knowledge.matters.keys()
    kinds = {knowledge.matters[topic].place for topic in asked} or {"insured"}
    sorts = [*kinds, *(f"{kind}.alone" for kind in kinds if len(places) == 1)]
    cues = [cue for sort in sorts for cue in knowledge.place_cues.get(sort, ())]
    away = knowledge.place_cues.get("away", ())
    places = tuple(each for each in places if not is_away(text, each, knowledge.place_cues.get("hearsay", ()), ()))
    kept = tuple(each for each in places if not is_away(text, each, away, cues))
    return kept if kept or session.region is not None else places


def _possible(regions: Regions, candidates: list[str], fallback: str | None) -> tuple[str, ...]:
    """What a name may mean; one inside the region already known is meant where it is the only such."""
    known = tuple(id for id in candidates if regions.get(id) is not None)
    # 湖南长沙 is the city, not the county of the same name in it.
    widest = tuple(id for id in known if all(regions.within(other, id) for other in known))
    if len(widest) == 1:
        return widest
    if not fallback or len(known) < 2:
        return known
    inside = tuple(id for id in known if regions.within(id, fallback))
    return inside if len(inside) == 1 else known


def _narrowest(regions: Regions, sure: set[str], fallback: str | None, surfaces: list[str]) -> Place:
    leaves = [id for id in sure if not any(other != id and regions.within(other, id) for other in sure)]
    if len(leaves) == 1:
        region = leaves[0]
        return Place(fallback if fallback and regions.within(fallback, region) else region)
    if not leaves:
        return Place(fallback)
    chains = {regions.notices_chain(id) for id in leaves}
    if len(chains) == 1 and regions.notices_chain(leaves[0]):
        return Place(regions.notices_chain(leaves[0])[0])
    return Place(None, tuple(sorted(leaves)), "、".join(dict.fromkeys(surfaces)))


def decided_place(knowledge: Knowledge, topic: str, heard: Heard) -> Place:
    """Of several places named, the one that decides for a question's matter, where the words tell."""
    matter = knowledge.matters.get(topic)
    place = heard.place
    if place.region is not None or not place.candidates or matter is None:
        return place
    words = knowledge.place_cues
    cues = PlaceCues(
        words[matter.place], words.get(f"{matter.place}.hints", ()), words.get("not", ()), words.get("left", ())
    )
    region = deciding_place(heard.text, heard.places, cues)
    within = knowledge.regions.within
    named = region is not None and any(region == each or within(each, region) for each in place.candidates)
    return Place(region) if named else place
