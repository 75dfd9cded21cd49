"""Questions that put a decided case otherwise: figures on top of those told (要是再多裁两个呢), and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from koujing.answering.heard import Heard
from koujing.answering.session import Question, Session
from koujing.answering.turn import Turn
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactValueError

__all__ = ["supposed_further", "unread"]

_COUNTED = frozenset({"number", "duration", "money"})


def supposed_further(knowledge: Knowledge, session: Session, heard: Heard) -> Heard:
    """The message, figures that it supposes on top of those known added to them, or taken off."""
    words, types, known = knowledge.dialogue, knowledge.facts, session.known.facts
    step = words.further(heard.text) if words.supposes(heard.text) else 0

    def moved(facts: Mapping[str, Fact]) -> dict[str, Fact]:
        sums = dict(facts)
        for id, fact in facts.items():
            if types[id].type in _COUNTED and id in known and known[id].confirmed and fact.low is None:
                try:
                    value = types[id].parse(known[id].value + step * fact.value)  # type: ignore[operator]
                except FactValueError:
                    del sums[id]  # more is taken off than there is: nothing was supposed that can be
                    continue
                sums[id] = replace(fact, value=value, confirmed=True)
        return sums

    return replace(heard, facts=moved(heard.facts), supposed=moved(heard.supposed)) if step else heard


def unread(turn: Turn, question: Question, before: Mapping[str, Fact]) -> bool:
    """Whether a question puts the case decided last otherwise and nothing of it was read: no verdict of the case as it is.

    `before` are the facts known before the question was heard.
    """
    decided, session = turn.session.decided, turn.session
    if decided is None or not turn.knowledge.dialogue.supposes(question["text"]):
        return False
    same = (decided["topic"], decided.get("person", "")) == (question["topic"], session.person)
    known = session.known.facts
    changed = {id for id in {*before, *known} if before.get(id) != known.get(id)}
    dated = any(turn.knowledge.facts[id].type in ("date", "month") for id in changed)
    return same and not turn.heard.surfaces and not dated and not turn.bears_on(question, changed)
