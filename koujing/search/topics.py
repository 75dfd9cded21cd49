"""The trained reading of a question: which topic (matter or refusal kind) and which intent (aspect or act)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from koujing.search.features import QuestionFeatures

__all__ = ["Example", "QuestionModel", "Reading"]

# How surely the refusal kinds together must win before a question is refused; tuned by cross-validation (make tune).
OUTSIDE_THRESHOLD = 0.35
# Share of the asking sentence against the whole message in the mixture.
SENTENCE_SHARE = 0.6


@dataclass(frozen=True)
class Example:
    """One training question, normalised, with its labels."""

    text: str
    topic: str
    intent: str


@dataclass(frozen=True)
class Reading:
    """What a question is about: best first, with probabilities. `outside` is the share of all refusal kinds."""

    topics: tuple[tuple[str, float], ...]
    intents: tuple[tuple[str, float], ...]
    outside: float

    @property
    def topic(self) -> str:
        """The best topic."""
        return self.topics[0][0]

    @property
    def intent(self) -> str:
        """The best intent."""
        return self.intents[0][0]


class QuestionModel:
    """Two logistic regressions over `QuestionFeatures`: topics, and intents given that the topic is a matter."""

    def __init__(self, matters: Collection[str]) -> None:
        self._matters = frozenset(matters)
        self._features = QuestionFeatures()
        self._topics = LogisticRegression(C=30, solver="liblinear", random_state=0)
        self._intents = LogisticRegression(C=10, solver="liblinear", random_state=0)

    def fit(self, examples: Sequence[Example], cut: Callable[[str], Sequence[str]]) -> None:
        """Train on labelled questions; takes about half a minute for ten thousand."""
        texts = [example.text for example in examples]
        self._features.fit(texts, cut)
        rows = self._features.transform(texts, cut)
        self._topics.fit(rows, [example.topic for example in examples])
        inside = [index for index, example in enumerate(examples) if example.topic in self._matters]
        self._intents.fit(rows[inside], [examples[index].intent for index in inside])

    def read(self, sentence: str, whole: str, cut: Callable[[str], Sequence[str]]) -> Reading:
        """The reading of an asking sentence within its whole message (equal for a short one), both normalised."""
        texts = [sentence] if sentence == whole else [sentence, whole]
        rows = self._features.transform(texts, cut)
        topics = _mixed(self._topics.predict_proba(rows))
        intents = self._intents.predict_proba(rows[:1])[0]
        return self._reading(topics, intents)

    def _reading(self, topics: Any, intents: Any) -> Reading:
        named = dict(zip(self._topics.classes_.tolist(), topics.tolist(), strict=True))
        outside = sum(share for topic, share in named.items() if topic not in self._matters)
        refused = outside > OUTSIDE_THRESHOLD
        ranked = sorted(named.items(), key=lambda item: ((item[0] in self._matters) == refused, -item[1]))
        best_intents = sorted(zip(self._intents.classes_.tolist(), intents.tolist(), strict=True), key=lambda i: -i[1])
        return Reading(tuple(ranked[:5]), tuple(best_intents[:3]), outside)


def _mixed(probabilities: Any) -> Any:
    if len(probabilities) == 1:
        return probabilities[0]
    return SENTENCE_SHARE * probabilities[0] + (1 - SENTENCE_SHARE) * probabilities[1]


def tidy(probability: float) -> float:
    """A probability rounded for output, so that equal inputs read equal everywhere."""
    return round(float(np.clip(probability, 0, 1)), 4)
