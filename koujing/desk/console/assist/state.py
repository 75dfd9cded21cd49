"""A call as its page shows it, worked out anew from what is kept: nothing of it lives in a browser or in this process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from koujing.answering.ask import ask_confirm, ask_fact
from koujing.answering.asked import Situation
from koujing.answering.reply import Reply
from koujing.clock import Clock
from koujing.desk.console.assist.cards import Card, card
from koujing.desk.console.assist.screening import Case, aspect_reply, fields, screening, verdict_of
from koujing.desk.console.assist.sheet import Entry, Sheet
from koujing.desk.console.assist.switched import Switched
from koujing.desk.web.shown import View
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactValueError
from koujing.store.calls import Call, Turn
from koujing.text.normalise import normalise

__all__ = ["Row", "Shown", "Shows", "Situated"]

_SOURCES = {"form": "已核对", "text": "从问题读出", "heard": "从通话听到"}
_WORKED_OUT = frozenset({"determined", "clarifying", "answered", "referred"})
_MOST_BUTTONS = 4


@dataclass(frozen=True)
class Row:
    """One fact on the page: the question to read out while it is missing, else its label and value."""

    id: str
    label: str
    question: str
    why: str | None
    type: str
    unit: str
    options: Sequence[tuple[str, str]]
    missing: bool
    value: str = ""
    words: str = ""
    said: str | None = None
    source: str = ""
    source_name: str = ""
    rough: bool = False
    heard: str | None = None
    heard_value: str | None = None

    @property
    def buttons(self) -> bool:
        """Whether the answers are few enough to stand side by side."""
        return 0 < len(self.options) <= _MOST_BUTTONS


@dataclass(frozen=True)
class Situated:
    """A call with what its caller's facts are on its day in its region."""

    call: Call
    sheet: Sheet
    situation: Situation


@dataclass(frozen=True)
class Shown:
    """Everything of a call that a page shows of question and answer."""

    cards: Sequence[Card]
    verdict: Card | None
    missing: Sequence[Row]
    known: Sequence[Row]
    others: Sequence[Row]
    screening: Card | None
    matter: str | None
    matter_name: str | None


class Shows:
    """Works out what a page shows. Holds no call."""

    def __init__(self, knowledge: Knowledge, clock: Clock, view: View, switched: Switched) -> None:
        self._knowledge, self._clock, self._view, self._switched = knowledge, clock, view, switched

    def situated(self, call: Call) -> Situated:
        """A call with its facts."""
        sheet = Sheet.load(call.sheet)
        situation = Situation(call.region, self.day(call), sheet.facts(self._knowledge.facts))
        return Situated(call, sheet, situation)

    def day(self, call: Call) -> dt.date:
        """The day the call asks for."""
        return call.as_of or self._clock.today()

    def cards(self, call: Call, turn: Turn | None) -> list[Card]:
        """The replies to a question, worked out anew where the facts, the day or the place are others by now."""
        if turn is None:
            return []
        here = self.situated(call)
        return [self._card(turn, reply, here) for reply in turn.replies]

    def shown(self, call: Call, turn: Turn | None) -> Shown:
        """The whole page."""
        here, cards = self.situated(call), self.cards(call, turn)
        matter = self.matter(turn)
        context = normalise(turn.text) if turn else ""
        case = fields(self._knowledge, here.situation, matter, context)
        verdict = verdict_of(self._knowledge, here.situation, matter) if matter and here.situation.facts else None
        if verdict is not None and self._switched.reply(verdict) is not verdict:
            verdict = None
        if verdict is not None and any(c.reply["verdict"] and c.reply["matter"] == verdict["matter"] for c in cards):
            verdict = None
        listed = self._switched.items(screening(self._knowledge, here.situation))
        rows = {row.id: row for row in self._rows(here, case)}
        bearing = [*case.missing, *case.bearing]
        asked = {card.reply["ask"]["fact"] for card in cards if card.reply["ask"]}
        return Shown(
            cards=cards,
            verdict=self._made(verdict),
            # What a reply asks back stands first, as the operator has just read it out.
            missing=sorted((rows[id] for id in case.missing if rows[id].missing), key=lambda row: row.id not in asked),
            known=[rows[id] for id in rows if not rows[id].missing],
            others=[row for row in rows.values() if row.missing and row.id not in case.missing and row.id in bearing],
            screening=None if listed is None else card(listed, self._knowledge, self._view, fresh=True),
            matter=matter,
            matter_name=self._knowledge.matters[matter].name if matter else None,
        )

    def matter(self, turn: Turn | None) -> str | None:
        """What a question was about: the matter of its first reply that has one, else of the suggestion picked."""
        if turn is None:
            return None
        named = [reply["matter"] for reply in turn.replies] + [(turn.picked or {}).get("matter")]
        return next((matter for matter in named if matter in self._knowledge.matters), None)

    def _made(self, reply: Reply | None) -> Card | None:
        if reply is None:
            return None
        return card(self._switched.reply(reply), self._knowledge, self._view, fresh=True)

    def _card(self, turn: Turn, reply: Reply, here: Situated) -> Card:
        if reply["status"] == "listed":
            now = screening(self._knowledge, here.situation) if _changed(reply, here) else None
        else:
            now = self._anew(turn, reply, here.situation) if _changed(reply, here) else None
        if now is None or now["text"] == reply["text"]:
            return card(self._switched.reply(reply), self._knowledge, self._view)
        return card(self._switched.reply(now), self._knowledge, self._view, fresh=True)

    def _anew(self, turn: Turn, reply: Reply, situation: Situation) -> Reply | None:
        """The same question answered for the facts of now; None where that cannot be told from the reply."""
        matter, aspect = reply["matter"], reply["aspect"] or (turn.picked or {}).get("aspect")
        if reply["status"] not in _WORKED_OUT or matter not in self._knowledge.matters or not aspect:
            return None
        topic = (turn.picked or {}).get("topic")
        text = reply["question"] or turn.text
        return aspect_reply(self._knowledge, situation, matter, aspect, text, topic or normalise(turn.text))

    def _rows(self, here: Situated, case: Case) -> Iterator[Row]:
        facts = here.situation.facts
        for id in dict.fromkeys((*case.missing, *case.bearing, *here.sheet.entries)):
            if id in self._knowledge.facts:
                yield self._row(id, here.sheet.entries.get(id), facts, missing=id in case.missing)

    def _row(self, id: str, entry: Entry | None, facts: Mapping[str, Fact], *, missing: bool) -> Row:
        kind, fact = self._knowledge.facts[id], facts.get(id)
        ask = ask_fact(self._knowledge, id)
        stand_in = next((each for each in facts if self._knowledge.facts[each].stands_for == id), None)
        if missing and stand_in is not None and facts[stand_in].confirmed:
            ask = ask_confirm(self._knowledge, stand_in, facts[stand_in])
        options = [
            (_plain(option["value"]), str(option["label"])) for option in ask["options"] if option["value"] is not None
        ]
        row = Row(id, kind.label, ask["question"], ask["why"], kind.type, kind.unit, options, missing or fact is None)
        if fact is None or entry is None:
            return row
        words = kind.words(fact.value)
        return replace(
            row,
            missing=missing and not fact.confirmed,
            value=_plain(entry.value),
            words=words,
            said=entry.said,
            source=entry.source,
            source_name=_SOURCES[entry.source],
            rough=not entry.confirmed,
            heard=None if entry.heard is None else self._words(id, entry.heard),
            heard_value=None if entry.heard is None else _plain(entry.heard),
        )

    def _words(self, id: str, raw: Any) -> str:
        kind = self._knowledge.facts[id]
        try:
            return kind.words(kind.parse(raw))
        except FactValueError:
            return str(raw)


def _changed(reply: Reply, here: Situated) -> bool:
    """Whether a reply was made for another day, place or set of facts than those of now."""
    situation = here.situation
    if reply["on"] != situation.on.isoformat() or reply["region"] != situation.region:
        return True
    # What was only said roughly tells the conversation nothing new; it is asked about.
    then = {id: (fact["value"], fact["confirmed"]) for id, fact in reply["facts"].items()}
    now = {
        id: (entry.value, entry.confirmed)
        for id, entry in here.sheet.entries.items()
        if entry.confirmed or id in reply["facts"]
    }
    return then != now


def _plain(value: Any) -> str:
    """A value as a form holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
