"""The trained reading of what steers a conversation: 这条先撂一边 passes a question over, though no expression says so.

An act is learnt as a whole from many wordings of it, beside answers and short questions, which are none.
"""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from koujing.search.rows import predict_proba
from koujing.search.tfidf import View, grams_of

__all__ = ["NONE", "ActModel"]

NONE = "none"
_LONGEST_GRAM = 4
_LEAST = 0.2
# What one example of an act weighs beside one of none, of which there are many more.
_OF_AN_ACT = 3
_DIGITS = 3


class ActModel:
    """A logistic regression over character n-grams, the ends of a text among them."""

    def __init__(self) -> None:
        self._grams = TfidfVectorizer(analyzer=_analyzed, sublinear_tf=True)
        self._acts = LogisticRegression(C=20, solver="liblinear", random_state=0)

    def fit(self, examples: Sequence[tuple[str, str]]) -> None:
        """Train on normalised texts with their acts, `NONE` where a text is none; takes a few seconds."""
        self._acts.class_weight = {act: 1 if act == NONE else _OF_AN_ACT for _, act in examples}
        rows = self._grams.fit_transform([text for text, _ in examples])
        self._acts.fit(rows, [act for _, act in examples])

    def read(self, text: str) -> dict[str, float]:
        """The acts that a normalised text may be, with their shares; unlikely ones are left out."""
        grams = grams_of(self._grams, lambda: [View(self._grams)])
        shares = predict_proba(self._acts, grams.rows([[text]]))[0]
        likely = zip(self._acts.classes_.tolist(), shares.tolist(), strict=True)
        return {act: round(share, _DIGITS) for act, share in likely if act != NONE and share >= _LEAST}


def _analyzed(text: str) -> list[str]:
    said = f"^{text}$"
    return [said[i : i + n] for n in range(1, _LONGEST_GRAM + 1) for i in range(len(said) - n + 1)]
