"""Coverage (覆盖): each public sentence of each notice and what speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from koujing.knowledge.base import Knowledge
from koujing.knowledge.notices import Clause, Sentence
from koujing.knowledge.provisions import Provision
from koujing.knowledge.quotes import folded

__all__ = ["SentenceCoverage", "coverage"]


@dataclass(frozen=True)
class SentenceCoverage:
    """A sentence with the provisions' parts that quote it (empty: nothing speaks for it)."""

    clause: Clause
    sentence: Sentence
    spoken_by: tuple[str, ...]


def coverage(knowledge: Knowledge) -> list[SentenceCoverage]:
    """Every sentence of every notice in order; a heading is spoken for where its clause is."""
    quotes = [quote for provision in knowledge.provisions.values() for quote in _quotes(provision)]
    by_clause: dict[str, list[tuple[str, str]]] = {}
    for id, quote, where in quotes:
        by_clause.setdefault(id, []).append((folded(quote), where))
    covered = []
    for clause in knowledge.clauses.values():
        spoken = by_clause.get(clause.id, [])
        for sentence in clause.sentences:
            plain = folded(sentence.text)
            heading = plain.rstrip("。:") == folded(clause.heading).rstrip("。:")
            holders = [where for quote, where in spoken if heading or quote in plain or plain in quote]
            covered.append(SentenceCoverage(clause, sentence, tuple(dict.fromkeys(holders))))
    return covered


def _quotes(provision: Provision) -> Iterator[tuple[str, str, str]]:
    """Every `(clause, quote, where)` by which a provision speaks."""
    for aspect, calibers in provision.calibers.items():
        for caliber in calibers:
            if caliber.approved:
                for cite in caliber.cites:
                    yield cite.clause, cite.quote, f"{provision.id}.{aspect}"
    for aspect, silence in provision.silent.items():
        if silence.quote:
            yield silence.clause, silence.quote, f"{provision.id}.{aspect}"
    for rule in provision.rules.values():
        for cite in rule.cites:
            yield cite.clause, cite.quote, f"{provision.id}#{rule.id}"
    for parameter in provision.parameters.values():
        yield parameter.clause, parameter.quote, f"{provision.id}@{parameter.id}"
    if provision.since_cite is not None:
        yield provision.since_cite.clause, provision.since_cite.quote, f"{provision.id}@in_force"
