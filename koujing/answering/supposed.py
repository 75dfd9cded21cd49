"""Questions that put a case otherwise (要是明年才申请呢): what they suppose, on top of what was told, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from koujing.answering.heard import Heard
from koujing.answering.pending import figure_told, speaks_of
from koujing.answering.session import Question, Session
from koujing.answering.turn import Turn
from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import Leaf, leaves
from koujing.knowledge.facts import Fact, FactValueError
from koujing.text.dates import find_dates

__all__ = ["besides", "names_aside", "suppose", "supposed_further", "supposes", "unread", "unsaid"]

_FIGURES = ("number", "percent", "money", "date", "month", "duration")
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


def suppose(turn: Turn, question: Question, last: Question) -> None:
    """Take what a question supposes of the last case, where it bears on it or its amounts: it is decided as if it were so."""
    supposed = turn.heard.supposed
    if not supposed or _names_another(turn, question, last):
        return
    if turn.bears_on(last, supposed) or _bears_on_amounts(turn, last, supposed):
        turn.learn(turn.sure(supposed))


def supposes(turn: Turn, question: Question, last: Question) -> bool:
    """Whether a question puts the last case otherwise, by a fact that bears on it (要是明年才申请呢).

    A day that it says and no fact takes up is never left out of the case.
    """
    if not turn.knowledge.dialogue.supposes(question["text"]):
        return False
    told = {**turn.heard.facts, **turn.heard.supposed, **unsaid(turn, question, last)}
    types = turn.knowledge.facts
    if turn.heard.surfaces and not told:
        return True
    dated = any(types[id].type in ("date", "month") or types[id].unit == "年" for id in told)
    days = [span for span in find_dates(question["text"], turn.on) if span.precision != "year"]
    return (dated or not days) and turn.bears_on(last, told)


def unsaid(turn: Turn, question: Question, last: Question) -> dict[str, Fact]:
    """A figure of which the message does not say what it is of: it is of the fact told last before that it fits (他才七个月呢)."""
    session, types = turn.session, turn.knowledge.facts
    known = [*session.people.get(last.get("person", ""), session.known).facts]
    # Of a kind that the message tells itself none is left over (等满12个月, 12月28号再去).
    left = set(_FIGURES) - {types[id].type for id in {**turn.heard.facts, **turn.heard.supposed}}
    for id in reversed([id for id in known if types[id].type in left]):
        figure = figure_told(types[id], question["text"], turn.on) if speaks_of(types[id], question["text"]) else None
        if figure is not None:
            return {id: figure}
    return {}


def names_aside(turn: Turn, text: str) -> bool:
    """Whether a text names a matter otherwise than in a fact that it tells or supposes (假如我家是零就业家庭呢)."""
    return turn.names_matter(besides(turn, text))


def besides(turn: Turn, text: str) -> str:
    """A text without the words of the facts that it tells or supposes."""
    for fact in (*turn.heard.facts.values(), *turn.heard.supposed.values()):
        text = text.replace(fact.said or "", "")
    return text


def _names_another(turn: Turn, question: Question, last: Question) -> bool:
    return question["topic"] != last["topic"] and names_aside(turn, question["text"])


def _bears_on_amounts(turn: Turn, last: Question, facts: Iterable[str]) -> bool:
    """Whether any of the facts decides which amounts the last matter has."""
    region, knowledge = turn.session.region, turn.knowledge
    provision = knowledge.ruling(last["topic"], region) if region and last["topic"] in knowledge.matters else None
    if provision is None:
        return False
    chosen_by = [leaf for amount in provision.all_amounts() if amount.condition for leaf in leaves(amount.condition)]
    return bool({leaf.fact for leaf in chosen_by if isinstance(leaf, Leaf)} & set(facts))
