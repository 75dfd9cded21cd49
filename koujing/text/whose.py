"""Facts read from one message put to the persons they are told of, and what is agreed of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from koujing.text.persons import ASKER, TOGETHER, Mention

__all__ = ["ReadFact", "agreed", "of_one"]


@dataclass(frozen=True)
class ReadFact:
    """A fact as said: `value` is plain data that the fact's type parses, `said` the words it was read from.

    `approximate` facts must be confirmed before they decide a boundary; `low` and `high` bound the value where that
    is known. `whose` is empty for the asker, else the word for the person (我妈). `start` and `end` are places in the
    normalised text.
    """

    fact: str
    value: bool | str | int
    said: str
    approximate: bool = False
    low: str | int | None = None
    high: str | int | None = None
    whose: str = ""
    start: int = 0
    end: int = 0


def agreed(reads: Iterable[ReadFact], mentions: Sequence[Mention], others: Iterable[str]) -> list[ReadFact]:
    """The facts of each person; one said of a person in two ways that disagree is dropped.

    What is surely told of one is as sure of another, unless it is only about so much (我缴了两年失业险，他缴了三年). What is
    said of the asker and `others` together is each one's; where a message speaks of one other only, what no one
    is named for is said of that one (协议12个月，孩子干了9个月).
    """
    groups: dict[str, dict[str, list[ReadFact]]] = defaultdict(lambda: defaultdict(list))
    for read in _without_covered(reads):
        for who in (ASKER, *others) if read.whose == TOGETHER else (read.whose,):
            groups[who][read.fact].append(replace(read, whose=who))
    spoken_of = {mention.who for mention in mentions}
    if len(spoken_of) == 1 and not spoken_of & {ASKER, TOGETHER}:
        (only,) = spoken_of
        for fact, said in groups.pop(ASKER, {}).items():
            groups[only][fact].extend(replace(read, whose=only) for read in said)
    told = [
        min(said, key=lambda read: (read.approximate, read.start))
        for facts in groups.values()
        for said in facts.values()
        if len({str(read.value) for read in said}) == 1
    ]
    sure = {read.fact for read in told if not read.approximate}
    return [replace(read, approximate=False) if read.fact in sure and read.low is None else read for read in told]


def of_one(reads: Sequence[ReadFact], who: str, *, surely: bool) -> list[ReadFact]:
    """The facts of one person; where it is not sure that this one is meant, without what holds otherwise of another."""
    rivals: Mapping[str, set[str]] = defaultdict(set)
    for read in reads:
        rivals[read.fact].add(str(read.value))
    return [read for read in reads if read.whose == who and (surely or len(rivals[read.fact]) == 1)]


def _without_covered(reads: Iterable[ReadFact]) -> list[ReadFact]:
    """Of readings of one fact from overlapping words the longest stays."""
    kept: list[ReadFact] = []
    for read in sorted(reads, key=lambda r: r.start - r.end):
        if not any(other.fact == read.fact and other.start < read.end and read.start < other.end for other in kept):
            kept.append(read)
    return kept
