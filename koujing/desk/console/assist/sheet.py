"""What is known of the caller (事实表): each fact with where it comes from, and what the conversation in Rasa knows of it.

The sheet is the truth of a call. What an operator sets stays until a sentence typed or answered says otherwise; what is
heard on the line never overrides what an operator set. The conversation is told what changed with the next question;
as it cannot be told to forget, a fact that was cleared begins it anew, with all facts still known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from koujing.answering.reply import plain_value
from koujing.knowledge.facts import Fact, FactType, FactValueError, Value
from koujing.text.facts import ReadFact

__all__ = ["FORM", "HEARD", "TEXT", "Entry", "Sheet"]

FORM, TEXT, HEARD = "form", "text", "heard"
"""Set by the operator, read from a question, heard in the transcript."""
_OF_A_CASE = frozenset({"determined", "answered", "listed", "clarifying", "referred"})


@dataclass(frozen=True)
class Entry:
    """One fact: `value` as plain data. `heard` is what the line says where the operator set something else."""

    value: Any
    source: str
    said: str | None = None
    confirmed: bool = True
    low: Any = None
    high: Any = None
    heard: Any = None


@dataclass(frozen=True)
class Sheet:
    """Immutable; each change gives another. `told` is what the conversation knows, `round` how often it began anew."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    round: int = 0

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Sheet:
        """As kept in the store; `{}` at the beginning."""
        entries = {id: Entry(**entry) for id, entry in kept.get("entries", {}).items()}
        return cls(entries, dict(kept.get("told", {})), kept.get("round", 0))

    def dump(self) -> dict[str, Any]:
        """As plain JSON."""
        entries = {id: asdict(entry) for id, entry in self.entries.items()}
        return {"entries": entries, "told": dict(self.told), "round": self.round}

    def facts(self, types: Mapping[str, FactType]) -> dict[str, Fact]:
        """The facts as the rules take them; those of a kind that is known no more are left out."""
        facts = {}
        for id, entry in self.entries.items():
            kind = types.get(id)
            if kind is None:
                continue
            try:
                low, high = (None if end is None else kind.parse(end) for end in (entry.low, entry.high))
                facts[id] = Fact(kind.parse(entry.value), entry.said, entry.confirmed, low, high)
            except FactValueError:
                continue
        return facts

    def set(self, kind: FactType, value: Value, types: Mapping[str, FactType]) -> Sheet:
        """A fact that the operator set; what was worked out from it, or stood for it, gives way."""
        plain = plain_value(value)
        before = self.entries.get(kind.id)
        same = before is not None and before.confirmed and before.value == plain
        kept = {id: entry for id, entry in self.entries.items() if id != kind.id and not _gives_way(types, id, kind)}
        said = before.said if before is not None and same else None
        return replace(self, entries={**kept, kind.id: Entry(plain, FORM, said)})

    def clear(self, id: str) -> Sheet:
        """Without a fact."""
        return replace(self, entries={each: entry for each, entry in self.entries.items() if each != id})

    def hear(self, read: Iterable[ReadFact], types: Mapping[str, FactType]) -> Sheet:
        """With what was heard; beside what the operator set, another value is only noted."""
        entries = dict(self.entries)
        for each in read:
            kind, before = types.get(each.fact), entries.get(each.fact)
            if kind is None:
                continue
            try:
                value = plain_value(kind.parse(each.value))
                low, high = (None if end is None else plain_value(kind.parse(end)) for end in (each.low, each.high))
            except FactValueError:
                continue
            if before is not None and before.source == FORM:
                entries[each.fact] = replace(before, heard=None if value == before.value else value)
            else:
                entries[each.fact] = Entry(value, HEARD, each.said, not each.approximate, low, high)
        return replace(self, entries=entries)

    def untold(self) -> tuple[dict[str, Any], Sheet]:
        """What the conversation must be told with the next question, and the sheet in the round of that question.

        What was said only roughly is told by nobody but the caller: told as a fact it would become exact.
        """
        exact = {id: entry.value for id, entry in self.entries.items() if entry.confirmed}
        if set(self.told) - set(self.entries):
            return exact, replace(self, told=exact, round=self.round + 1)
        news = {id: value for id, value in exact.items() if self.told.get(id) != value}
        return news, replace(self, told={**self.told, **news})

    def answered(self, sent: Sheet, replies: Iterable[Mapping[str, Any]]) -> Sheet:
        """After the answer to a question asked with the sheet `sent`: the facts of the person whom it is about.

        What was changed on the sheet while the answer was under way stays as changed.
        """
        known = _known(replies)
        if known is None:
            return replace(self, told=sent.told, round=max(self.round, sent.round))
        entries = {id: self._learnt(id, told) for id, told in known.items()}
        entries |= {id: entry for id, entry in self.entries.items() if sent.entries.get(id) != entry}
        rough = {id: entry for id, entry in self.entries.items() if not entry.confirmed and id not in entries}
        gone = set(sent.entries) - set(self.entries)
        kept = {id: entry for id, entry in {**entries, **rough}.items() if id not in gone}
        told = {id: fact["value"] for id, fact in known.items()}
        return replace(self, entries=kept, told=told, round=max(self.round, sent.round))

    def anew(self) -> Sheet:
        """The conversation forgets the place it was about, which it can only by beginning anew."""
        return replace(self, told={}, round=self.round + 1)

    def _learnt(self, id: str, told: Mapping[str, Any]) -> Entry:
        before = self.entries.get(id)
        if before is not None and before.value == told["value"] and before.confirmed == told["confirmed"]:
            return before
        return Entry(told["value"], TEXT, told["said"], told["confirmed"], told.get("low"), told.get("high"))


def _known(replies: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The facts by which a reply was made; None where no reply is about anyone's case."""
    known = None
    for reply in replies:
        if reply["status"] in _OF_A_CASE and (reply["facts"] or reply["aspect"] or reply["items"]):
            known = reply["facts"]
    return known


def _gives_way(types: Mapping[str, FactType], id: str, to: FactType) -> bool:
    """Whether a known fact is worked out from the one set, or was said in place of it."""
    kind = types.get(id)
    if kind is None:
        return True
    return (kind.derived is not None and to.id in kind.derived.of) or kind.stands_for == to.id
