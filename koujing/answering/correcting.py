"""Messages that set right what was told (不对，是32人), or put another figure in its place; the case is decided anew."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from koujing.answering.pending import answer_to, speaks_of
from koujing.answering.reply import Reply
from koujing.answering.session import Question
from koujing.answering.supposed import unsaid
from koujing.answering.turn import Turn
from koujing.knowledge.facts import Fact
from koujing.text.figures import find_figures

__all__ = ["case_told", "corrected", "pairs"]

# Of a correction that tells a story what comes after these holds (我少写了一个车间, 应该是38人).
_INSTEAD = re.compile("应该是|应该系|应是|应为|准数是|实际是|实际上是|其实是")
_FIGURES = frozenset({"number", "duration", "percent", "money", "date", "month"})
_BESIDE_FIGURES = re.compile(r"[^\d第零一二两俩三仨四五六七八九十百千万半来多个人名口号位次回趟岁年月日天元块%.,\s]")
_DIGITS = re.compile(r"[\d年月日号]")


def corrected(turn: Turn, *, weakly: bool = False) -> list[Reply] | None:
    """不对，是32人: the fact told last that such a value fits is set right, and the case decided anew."""
    words, text = turn.knowledge.dialogue, turn.heard.text
    question = case_told(turn) or turn.session.decided
    if question is None or (words.takes_back(text) and words.asks(text)):
        return None
    contrast = words.contrasted(text)
    if (
        contrast
        and not weakly
        and turn.session.asking is not None
        and not all(find_figures(each, turn.on) for each in contrast)
    ):
        contrast = None
    right = _set_right(turn, contrast[1], contrast[0]) if contrast else {}
    if not right and (actual := words.actually(text)) is not None:
        right = _set_right(turn, actual)
    rest = words.corrected(text, weakly=weakly)
    rest = rest and _INSTEAD.split(rest)[-1]
    if not right and rest is not None and _only_figures(turn):
        right = _set_right(turn, rest)
        if turn.heard.facts and _closer(turn, right):
            turn.learn(right)
            return [turn.say(question, own=True)]
        right = {} if turn.heard.facts else right
    if not right and rest is None and _found(turn):
        right = unsaid(turn, {"text": text}, question)
    if not right and (rest is None or not turn.heard.facts):
        return None
    turn.learn({**turn.sure(turn.heard.facts), **right})
    return [turn.say(question, own=True)]


def _only_figures(turn: Turn) -> bool:
    """Whether all that a message tells is figures: they may be of another fact than the one that they were read as."""
    return all(turn.knowledge.facts[id].type in _FIGURES for id in turn.heard.facts)


def _closer(turn: Turn, right: Mapping[str, Fact]) -> bool:
    """Whether a message speaks rather of the fact to be set right, as it was told before, than of those it was read to tell
    (失业金去年10月领完的, 记错了, 今年1月31号才领完)."""
    told = turn.heard.facts
    here = max((_closeness(turn, id) for id in told), default=0)
    bare = here == 0 and not any(_BESIDE_FIGURES.search(fact.said or "") for fact in told.values())
    return any(id not in told and (bare or _closeness(turn, id) > here) for id in right)


def _closeness(turn: Turn, id: str) -> int:
    """How much a message shares with a fact's name and the words it was told in, figures aside."""
    known = turn.session.known.facts.get(id)
    named = pairs(turn.knowledge.facts[id].label) | pairs(_DIGITS.sub("", (known and known.said) or ""))
    return len(named & pairs(_DIGITS.sub("", turn.heard.text)))


def _found(turn: Turn) -> bool:
    """Whether a message tells where a figure was found that is of nothing it names, while nothing is asked back."""
    words, text = turn.knowledge.dialogue, turn.heard.text
    return turn.session.asking is None and not turn.heard.facts and words.found_out(text) and not words.asks(text)


def _set_right(turn: Turn, rest: str, old: str | None = None) -> dict[str, Fact]:
    """The fact told last that `rest` fits as another value, one named in the message first; where `old` is said, one that
    had that value."""
    words, figures = turn.knowledge.dialogue, bool(find_figures(rest, turn.on))
    types = turn.knowledge.facts
    told_last = list(reversed(turn.session.known.facts))
    for id in sorted(told_last, key=lambda id: -_closeness(turn, id)):
        kind, known = types[id], turn.session.known.facts[id]
        if figures and kind.type in ("yes_no", "choice"):
            continue
        value = answer_to(kind, rest, turn.on, words) if speaks_of(kind, rest) else None
        before = answer_to(kind, old, turn.on, words) if old is not None else known
        if value is not None and value.value != known.value and before is not None and _alike(before, known):
            return {id: value}
    return {}


def pairs(text: str) -> set[str]:
    """The pairs of signs next to each other in a text."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _alike(before: Fact, known: Fact) -> bool:
    """Whether what is called wrong is what was known: the same value, or the same month of another year (不是12月)."""
    if isinstance(before.value, dt.date) and isinstance(known.value, dt.date):
        return before.value.month == known.value.month
    return before.value == known.value


def case_told(turn: Turn) -> Question | None:
    """The question that facts told now are about: the open one, else the last."""
    entry = turn.session.asking
    if entry is not None:
        return entry.question
    decided, told = turn.session.decided, turn.heard.facts
    return decided if decided is not None and (not told or turn.bears_on(decided, told)) else turn.session.last
