"""`python -m tests.evaluation.facts`: how well facts are read from free text, overall and by fact.

`facts.jsonl` holds one sentence a line: `text`, the day `on` it was asked, its `facts` (a value to be confirmed has a
`~` before it) and, where both are right, `may`: facts that a reader may or may not take from it. What follows from
other facts of the sentence by `implied_by` counts neither way. The last hundred sentences were held out: they were
not looked at while the cues were written. `facts_blind.jsonl`, kept apart, was written by others who had seen neither
the cues nor the marked sentences of `data/facts`; `make eval` holds its F1 to the bar. Its first 580 sentences were looked
at since, the last 660 never.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from koujing.knowledge.facts import load_facts
from koujing.rasa.local import load_reader
from koujing.rasa.reader import MessageReader
from koujing.settings import ROOT
from tests.evaluation.intervals import Share
from tests.evaluation.measures import Measured
from tests.evaluation.report import table

__all__ = [
    "BLIND",
    "HELD_OUT",
    "Sentence",
    "Tally",
    "blind_tally",
    "fact_values",
    "load_sentences",
    "main",
    "read_by",
    "tally",
]

HELD_OUT = 100
_HEAD = ("F1", "精确率", "召回率")
_FILE = Path(__file__).with_name("facts.jsonl")
BLIND = Path(__file__).with_name("facts_blind.jsonl")
_POLICIES = ROOT / "policies"

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Sentence:
    """A sentence, its facts, and those that may be read or not."""

    text: str
    on: dt.date
    facts: Facts
    may: Facts = field(default_factory=dict)


@dataclass
class Tally:
    """How many facts were read rightly, read wrongly and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> Share:
        """Of the facts read, those that were said."""
        return Share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Share:
        """Of the facts said, those that were read."""
        return Share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where there was nothing to read and nothing was read."""
        counted = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / counted if counted else 1.0


def load_sentences(path: Path = _FILE) -> list[Sentence]:
    """All sentences of a file, in its order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        Sentence(data["text"], dt.date.fromisoformat(data["on"]), data["facts"], data.get("may", {}))
        for data in map(json.loads, lines)
    ]


def read_by(reader: MessageReader) -> Callable[[Sentence], dict[str, Any]]:
    """What the trained reader takes from a sentence, written as in the file."""

    def read(sentence: Sentence) -> dict[str, Any]:
        reads = reader.read(sentence.text, sentence.on)["facts"]
        return {each["fact"]: f"~{each['value']}" if each["approximate"] else each["value"] for each in reads}

    return read


def tally(sentence: Sentence, read: Facts, fact_types: Mapping[str, Mapping[str, Any]]) -> dict[str, Tally]:
    """The tally of one sentence by fact; a wrong value is both read wrongly and missed."""
    ignored = {fact for fact, value in read.items() if fact not in sentence.facts and sentence.may.get(fact) == value}
    for fact, kind in fact_types.items():
        for rule in kind.get("implied_by", ()):
            if _holds(rule["when"], sentence.facts.get(rule["fact"])) and rule["value"] in (
                read.get(fact, rule["value"]),
                sentence.facts.get(fact),
            ):
                ignored.add(fact)
    counts: dict[str, Tally] = {}

    def kind_of(fact: str) -> str:
        return str(fact_types[fact]["type"])

    for fact in {*sentence.facts, *read} - ignored:
        right = fact in sentence.facts and fact in read and _same(kind_of(fact), sentence.facts[fact], read[fact])
        counts[fact] = Tally(right, fact in read and not right, fact in sentence.facts and not right)
    return counts


def blind_tally() -> Tally:
    """How well the facts of the blind sentences are read, together."""
    kinds = load_facts(_POLICIES / "facts.yml")[1].data["facts"]
    read = read_by(load_reader())
    return _summed(tally(sentence, read(sentence), kinds) for sentence in load_sentences(BLIND))


def fact_values(counts: Tally | None) -> dict[str, Measured]:
    """The measure of the facts by the name that the bar uses; None: it was not measured."""
    return {"fact_f1": ("读事实的 F1", None if counts is None else counts.f1)}


def _same(kind: str, one: Any, other: Any) -> bool:
    said, read = str(one), str(other)  # true is not 1
    if kind == "month":  # 1971-03 is written as its first day too
        said, read = (value.removesuffix("-01") if value.count("-") == 2 else value for value in (said, read))
    if kind == "number" and "/" in said + read and "~" not in said + read:  # 1/4 is written 0.25 too
        return Fraction(said) == Fraction(read)
    return said == read


def _holds(when: str, value: Any) -> bool:
    if value is None:
        return False
    if when == "positive":
        return str(value).lstrip("~") not in ("0", "False")
    return str(value).lower() == when


def _row(name: str, counts: Tally) -> tuple[str, ...]:
    return (name, f"{100 * counts.f1:.1f}％", str(counts.precision), str(counts.recall))


def _summed(tallies: Iterable[Mapping[str, Tally]]) -> Tally:
    return sum((each for by_fact in tallies for each in by_fact.values()), Tally())


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--misses", is_flag=True, help="列出没读对的句子（不含留出的最后100句）。")
@click.option("--by-fact/--no-by-fact", default=True, help="逐个事实列出（不含留出的最后100句）。")
def main(misses: bool, by_fact: bool) -> None:
    """从一句话里读事实：精确率、召回率和F1（括号内为Wilson 95％区间）。"""
    kinds = load_facts(_POLICIES / "facts.yml")[1].data["facts"]
    read = read_by(load_reader())
    sentences, blind = load_sentences(), load_sentences(BLIND)
    tallies = [tally(sentence, read(sentence), kinds) for sentence in sentences]
    others = [tally(sentence, read(sentence), kinds) for sentence in blind]
    click.echo(table([("", *_HEAD), *_overall(tallies), (), _row(f"盲写的句子 {len(blind)}", _summed(others))]))
    if by_fact:
        click.echo("\n" + table([("事实（调整用的句子）", *_HEAD), *_by_fact(tallies[:-HELD_OUT])]))
    if misses:
        for sentence, counts in zip(sentences[:-HELD_OUT], tallies[:-HELD_OUT], strict=True):
            if any(each.wrong or each.missed for each in counts.values()):
                click.echo(f"\n{sentence.text}\n{_difference(sentence.facts, read(sentence), counts)}")


def _overall(tallies: Sequence[Mapping[str, Tally]]) -> list[tuple[str, ...]]:
    parts = [("调整用的句子", tallies[:-HELD_OUT]), ("留出的句子", tallies[-HELD_OUT:]), ("全部", tallies)]
    return [_row(f"{name} {len(part)}", _summed(part)) for name, part in parts]


def _by_fact(tallies: Iterable[Mapping[str, Tally]]) -> list[tuple[str, ...]]:
    by_fact: dict[str, Tally] = defaultdict(Tally)
    for counts in tallies:
        for fact, each in counts.items():
            by_fact[fact] += each
    seen = Counter({fact: each.right + each.wrong + each.missed for fact, each in by_fact.items()})
    return [_row(fact, by_fact[fact]) for fact, _ in seen.most_common()]


def _difference(said: Facts, read: Facts, counts: Mapping[str, Tally]) -> str:
    lines = []
    for fact, each in counts.items():
        if each.wrong or each.missed:
            lines.append(f"  {fact}: 应为 {said.get(fact, '（无）')}，读成 {read.get(fact, '（无）')}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
