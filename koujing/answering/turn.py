"""What a turn of a conversation can do: say the answer to a question, and keep the session in step with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from koujing.answering.answer import answer
from koujing.answering.asked import ALL_MATTERS, NO_MATTER, Asked, Situation
from koujing.answering.heard import Heard, Place, decided_place
from koujing.answering.reply import Reply, blank
from koujing.answering.session import Open, Question, Session
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact
from koujing.text.normalise import normalise

__all__ = ["Turn"]

# A question that is surely about a matter is one, even where no word of it asks (operators' keywords).
_SURE = 0.8
# A screening read with this share may be what a question that lists words of screening means.
_POSSIBLE = 0.1
# As sure must it be that a message in the middle of an interview, asking nothing, is a word aside (thanks, abuse, fraud).
_SAID_ASIDE = 0.5
_KEPT = ("text", "topic", "intent", "context", "near_intents")


@dataclass(frozen=True)
class Turn:
    """One message of a session on its day."""

    knowledge: Knowledge
    session: Session
    heard: Heard
    on: dt.date

    def learn(self, facts: Mapping[str, Fact]) -> None:
        """Take facts of the person spoken of; those a trusted system gives win."""
        self.session.learn(self.knowledge.facts, {**facts, **self.heard.given})

    def say(self, question: Question, *, own: bool = False, first: str | None = None) -> Reply:
        """Answer a question and remember it; what it asks back stays open.

        Args:
            own: all facts known count as told for this question, as they do in an interview.
            first: the fact to ask first, where it is missing.
        """
        session = self.session
        aside = not own and session.asking is not None and session.asking.question["topic"] != question["topic"]
        session.close(question)
        if question["topic"] in self.knowledge.matters:
            session.open = [entry for entry in session.open if entry.question["topic"] != ALL_MATTERS]
        facts = session.known.facts
        told = tuple(facts) if own else tuple({**self.heard.facts, **self.heard.given})
        place = decided_place(self.knowledge, question["topic"], self.heard)
        situation = Situation(
            place.region,
            self.on,
            dict(facts),
            place.candidates,
            place.surface,
            frozenset(session.known.unknown),
            first,
            own,
        )
        reply = answer(
            self.knowledge,
            _put(question, told, personal=own or self.heard.personal, aside=aside),
            situation,
            screened=session.screened,
        )
        self._remember(question, reply)
        return reply

    def _remember(self, question: Question, reply: Reply) -> None:
        session, kept = self.session, {key: question[key] for key in _KEPT if key in question}
        if reply["region"]:
            session.region = session.region or reply["region"]
        if question["topic"] not in self.knowledge.refusals["kinds"]:
            session.last = kept
        if reply["verdict"] in ("eligible", "ineligible"):
            session.decided = kept
        if reply["ask"] is not None:
            ask = reply["ask"]
            options = [{key: option.get(key) for key in ("value", "label")} for option in ask["options"]]
            session.open.append(Open(kept, ask["fact"], options, self._confirmed(ask["fact"])))
        if question["topic"] == ALL_MATTERS:
            session.screened = session.screened + 1 if reply["ask"] is not None else 0
        session.shown = self._shown(reply) or session.shown

    def _confirmed(self, fact: str) -> str | None:
        """The fact that was said in place of the one asked for, where that is being confirmed."""
        types = self.knowledge.facts
        return next(
            (id for id, told in self.session.known.facts.items() if told.confirmed and types[id].stands_for == fact),
            None,
        )

    def _shown(self, reply: Reply) -> list[Question]:
        """The questions that can be picked by number after a reply: listed matters, else suggestions."""
        if reply["items"]:
            return [
                {"text": item["name"], "topic": item["matter"], "intent": "ask_eligibility"} for item in reply["items"]
            ]
        matter, aspects = reply["matter"], self.knowledge.wordings["aspects"]
        if matter is None or not reply["suggestions"]:
            return []
        name = self.knowledge.matters[matter].name
        asked = {words["ask"].format(matter=name): aspect for aspect, words in aspects.items()}
        return [
            {"text": text, "topic": matter, "intent": f"ask_{asked[text]}"}
            for text in reply["suggestions"]
            if text in asked
        ]

    def followed(self, question: Question) -> Question:
        """A question that names nothing it is about goes on about the matter spoken of last (那要多久, 广州呢)."""
        last = self.session.last
        if self._goes_into(question):
            return {**question, "intent": "ask_eligibility", "own": True}
        if self._screens(question):
            return {**question, "topic": ALL_MATTERS, "intent": "screen"}
        if last is None or last["topic"] == NO_MATTER:
            return question
        again = {**question, **{key: last[key] for key in ("topic", "intent")}}
        rest = self._without_names(question["text"])
        if rest != question["text"] and (question["topic"] == "nonsense" or self.knowledge.dialogue.same_again(rest)):
            return again
        if question["topic"] != NO_MATTER and not self._general(question, last):
            return question
        if last["topic"] == ALL_MATTERS or self.knowledge.dialogue.same_again(rest):
            return again
        return {**question, "topic": last["topic"]}

    def _general(self, question: Question, last: Question) -> bool:
        """Whether a question about what holds for all matters (什么时候截止) is about the last one, being short."""
        matters = self.knowledge.matters
        general = question["topic"] in matters and matters[question["topic"]].general
        return general and last["topic"] in matters and self.knowledge.dialogue.short(question["text"])

    def _without_names(self, text: str) -> str:
        """A text without the places and the person that it names."""
        for name in sorted([*self.heard.surfaces, *filter(None, [self.heard.person])], key=len, reverse=True):
            text = text.replace(name, "")
        return text

    def _named(self, topic: str) -> bool:
        """Whether the message names a matter by a word of its own."""
        matter = self.knowledge.matters.get(topic)
        return matter is not None and any(word in self.heard.text for word in (matter.name, *matter.words))

    def _screens(self, question: Question) -> bool:
        """Whether a question read as about one matter asks for all, and names none (盘点一下可以申报的项目)."""
        matters = self.knowledge.matters
        if question["topic"] not in (*matters, NO_MATTER) or not self.knowledge.dialogue.screens(question["text"]):
            return False
        if any(word in question["text"] for matter in matters.values() for word in (matter.name, *matter.words)):
            return False
        likely = bool(dict(question.get("topics", ())).get(ALL_MATTERS, 0) >= _POSSIBLE)
        return likely or question["topic"] == NO_MATTER

    def names_listed(self) -> bool:
        """Whether the message names a matter listed before, to go into it."""
        return any(
            self._goes_into(question) and (self._named(question["topic"]) or question.get("share", 0) >= _SURE)
            for question in self.heard.questions
        )

    def _goes_into(self, question: Question) -> bool:
        """Whether a question goes into a matter just listed (稳岗返还展开说说): decided by what is known."""
        last = self.session.last
        listed = last is not None and last["topic"] == ALL_MATTERS
        shown = {each["topic"] for each in self.session.shown}
        return listed and question["topic"] in shown and question["intent"] in ("ask_overview", "ask_eligibility")

    def urgent(self) -> bool:
        """Whether the message tells of distress, fraud or the like: whom to call is said before anything is taken from it."""
        kinds = self.knowledge.refusals["kinds"]
        return any(
            kinds[question["topic"]]["status"] == "signposted" and question.get("share", 0) >= _SAID_ASIDE
            for question in self.heard.questions
            if question["topic"] in kinds
        )

    def digresses(self, question: Question) -> bool:
        """Whether a message that does not answer the open question asks or says something else worth an answer."""
        if question.get("own"):
            return True
        if question["topic"] == ALL_MATTERS:
            return True
        kind = self.knowledge.refusals["kinds"].get(question["topic"])
        if kind is not None:
            worth = kind["status"] not in ("outside_scope", "account_data") and question["topic"] != "nonsense"
            worth = worth and question.get("share", 1) >= _SAID_ASIDE
            return worth or (self.knowledge.dialogue.asks(self.heard.text) and question["topic"] != "nonsense")
        if question["topic"] in self.knowledge.matters and question.get("share", 0) >= _SURE:
            return True
        return self.knowledge.dialogue.asks(self.heard.text)

    def answered(self, entry: Open, fact: Fact) -> list[Reply]:
        """Take the answer to an open question, with whatever else the message tells, and go on with its case.

        Who answers twice that it is only about so much knows no better: it is not asked again.
        """
        others = {id: told for id, told in self.heard.facts.items() if id != entry.fact}
        self.learn(others)
        before = self.session.known.facts.get(entry.fact)
        vague = not fact.confirmed and before is not None and not before.confirmed
        self.session.answer_learnt(self.knowledge.facts, entry.question, entry.fact, fact)
        if vague:
            self.session.known.unknown.append(entry.fact)
        return [self.say(entry.question, own=True)]

    def chosen(self, option: Mapping[str, Any]) -> list[Reply]:
        """Take the option of the open question that was picked."""
        entry = self.session.asking
        assert entry is not None
        if entry.fact == "region":
            self.session.region = option["value"]
            return [self.settled(option["value"]).say(entry.question, own=True)]
        if entry.fact == "matter":
            self.session.open.pop()
            return [self.say({**entry.question, "topic": option["value"]}, own=True)]
        if option["value"] is None:
            return [self.say(entry.question, own=True, first=entry.fact)]
        return self.answered(entry, Fact(self.knowledge.facts[entry.fact].parse(option["value"])))

    def settled(self, region: str) -> Turn:
        """The same turn with the place known."""
        return replace(self, heard=replace(self.heard, place=Place(region)))

    def not_understood(self) -> Reply:
        """The open question put again, with how it can be answered; a fact not understood twice is left open."""
        entry = self.session.asking
        assert entry is not None
        if entry.missed and entry.fact in self.knowledge.facts:
            self.session.give_up(entry.question, entry.fact)
            reply = self.say(entry.question, own=True)
            frame = str(self.knowledge.wordings["set_aside"])
            plain = reply["plain"] and frame.format(text=reply["plain"])
            return {**reply, "text": frame.format(text=reply["text"]), "plain": plain}
        reply = self.put_again("not_understood")
        if self.session.asking is not None:
            self.session.asking.missed = entry.missed + 1
        return reply

    def put_again(self, frame: str, **fills: str) -> Reply:
        """The open question once more, in a frame of its own; or its answer, where that has become known."""
        entry = self.session.asking
        assert entry is not None
        reply = self.say(entry.question, own=True, first=entry.fact)
        if reply["ask"] is None:
            return reply
        fills = {"question": reply["ask"]["question"], "why": reply["ask"]["why"] or "", **fills}
        text = str(self.knowledge.wordings[frame]).format(**fills)
        return {**reply, "status": "clarifying", "items": [], "text": text, "plain": text}

    def with_open_question(self, replies: list[Reply]) -> list[Reply]:
        """The replies, and after a digression the question that is still open."""
        hush = self.knowledge.dialogue.hush
        if self.session.asking is None or any(reply["ask"] for reply in replies):
            return replies
        if any(reply["status"] in hush for reply in replies):
            return replies
        return [*replies, self.put_again("returned")]

    def small(self, kind: str) -> Reply:
        """A word of the conversation's own (好的，这个先放下), from the frames."""
        text = str(self.knowledge.wordings[kind])
        return blank("smalltalk", text, self.on, kind=kind, plain=text, question=self.heard.text)


def _put(question: Question, told: tuple[str, ...], *, personal: bool, aside: bool) -> Asked:
    context = normalise(question.get("context") or question["text"])
    near = tuple(question.get("near_intents", ()))
    return Asked(
        question["text"], question["intent"], question["topic"], context, told, near,
        tuple(question.get("near_topics", ())), personal, aside,
    )  # fmt: skip
