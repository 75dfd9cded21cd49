"""The trained reading of an answer to a question of yes or no: 算不上，我家那口子还开着出租呢 is a no.

What says yes or no at all is learnt from all answers together, what does so to one question from those to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from weakref import WeakKeyDictionary

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from koujing.search.rows import Rows, predict_proba
from koujing.search.tfidf import Grams, View

__all__ = ["NEITHER", "NO", "YES", "AnswerModel", "Answered"]

YES, NO, NEITHER = "true", "false", "neither"
_LONGEST_GRAM = 4
_DIGITS = 3
_NONE = np.empty((2, 0), dtype=np.int64)


@dataclass(frozen=True)
class Answered:
    """A normalised answer to the question about `fact` (empty: to any), and whether it is a yes, a no or neither."""

    fact: str
    text: str
    meaning: str


class AnswerModel:
    """A logistic regression over character n-grams, each once for all questions and once for the one asked."""

    def __init__(self, facts: Sequence[str]) -> None:
        self._facts = tuple(facts)
        self._grams = TfidfVectorizer(analyzer=_grams, sublinear_tf=True)
        self._meanings = LogisticRegression(C=10, solver="liblinear", random_state=0)

    def fit(self, answers: Sequence[Answered]) -> None:
        """Train; takes a few seconds for six thousand answers."""
        rows = self._grams.fit_transform([(each.fact, each.text) for each in answers])
        self._meanings.fit(rows, [each.meaning for each in answers])

    def read(self, text: str) -> dict[str, dict[str, float]]:
        """For each fact how likely a normalised text is a yes and a no to the question about it."""
        shares = predict_proba(self._meanings, _table(self._grams, self._facts).rows(text))
        places = {name: place for place, name in enumerate(self._meanings.classes_.tolist())}
        return {
            fact: {name: round(float(row[places[name]]), _DIGITS) for name in (YES, NO) if name in places}
            for fact, row in zip(self._facts, shares, strict=True)
        }


class _Table:
    """The n-grams of a text beside each of several facts: those of the text itself are looked up once for all."""

    def __init__(self, vectorizer: TfidfVectorizer, facts: Sequence[str]) -> None:
        self._grams, self._known = Grams([View(vectorizer)]), vectorizer.vocabulary_
        self._facts = facts
        beside: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for index, fact in enumerate(facts):
            start = f"{fact}|"
            for gram, place in vectorizer.vocabulary_.items():
                if fact and gram.startswith(start):
                    beside[gram.removeprefix(start)].append((index, place))
        self._beside = {gram: np.array(found, dtype=np.int64).T for gram, found in beside.items()}

    def rows(self, text: str) -> Rows:
        """The rows of the text as an answer about each fact."""
        counted = Counter(_grams(("", text)))
        known = self._known
        alone = {known[gram]: count for gram, count in counted.items() if gram in known}
        known_beside = [(self._beside[gram], count) for gram, count in counted.items() if gram in self._beside]
        many, own = len(self._facts), np.array([*alone, *alone.values()], dtype=np.int64).reshape(2, -1)
        owners, places = np.concatenate([found for found, _ in known_beside] or [_NONE], axis=1)
        counts = np.repeat([count for _, count in known_beside], [found.shape[1] for found, _ in known_beside])
        return self._grams.weigh(
            np.concatenate([np.repeat(np.arange(many), len(alone)), owners]),
            np.concatenate([np.tile(own[0], many), places]),
            np.concatenate([np.tile(own[1], many), counts]).astype(np.float64),
            many,
        )


def _table(vectorizer: TfidfVectorizer, facts: Sequence[str]) -> _Table:
    known = _tables.get(vectorizer)
    if known is None:
        known = _tables[vectorizer] = _Table(vectorizer, facts)
    return known


_tables = cast("WeakKeyDictionary[TfidfVectorizer, _Table]", WeakKeyDictionary())


def _grams(asked: tuple[str, str]) -> list[str]:
    fact, said = asked[0], f"^{asked[1]}$"
    grams = [said[i : i + n] for n in range(1, _LONGEST_GRAM + 1) for i in range(len(said) - n + 1)]
    return [*grams, *(f"{fact}|{gram}" for gram in grams)] if fact else grams
