"""One message of a session answered: what was understood, what the session remembers, the replies, the new memory.

Pure: the memory is plain JSON that Rasa keeps in a slot, so that any process can go on with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from koujing.answering.following import followed
from koujing.answering.heard import Heard, Place, hear
from koujing.answering.occasions import occasions_told
from koujing.answering.pending import names_place
from koujing.answering.reply import Reply
from koujing.answering.session import Memory, Person, Question, Session
from koujing.answering.steering import possibly_steered, steered
from koujing.answering.supposed import supposed_further, unread
from koujing.answering.surely import urgent
from koujing.answering.telling import told
from koujing.answering.torn import as_far_as_clear
from koujing.answering.turn import Turn
from koujing.knowledge.base import Knowledge

__all__ = ["Memory", "respond"]

_NOTHING = {"topic": "nonsense", "intent": "out_of_scope"}


def respond(
    knowledge: Knowledge,
    understood: Mapping[str, Any],
    metadata: Mapping[str, Any],
    memory: Mapping[str, Any],
    on: dt.date,
) -> tuple[list[Reply], Memory]:
    """Answer a message.

    Args:
        understood: `{text, questions: [{text, topic, intent}], facts: [{fact, value, said, approximate, low, high}],
            others: {person: facts}, places: [{surface, regions}], person, persons}` as read by the understanding.
        metadata: `{region, facts}` given with the message by a trusted system; may be empty.
        memory: what this session remembers; `{}` at its beginning.
        on: the date the question is answered for.

    Returns:
        One reply for each question, one more where an open question is put again, and the memory to keep.
    """
    session = Session.load(knowledge.facts, dict(memory))
    said = str(understood.get("text", ""))
    if knowledge.dialogue.next_case(said):
        again = session.last if knowledge.dialogue.same_question(said) else None
        session = Session(channel=session.channel, last=again)
    here, over = session.region, False
    if knowledge.dialogue.starts_over(said):
        anew = Session(region=here, channel=session.channel)
        over = not urgent(Turn(knowledge, anew, hear(knowledge, understood, metadata, anew), on))
        session = anew if over else session
    if (session.supposed or session.supposed_from) and not knowledge.dialogue.supposes(said):
        session.back_to_fact(knowledge.facts, taken_back=knowledge.dialogue.takes_back(said))
    heard = _turn_to(knowledge, session, hear(knowledge, understood, metadata, session))
    if knowledge.dialogue.desperate(said):
        heard = replace(heard, facts={})  # despair tells of no case
    turned = knowledge.dialogue.turns_away(heard.text) and bool(heard.topics & knowledge.matters.keys())
    if turned:
        session.open.clear()
    heard = _as_sure(session, supposed_further(knowledge, session, heard))
    turn = Turn(knowledge, session, heard, on)
    if over and not heard.facts and not knowledge.dialogue.asks(said):
        return [turn.small("started_over")], session.dump()
    before = dict(session.known.facts)
    replies = (None if turned or urgent(turn) else steered(turn) or told(turn)) or _asked(turn)
    if knowledge.dialogue.supposes(heard.text):
        session.suppose(before, here)
    session.channel = metadata.get("region")
    return turn.with_open_question(replies), session.dump()


def _turn_to(knowledge: Knowledge, session: Session, heard: Heard) -> Heard:
    """Whom and where the message speaks of; what it tells of others is theirs.

    An answer does not turn from the person asked about (媳妇有班上, 我没有): of another person it tells what was asked at
    most. Nor do facts told of nobody by name.
    """
    types, words, entry = knowledge.facts, knowledge.dialogue, session.asking
    for who in filter(words.introduces, heard.persons):
        session.people[who] = Person(apart=True)
    for who, facts in heard.others.items():
        session.learn(types, facts, who)
    own = heard.others.get(session.person)
    if entry is not None and own and heard.person not in (None, session.person) and not words.asks(heard.text):
        # 我男的, 87年的, 媳妇在超市收银: what is told of the one asked about answers, whoever is named after.
        session.learn(types, heard.facts, heard.person)
        heard = replace(heard, facts=own, person=session.person)
    answering = entry is not None and words.short(heard.text) and not words.asks(heard.text)
    if entry is not None and answering and heard.person and heard.person != session.person:
        session.learn(types, {id: fact for id, fact in heard.facts.items() if id != entry.fact}, heard.person)
        heard = replace(heard, facts={id: fact for id, fact in heard.facts.items() if id == entry.fact})
    elif entry is not None and heard.topics and heard.topics <= knowledge.refusals["kinds"].keys() - {"nonsense"}:
        pass  # what is said aside of somebody (我媳妇医保断了) does not turn from the person asked about
    elif heard.person is not None and not answering and (heard.person or heard.personal):
        session.person = heard.person
    if heard.person and heard.person == session.person:
        known = session.known.facts
        session.learn(types, {id: fact for id, fact in heard.by_word.items() if id not in known})
    if answering and entry is not None and _beside_the_place(knowledge, session, heard):
        heard = replace(heard, place=Place(session.region), places=())
    session.region = heard.place.region or session.region
    session.learn(types, heard.given)
    return heard


def _as_sure(session: Session, heard: Heard) -> Heard:
    """The message, what it tells once more as sure as it was told before (去年裁了俩, …裁了2个)."""
    known = session.known.facts
    facts = {
        id: known[id] if id in known and known[id].confirmed and known[id].value == fact.value else fact
        for id, fact in heard.facts.items()
    }
    return replace(heard, facts=facts)


def _beside_the_place(knowledge: Knowledge, session: Session, heard: Heard) -> bool:
    """Whether the place that an answer names is not the one it is asked for: 是, 2019年沈阳本科毕业的.

    It is where it is named by itself, or beside a word that tells of the deciding place (我在兴城交的保险).
    """
    entry, words = session.asking, knowledge.place_cues
    if entry is None or not heard.places or session.region is None or entry.fact not in knowledge.facts:
        return False
    matter = knowledge.matters.get(entry.question["topic"])
    if matter is None or names_place(heard.text, heard.surfaces, knowledge.dialogue):
        return False
    cues = (*words[matter.place], *words.get(f"{matter.place}.hints", ()))
    return not any(cue in heard.text for cue in cues)


def _asked(turn: Turn) -> list[Reply]:
    """The questions of the message answered; where one is open and nothing was understood, that is said."""
    session, heard = turn.session, turn.heard
    if session.asking is not None and not any(turn.digresses(_meant(turn, question)) for question in heard.questions):
        return possibly_steered(turn) or [turn.not_understood()]
    # A case put otherwise (假如当时裁了6个呢) is of the time that the case was of.
    before = dict(session.known.facts)
    turn.learn(turn.sure(heard.facts))
    replies, put = list[Reply](), list[Question]()
    for asked in heard.questions or ({"text": heard.text, **_NOTHING},):
        # What the second of two leaves unsaid was said by the first.
        question = _meant(turn, asked)
        turn.learn(occasions_told(turn, question))
        question = {**question, "unread": unread(turn, question, before)}
        here = turn.settled(question["region"]) if "region" in question else turn
        replies.append(here.say(question, own=question.get("own", False)))
        put.append(question)
    if len(put) > 1 and all(each["topic"] in turn.knowledge.matters for each in put):
        session.pair = [each["topic"] for each in put]
    elif not {each["topic"] for each in put} <= set(session.pair):
        session.pair = []
    return replies


def _meant(turn: Turn, question: Question) -> Question:
    return followed(turn, as_far_as_clear(turn, question))
