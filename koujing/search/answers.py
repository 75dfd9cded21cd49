"""The trained reading of an answer to a question of yes or no: 算不上，我家那口子还开着出租呢 is a no.

What says yes or no at all is learnt from all answers together, what does so to one question from those to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

__all__ = ["NEITHER", "NO", "YES", "AnswerModel", "Answered"]

YES, NO, NEITHER = "true", "false", "neither"
_LONGEST_GRAM = 4
_DIGITS = 3


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
        shares = self._meanings.predict_proba(self._grams.transform([(fact, text) for fact in self._facts]))
        places = {name: place for place, name in enumerate(self._meanings.classes_.tolist())}
        return {
            fact: {name: round(float(row[places[name]]), _DIGITS) for name in (YES, NO) if name in places}
            for fact, row in zip(self._facts, shares, strict=True)
        }


def _grams(asked: tuple[str, str]) -> list[str]:
    fact, said = asked[0], f"^{asked[1]}$"
    grams = [said[i : i + n] for n in range(1, _LONGEST_GRAM + 1) for i in range(len(said) - n + 1)]
    return [*grams, *(f"{fact}|{gram}" for gram in grams)] if fact else grams
