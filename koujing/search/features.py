"""Sparse features of a question: words with word pairs, and character n-grams, both TF-IDF, place names left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer

from koujing.search.rows import Rows
from koujing.search.tfidf import View, grams_of

__all__ = ["QuestionFeatures"]


class QuestionFeatures:
    """Fitted on training questions; `cut` is a word cutter, kept apart so that the fitted part can be stored alone."""

    def __init__(self) -> None:
        self._words = TfidfVectorizer(analyzer=_pairs, sublinear_tf=True)
        self._characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)

    def fit(self, questions: Sequence[str], cut: Callable[[str], Sequence[str]]) -> None:
        """Learn the vocabulary of normalised questions."""
        self._words.fit([list(cut(question)) for question in questions])
        self._characters.fit(list(questions))

    def transform(self, questions: Sequence[str], cut: Callable[[str], Sequence[str]]) -> Any:
        """A sparse matrix, one row a question."""
        return self.rows(questions, cut).matrix()

    def rows(self, questions: Sequence[str], cut: Callable[[str], Sequence[str]]) -> Rows:
        """The same as bare rows."""
        return grams_of(self, self._views).rows([(tuple(cut(question)), question) for question in questions])

    def _views(self) -> list[View]:
        return [View(self._words), View(self._characters)]


def _pairs(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{left} {right}" for left, right in pairwise(words))]
