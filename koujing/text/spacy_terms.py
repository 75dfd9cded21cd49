"""The terms of `koujing.text.terms` found by spaCy's PhraseMatcher over characters.

Same answers as `TrieTerms` (a test holds them together). Worth its import (4 s, 17 s beside TensorFlow) only in a
process that has spaCy loaded anyway; see the measurements in docs/adr.
"""

from __future__ import annotations

from collections.abc import Iterable

import spacy
from spacy.matcher import PhraseMatcher

from koujing.text.terms import Term

__all__ = ["SpacyTerms"]


class SpacyTerms:
    """A `TermFinder` on `spacy.blank("zh")`, which cuts a text into characters."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._language = spacy.blank("zh")
        self._matcher = PhraseMatcher(self._language.vocab, attr="ORTH")
        self._matcher.add("term", [self._language.make_doc(term) for term in sorted(set(terms))])

    def find(self, text: str) -> list[Term]:
        """The terms of a text in order, none overlapping another."""
        document = self._language.make_doc(text)
        found = sorted(
            (document[start:end] for _, start, end in self._matcher(document)), key=lambda s: (s.start, -s.end)
        )
        kept: list[Term] = []
        for span in found:
            if not kept or span.start_char >= kept[-1].end:
                kept.append(Term(span.start_char, span.end_char, span.text))
        return kept
