"""What a denial takes back (不是省里的重点帮扶县): a model that weighs words one by one would take the words after it as said.

The words after a denial are read as if they were said, and what they would tell holds the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from koujing.text.learnt import Told
from koujing.text.marked import Mark, Marked

__all__ = ["affirmed_clauses", "told_with_denials"]

Read = Callable[[str], Sequence[Told]]
_CLAUSE = re.compile(r"[^,。!?;:、\n]+")
# Before a denial these are no clause of their own (我也不是…).
_NO_CLAUSE = 2
_SAID = "是"
# What says what a denial denies.
_AFFIRMING = {"不属于": "属于", "不算": "算"}


@dataclass(frozen=True)
class _Said:
    """A fact found stated, at its place in the text as it was written."""

    fact: str
    value: str | None
    start: int
    end: int
    share: float


def told_with_denials(text: str, read: Read, denial: re.Pattern[str], asks: Callable[[str], bool]) -> list[Told]:
    """What a model finds stated in a plain text, what is denied turned round.

    Args:
        read: the model.
        denial: the words that deny all that follows in their clause.
        asks: whether a clause asks, so that nothing is denied in it (我这不是失业了吗).
    """
    denials = [
        (clause.start() + found.start(), clause.start() + found.end(), clause.end())
        for clause in _CLAUSE.finditer(text)
        if (found := denial.search(clause[0])) and not asks(clause[0])
    ]
    if not denials:
        return list(read(text))
    said, origin, denied = _affirmed(text, denials)
    taken_back = [(start, until) for start, _, until in denials]
    turned = list(_turned(read(said), origin, denied))
    outright = {each.fact: each.share for each, here in turned if here}
    return [
        *(each for each in read(text) if each.value in (None, "false") and _touches(each, taken_back)),
        # What is denied outright is not also said beside it (有固定单位, 不是灵活就业).
        *(each for each, here in turned if here or each.value != "true" or each.share > outright.get(each.fact, 0)),
    ]


def affirmed_clauses(sentences: Iterable[Marked], denial: re.Pattern[str]) -> Iterator[Marked]:
    """What marked sentences deny, said: of 我不属于两后生 there is 我属于两后生 to be learnt, else its words would count as denied."""
    for sentence in [sentence for sentence in sentences if not sentence.asked]:
        for clause in _CLAUSE.finditer(sentence.text):
            denied = denial.search(clause[0])
            marks = [mark for mark in sentence.marks if clause.start() <= mark.start < clause.end()]
            if denied is None or not marks or any(mark.value != "false" for mark in marks):
                continue
            if any(mark.end <= clause.start() + denied.end() for mark in marks):
                continue
            words = _AFFIRMING.get(denied[0], _SAID)
            text = clause[0][: denied.start()] + words + clause[0][denied.end() :]
            yield Marked(text, tuple(Mark(denied.start(), len(text), mark.fact, "true") for mark in marks))


def _affirmed(
    text: str, denials: Sequence[tuple[int, int, int]]
) -> tuple[str, Sequence[int], Sequence[tuple[int, int]]]:
    """The text with what it denies said, each in a clause of its own; where its characters come from; what was denied."""
    pieces: list[str] = []
    origin: list[int] = []
    denied = []
    at = 0
    for start, end, until in denials:
        pieces.append(text[at:start])
        origin += range(at, start)
        clause = re.split(r"[,。!?;:、\n]", text[at:start])[-1]
        words = _SAID if len(clause) <= _NO_CLAUSE else f",{_SAID}"
        pieces.append(words)
        origin += [start] * len(words)
        denied.append((len(origin) - 1, len(origin) + until - end))
        pieces.append(text[end:until])
        origin += range(end, until)
        at = until
    pieces.append(text[at:])
    origin += range(at, len(text) + 1)
    return "".join(pieces), origin, denied


def _turned(
    told: Sequence[Told], origin: Sequence[int], denied: Sequence[tuple[int, int]]
) -> Iterator[tuple[Told, bool]]:
    """What was read of the text as said, what is denied the other way round, and whether it is."""
    for each in told:
        here = _touches(each, denied)
        if not here or each.value == "true":
            value = "false" if here else each.value
            yield _Said(each.fact, value, origin[each.start], origin[each.end], each.share), here


def _touches(each: Told, spans: Sequence[tuple[int, int]]) -> bool:
    return any(each.start < end and start < each.end for start, end in spans)
