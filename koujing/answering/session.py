"""What a session remembers: the facts of each person, the place, what was asked back, the last question.

Kept by Rasa as plain JSON in one slot, so that any process can go on with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from koujing.answering.reply import plain_value
from koujing.knowledge.facts import Fact, FactType, FactValueError, Value

__all__ = ["Memory", "Open", "Person", "Question", "Session", "Step", "asked_back"]

Memory = dict[str, Any]
Question = dict[str, Any]
"""`{text, topic, intent, context, near_intents}` as understood."""

_DEEPEST = 3
_MOST_STEPS = 20


def asked_back(memory: Memory) -> frozenset[str]:
    """The facts that were asked for in the session kept in `memory` and are not answered yet."""
    return frozenset(entry["fact"] for entry in memory.get("open", ()))


@dataclass
class Person:
    """One person spoken of: the facts known, and those that the asker does not know; with one `apart` nothing is shared."""

    facts: dict[str, Fact] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    apart: bool = False


@dataclass
class Open:
    """What was asked back and is not answered yet: a fact (or region, matter) wanted for a question.

    `confirms` names the fact said in place of the one asked for; `missed` counts the answers not understood.
    """

    question: Question
    fact: str
    options: list[dict[str, Any]]
    confirms: str | None = None
    missed: int = 0


@dataclass
class Step:
    """An answer to what was asked back, with what was known before it, so that it can be taken back."""

    question: Question
    fact: str
    before: dict[str, Any] | None = None


@dataclass
class Session:
    """The memory while a message is answered. `person` is whose facts are spoken of, empty for the asker.

    `supposed` holds what was known before something else was only supposed, of the person `supposed_of`, and
    `supposed_from` the region that it was before another was. `pair` are
    the questions of the last message that asked for several things.
    """

    people: dict[str, Person] = field(default_factory=dict)
    person: str = ""
    region: str | None = None
    channel: str | None = None
    open: list[Open] = field(default_factory=list)
    last: Question | None = None
    decided: Question | None = None
    shown: list[Question] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    screened: int = 0
    supposed: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    supposed_of: str = ""
    supposed_from: str | None = None
    pair: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, types: Mapping[str, FactType], memory: Memory) -> Session:
        """The session kept in `memory`, `{}` at its beginning; facts no longer defined are forgotten."""
        people = {
            who: Person(_facts(types, entry["facts"]), list(entry["unknown"]), entry.get("apart", False))
            for who, entry in memory.get("people", {}).items()
        }
        return cls(
            people, memory.get("person", ""), memory.get("region"), memory.get("channel"),
            [Open(**entry) for entry in memory.get("open", ())], memory.get("last"), memory.get("decided"),
            list(memory.get("shown", ())), [Step(**entry) for entry in memory.get("steps", ())],
            memory.get("screened", 0), dict(memory.get("supposed", {})),
            memory.get("supposed_of", ""), memory.get("supposed_from"),
            [each for each in memory.get("pair", ()) if isinstance(each, str)],
        )  # fmt: skip

    def dump(self) -> Memory:
        """The session as plain JSON."""
        people = {
            who: {
                "facts": {id: _entry(fact) for id, fact in person.facts.items()},
                "unknown": person.unknown,
                "apart": person.apart,
            }
            for who, person in self.people.items()
        }
        return {
            "people": people, "person": self.person, "region": self.region, "channel": self.channel,
            "open": [asdict(entry) for entry in self.open[-_DEEPEST:]], "last": self.last, "decided": self.decided,
            "shown": self.shown,
            "steps": [asdict(step) for step in self.steps[-_MOST_STEPS:]], "screened": self.screened,
            "supposed": self.supposed, "supposed_of": self.supposed_of, "supposed_from": self.supposed_from, "pair": self.pair,
        }  # fmt: skip

    @property
    def known(self) -> Person:
        """The person spoken of."""
        return self.people.setdefault(self.person, Person())

    def facts(self, types: Mapping[str, FactType]) -> dict[str, Fact]:
        """What is known of the person spoken of, and what holds for both, of whomever it was told."""
        both = {} if self.known.apart else self.people.get("", Person()).facts if self.person else self._other_side()
        return {**{id: fact for id, fact in both.items() if types[id].shared}, **self.known.facts}

    def _other_side(self) -> Mapping[str, Fact]:
        """The facts of the only other person."""
        others = [person.facts for who, person in self.people.items() if who and not person.apart]
        return others[0] if len(others) == 1 else {}

    @property
    def asking(self) -> Open | None:
        """What was asked back last and is not answered."""
        return self.open[-1] if self.open else None

    def learn(self, types: Mapping[str, FactType], facts: Mapping[str, Fact], who: str | None = None) -> None:
        """Take facts just told, of the person spoken of or of another; what was known and disagrees with them gives way."""
        person = self.known if who is None else self.people.setdefault(who, Person())
        anew = {
            id: fact for id, fact in facts.items() if id not in person.facts or person.facts[id].value != fact.value
        }
        for id, fact in facts.items():
            person.facts.pop(id, None)
            person.facts[id] = fact
            if id in person.unknown:
                person.unknown.remove(id)
        for id in list(person.facts):
            deciding = anew.get(types[id].stands_for or "")
            if deciding is not None and deciding.value != person.facts[id].value:
                del person.facts[id]
        for id in [id for id in person.facts if id not in facts]:
            if _superseded(types[id], person.facts[id], anew, types):
                del person.facts[id]

    def answer_learnt(self, types: Mapping[str, FactType], question: Question, fact: str, value: Fact) -> None:
        """Take the answer to a fact asked for, in a way that can be taken back."""
        before = self.known.facts.get(fact)
        self.steps.append(Step(question, fact, _entry(before) if before else None))
        self.learn(types, {fact: value})

    def suppose(self, before: Mapping[str, Fact], region: str | None) -> None:
        """Keep what was known `before` of the person spoken of and the place, where a supposition changed it."""
        if self.supposed_of != self.person:
            self.supposed, self.supposed_of = {}, self.person
        if region != self.region:
            self.supposed_from = self.supposed_from or region
        for id in {*before, *self.known.facts}:
            if before.get(id) != self.known.facts.get(id):
                self.supposed.setdefault(id, _entry(before[id]) if id in before else None)

    def back_to_fact(self, types: Mapping[str, FactType], *, taken_back: bool) -> None:
        """End a supposition; where it is `taken_back`, what was known before it holds again."""
        if taken_back:
            facts = self.people.setdefault(self.supposed_of, Person()).facts
            for id in self.supposed:
                facts.pop(id, None)
            facts.update(_facts(types, {id: entry for id, entry in self.supposed.items() if entry}))
            self.region = self.supposed_from or self.region
        self.supposed, self.supposed_from = {}, None

    def give_up(self, question: Question, fact: str) -> None:
        """The asker does not know a fact: it is not asked for again."""
        before = self.known.facts.get(fact)
        self.steps.append(Step(question, fact, _entry(before) if before else None))
        if fact not in self.known.unknown:
            self.known.unknown.append(fact)

    def take_back(self, types: Mapping[str, FactType]) -> Step | None:
        """Undo the last answer; None where there is none."""
        if not self.steps:
            return None
        step = self.steps.pop()
        person = self.known
        person.facts.pop(step.fact, None)
        if step.fact in person.unknown:
            person.unknown.remove(step.fact)
        if step.before is not None:
            person.facts.update(_facts(types, {step.fact: step.before}))
        return step

    def ask(self, entry: Open) -> None:
        """Put a question: what was asked back before for the same fact of the same matter is this one."""
        same = (entry.fact, entry.question["topic"])
        self.open = [each for each in self.open if (each.fact, each.question["topic"]) != same]
        self.open.append(entry)

    def close(self, question: Question) -> None:
        """Forget what was asked back for a question (about the same, of the same matter)."""
        same = (question["topic"], question["intent"])
        self.open = [entry for entry in self.open if (entry.question["topic"], entry.question["intent"]) != same]


def _superseded(kind: FactType, known: Fact, told: Mapping[str, Fact], types: Mapping[str, FactType]) -> bool:
    """Whether a fact known before was computed from or stood for by what is told anew, or is entailed otherwise by it."""
    if kind.derived is not None and any(name in told for name in kind.derived.of):
        return True
    if any(types[name].stands_for == kind.id for name in told):
        return True
    return any(
        rule.fact in told and rule.value != known.value and rule.holds_of(told[rule.fact]) for rule in kind.implied_by
    )


def _facts(types: Mapping[str, FactType], entries: Mapping[str, Any]) -> dict[str, Fact]:
    facts = {}
    for id, entry in entries.items():
        kind = types.get(id)
        if kind is None:
            continue
        try:
            low, high = (_parsed(kind, entry.get(end)) for end in ("low", "high"))
            facts[id] = Fact(kind.parse(entry["value"]), entry.get("said"), entry.get("confirmed", True), low, high)
        except FactValueError:
            continue
    return facts


def _parsed(kind: FactType, raw: Any) -> Value | None:
    return None if raw is None else kind.parse(raw)


def _entry(fact: Fact) -> dict[str, Any]:
    entry = {"value": plain_value(fact.value), "said": fact.said, "confirmed": fact.confirmed}
    if fact.low is not None and fact.high is not None:
        entry |= {"low": plain_value(fact.low), "high": plain_value(fact.high)}
    return entry
