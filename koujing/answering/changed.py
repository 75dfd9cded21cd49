"""What would turn a refusal, in words: the entries of `changes` and one sentence; and by how much a figure falls short."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from koujing.answering.wording import Speaker
from koujing.knowledge.conditions import Leaf, WindowCondition, leaves
from koujing.knowledge.figures import date_words
from koujing.knowledge.templates import placeholders
from koujing.rules.changes import Way, way_to_yes
from koujing.rules.determine import Determination
from koujing.rules.evaluate import Outcome
from koujing.rules.turning import Change, bound_of
from koujing.rules.windows import bounds

__all__ = ["said_changes", "shortfall"]

_MOST_UNKNOWN = 3


def said_changes(speaker: Speaker, result: Determination) -> tuple[list[dict[str, Any]], str]:
    """The entries of `changes`, all needed together, and the sentence that says them; empty where nothing would help.

    `earliest` is the first day on which all of them together lead to a yes; null where that is up to the asker alone.
    """
    knowledge = speaker.knowledge
    facts = speaker.facts
    way = way_to_yes(result, speaker.provision, facts.given, facts.on, knowledge.facts, facts.law)
    if way is None:
        return [], ""
    dated = way.day > speaker.on
    texts = [_change_words(speaker, change) for change in way.changes]
    frames = knowledge.wordings["changes"]
    target = way.rule.title if len(result.results) > 1 else frames["notice"]
    unknown = "、".join(knowledge.facts[fact].label for fact in way.unknown[:_MOST_UNKNOWN])
    frame = frames[way.outcome + ("_on" if dated and way.outcome != "late" else "")]
    joined, day = frames["and"].join(texts), date_words(way.day)
    sentence = frame.format(changes=joined, day=day, target=target, unknown=unknown, until=_until(speaker, way))
    if way.outcome == "late":
        return [], sentence
    earliest = way.day.isoformat() if dated else None
    entries = [
        {"fact": change.fact, "text": text, "earliest": earliest}
        for change, text in zip(way.changes, texts, strict=True)
    ]
    return entries, sentence


def _change_words(speaker: Speaker, change: Change) -> str:
    """The wording of `facts.yml`, filled."""
    kind, condition = speaker.knowledge.facts[change.fact], change.condition
    assert kind.changes is not None
    if isinstance(condition, WindowCondition):
        closes = _closes(speaker, condition)
        bound, text = (date_words(closes) if closes else ""), speaker.provision.windows[condition.window].text
    else:
        value = None if kind.type == "yes_no" else bound_of(speaker.provision, speaker.knowledge.facts, condition)
        bound, text = ("" if value is None else kind.words(value)), condition.text
    gap = kind.words(Fraction(change.gap)) if change.gap else ""
    return speaker.fill(kind.changes.text, gap=gap, bound=bound, condition=speaker.fill(text))


def _closes(speaker: Speaker, condition: WindowCondition) -> dt.date | None:
    return bounds(speaker.provision, speaker.provision.windows[condition.window])[1]


def _until(speaker: Speaker, way: Way) -> str:
    """The last day to apply, where the rule has one and the changes do not say it themselves."""
    if any(isinstance(change.condition, WindowCondition) for change in way.changes):
        return ""
    windows = [leaf for leaf in leaves(way.rule.when) if isinstance(leaf, WindowCondition)]
    applying = [leaf for leaf in windows if speaker.provision.windows[leaf.window].of == "application"]
    days = [day for leaf in applying if (day := _closes(speaker, leaf)) is not None]
    return str(speaker.knowledge.wordings["changes"]["until"]).format(closes=date_words(min(days))) if days else ""


def shortfall(speaker: Speaker, outcome: Outcome) -> str:
    """The asker's own figure and the gap to the required one, where the wording of the failing condition says neither.

    A ratio without a unit says nothing to people: the figures it is worked out from are shown instead.
    """
    frames, types = speaker.knowledge.wordings["shortfall"], speaker.knowledge.facts
    if outcome.fact is None or not isinstance(outcome.value, Fraction):
        return ""
    if any(sort == "fact" for sort, _ in placeholders(outcome.otherwise or "")):
        return ""
    kind = types[outcome.fact]
    if kind.derived is not None and kind.type == "number" and not kind.unit:
        return str(frames["value"]).format(value="、".join(speaker.echo(name) for name in kind.derived.of))
    leaf = next(leaf for rule in speaker.provision.rules.values() for leaf in leaves(rule.when) if _is(leaf, outcome))
    assert isinstance(leaf, Leaf)
    bound = bound_of(speaker.provision, types, leaf)
    if not isinstance(bound, Fraction):
        return ""
    gap = abs(outcome.value - bound)
    frame = frames["gap"] if gap else frames["value"]
    return str(frame).format(value=speaker.echo(outcome.fact), gap=kind.words(gap))


def _is(leaf: Leaf | WindowCondition, outcome: Outcome) -> bool:
    return isinstance(leaf, Leaf) and (leaf.id, leaf.fact) == (outcome.id, outcome.fact)
