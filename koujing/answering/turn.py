"""What a turn of a conversation can do: say the answer to a question, and keep the session in step with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from koujing.answering.answer import answer, wants_verdict
from koujing.answering.asked import ALL_MATTERS, NO_MATTER, Asked, Situation, put
from koujing.answering.determined import stated
from koujing.answering.heard import Heard, Place, decided_place
from koujing.answering.reply import Reply, blank
from koujing.answering.session import Open, Question, Session
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact

__all__ = ["SAID_ASIDE", "SURE", "Turn"]

# A question that is surely about a matter is one, even where no word of it asks (operators' keywords).
SURE = 0.8
# As sure must it be that a message in the middle of an interview, asking nothing, is a word aside (thanks, abuse, fraud).
SAID_ASIDE = 0.5
# With such a share an aspect is asked for (依据, 材料), though no word asks.
_ASPECT = 0.4
# Asked of a case, these ask for the verdict.
_CASES = ("ask_conditions", "ask_who")
_KEPT = ("text", "topic", "intent", "context", "near_intents", "near_topics")


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

    def sure(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """Facts told in place of others, as sure as those were: a year need not be said again.

        Dates and what is only about so much are as sure as they were told.
        """
        known, types = self.session.known.facts, self.knowledge.facts
        # A bare figure told of what only stands for a fact that is known for sure is of that one (要真是三十二个人).
        meant = {id: types[id].stands_for or id for id in facts}
        facts = {
            meant[id] if id not in known and meant[id] in known and known[meant[id]].confirmed else id: fact
            for id, fact in facts.items()
        }
        return {
            id: replace(fact, confirmed=True)
            if id in known and known[id].confirmed and fact.low is None and types[id].type not in ("date", "month")
            else fact
            for id, fact in facts.items()
        }

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
        facts = session.facts(self.knowledge.facts)
        told = tuple(facts) if own else tuple({**self.heard.facts, **self.heard.given})
        place = decided_place(self.knowledge, question["topic"], self.heard)
        if self.heard.place.candidates and place.region:
            session.region = place.region
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
        offered = self.knowledge.dialogue.offers_answers(self.heard.text)
        asked = put(question, told, personal=own or self.heard.personal, aside=aside, offered=offered)
        reply = answer(self.knowledge, asked, situation, screened=session.screened)
        self._remember(question, reply, decides=bool(reply["verdict"]) or self._of_a_case(asked))
        return reply

    def _remember(self, question: Question, reply: Reply, *, decides: bool) -> None:
        session, kept = self.session, {key: question[key] for key in _KEPT if key in question}
        if reply["region"]:
            session.region = session.region or reply["region"]
        kept |= {"decides": decides, "person": session.person, "place": session.region, "verdict": reply["verdict"]}
        if question["topic"] not in self.knowledge.refusals["kinds"]:
            session.last = {**kept, "handles": self._handled(question["topic"])}
        if reply["verdict"] in ("eligible", "ineligible"):
            session.decided = kept
        if reply["ask"] is not None:
            ask = reply["ask"]
            options = [{key: option.get(key) for key in ("value", "label")} for option in ask["options"]]
            # Who was asked about a case and says 城镇户 wants the verdict still, in whatever words it was asked for.
            going = {**kept, "intent": "ask_eligibility"} if question["intent"] in _CASES else kept
            session.ask(Open(going, ask["fact"], options, self._confirmed(ask["fact"])))
        if question["topic"] == ALL_MATTERS:
            session.screened = session.screened + 1 if reply["ask"] is not None else 0
        session.shown = self._shown(reply) or session.shown

    def _of_a_case(self, asked: Asked) -> bool:
        """Whether a question asks if one qualifies, so that the same asked of another person or place does too."""
        return asked.intent == "ask_eligibility" and wants_verdict(self.knowledge.dialogue.asks_for, asked)

    def _handled(self, topic: str) -> str | None:
        """The matter talked of, where what was asked is only how such things are handled (几天能办好)."""
        matters, last = self.knowledge.matters, self.session.last
        if topic not in matters or matters[topic].audience or last is None:
            return None
        before = last.get("handles") or last["topic"]
        return before if before in matters and matters[before].audience else None

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
                {"text": item["name"], "topic": item["matter"], "intent": "ask_eligibility", "verdict": item["verdict"]}
                for item in reply["items"]
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

    def named_matter(self, text: str) -> str | None:
        """The matter that a text names by a word of its own, by the longest (求职创业补贴, and not 创业补贴); None: it names none."""
        named = {word: matter.id for matter in self.knowledge.matters.values() for word in (matter.name, *matter.words)}
        said = max((word for word in named if word in text), key=len, default=None)
        return None if said is None else named[said]

    def names_matter(self, text: str) -> bool:
        """Whether a text names any matter by a word of its own."""
        return self.named_matter(text) is not None

    def bears_on(self, question: Question, facts: Iterable[str]) -> bool:
        """Whether any of the facts bears on the question: on the rules of its matter, or on the day that it is asked for."""
        if question["topic"] == ALL_MATTERS:
            return any(True for _ in facts)
        region, types = self.session.region, self.knowledge.facts
        if region is None or question["topic"] not in self.knowledge.matters:
            return False
        provision = self.knowledge.ruling(question["topic"], region)
        if provision is None:
            return False
        dated = any(types[id].default is not None for id in facts)
        return dated or bool(stated(self.knowledge, provision.rules.values(), facts))

    def digresses(self, question: Question) -> bool:
        """Whether a message that does not answer the open question asks or says something else worth an answer."""
        if question.get("own"):
            return True
        entry, asks = self.session.asking, self.knowledge.dialogue.asks(self.heard.text)
        known = self.session.known.facts
        new = any(id not in known or known[id].value != fact.value for id, fact in self.heard.facts.items())
        if (
            entry is not None
            and not asks
            and not new
            and all(question[key] == entry.question[key] for key in ("topic", "intent"))
        ):
            return False
        if question["topic"] == ALL_MATTERS:
            return asks or self.knowledge.dialogue.screens(self.heard.text)
        kind = self.knowledge.refusals["kinds"].get(question["topic"])
        if kind is not None:
            worth = kind["status"] not in ("outside_scope", "account_data") and question["topic"] != "nonsense"
            worth = worth and question.get("share", 1) >= SAID_ASIDE
            return worth or (asks and question["topic"] != "nonsense")
        if question["topic"] in self.knowledge.matters and question.get("share", 0) >= SURE:
            return True
        return asks or self._of_any_matter(question)

    def _of_any_matter(self, question: Question) -> bool:
        """Whether a message asks for what any matter has, as its words show (文号给我一下)."""
        matters = self.knowledge.matters
        share = sum(
            likely
            for topic, likely in question.get("topics", ())
            if topic == NO_MATTER or (topic in matters and matters[topic].general)
        )
        return bool(share >= SAID_ASIDE and question["intents"][0][1] >= _ASPECT)

    def answered(self, entry: Open, fact: Fact) -> list[Reply]:
        """Take the answer to an open question, with whatever else the message tells, and go on with its case.

        Who answers twice that it is only about so much knows no better: it is not asked again. The figure of the answer
        sets right no other fact that is known (准数20个,都参保).
        """
        known = self.session.known.facts
        others = {
            id: told
            for id, told in self.heard.facts.items()
            if id != entry.fact and not (id in known and told.value == fact.value and type(told.value) is not bool)
        }
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
            return [self.say({**entry.question, "topic": option["value"], "near_topics": ()}, own=True)]
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
        # Whoever was spoken of since, and wherever that one lives: it is put of the one it was about.
        before, self.session.person = self.session.person, entry.question.get("person", self.session.person)
        here, place = self, entry.question.get("place")
        if place and before != self.session.person:
            self.session.region, here = place, self.settled(place)
        reply = here.say(entry.question, own=True, first=entry.fact)
        if reply["ask"] is None:
            return reply
        fills = {"question": reply["ask"]["question"], "why": reply["ask"]["why"] or "", **fills}
        text = str(self.knowledge.wordings[frame]).format(**fills)
        verdict = reply["verdict"] if reply["verdict"] == "need_info" else None
        return {**reply, "status": "clarifying", "verdict": verdict, "items": [], "text": text, "plain": text}

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
