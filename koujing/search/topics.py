"""The trained reading of a question: which topic (matter or refusal kind) and which intent (aspect or act)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sklearn.linear_model import LogisticRegression

from koujing.search.features import QuestionFeatures
from koujing.search.hollow import HollowWords
from koujing.search.rows import predict_proba

__all__ = ["Example", "QuestionModel", "Reading", "tidy"]

# How surely the refusal kinds together must win before a question is refused; lower refuses more.
# 0.3 to 0.4 is where cross-validated recall over 90 % costs the fewest false refusals.
OUTSIDE_THRESHOLD = 0.35
# The kind that is no subject at all: it refuses only where it wins outright, never by adding to other kinds.
UNREADABLE = "nonsense"
# A message longer than this says something, even where its asking sentence alone does not (我这样的算不算).
LONGEST_UNREADABLE = 40
# Weight of BM25 evidence for a matter beside its log-probability (0.1 to 0.2 gave +0.7 points in cross-validation).
EVIDENCE_WEIGHT = 0.15
# Share of the asking sentence against the whole message in the mixture.
SENTENCE_SHARE = 0.6
# Share of the asking sentence against its clause that asks, for what is asked.
CLAUSE_SHARE = 0.7


@dataclass(frozen=True)
class Example:
    """One training question, normalised, with its labels."""

    text: str
    topic: str
    intent: str


@dataclass(frozen=True)
class Reading:
    """What a question is about: best first, with probabilities. `outside` is the share of all refusal kinds.

    A `bare` question is made of words that are at home under any topic: it names no subject of its own; of one that
    `asks_bare` only the clause that asks is so (失业登记也办了, 他够吗). `elsewhere` is the best of the topics out of scope.
    """

    topics: tuple[tuple[str, float], ...]
    intents: tuple[tuple[str, float], ...]
    outside: float
    bare: bool = False
    elsewhere: str | None = None
    asks_bare: bool = False

    @property
    def topic(self) -> str:
        """The best topic."""
        return self.topics[0][0]

    @property
    def intent(self) -> str:
        """The best intent."""
        return self.intents[0][0]


class QuestionModel:
    """Two logistic regressions over `QuestionFeatures`: topics, and intents given that the topic is in scope.

    `matters` are the topics in scope; examples of `acts` (intents that are no aspect) teach their topic only. Questions
    of the topics `unnamed` name no subject.
    """

    def __init__(self, matters: Collection[str], acts: Collection[str] = (), unnamed: Collection[str] = ()) -> None:
        self._matters, self._acts = frozenset(matters), frozenset(acts)
        self._hollow = HollowWords(unnamed)
        self._features = QuestionFeatures()
        self._topics = LogisticRegression(C=30, solver="liblinear", random_state=0)
        self._intents = LogisticRegression(C=10, solver="liblinear", random_state=0)

    def fit(self, examples: Sequence[Example], cut: Callable[[str], Sequence[str]]) -> None:
        """Train on labelled questions; takes about half a minute for ten thousand."""
        texts = [example.text for example in examples]
        self._hollow.fit((cut(example.text), example.topic) for example in examples)
        self._features.fit(texts, cut)
        rows = self._features.transform(texts, cut)
        self._topics.fit(rows, [example.topic for example in examples])
        inside = [index for index, example in enumerate(examples) if self._teaches_intent(example)]
        self._intents.fit(rows[inside], [examples[index].intent for index in inside])

    def _teaches_intent(self, example: Example) -> bool:
        return example.topic in self._matters and example.intent not in self._acts

    def read(
        self,
        sentence: str,
        whole: str,
        cut: Callable[[str], Sequence[str]],
        evidence: Mapping[str, float],
        asking: str | None = None,
    ) -> Reading:
        """The reading of an asking sentence within its whole message (equal for a short one), both normalised.

        `asking` is the clause of the sentence that asks, where it has others: what is told before it speaks of the
        matter, but what is asked of it stands there. `evidence` holds a BM25 score for each matter; it moves shares
        between matters, never in or out of scope.
        """
        texts = [sentence] if sentence == whole else [sentence, whole]
        topics = _mixed(predict_proba(self._topics, self._features.rows(texts, cut)))
        asked = [sentence] if asking is None else [sentence, asking]
        intents = _mixed(predict_proba(self._intents, self._features.rows(asked, cut)), CLAUSE_SHARE)
        read = self._reading(topics, intents, evidence, readable=len(whole) > LONGEST_UNREADABLE)
        bare = self._hollow.only(cut(sentence))
        return replace(read, bare=bare, asks_bare=bare if asking is None else self._hollow.only(cut(asking)))

    def says_something(self, words: Sequence[str]) -> bool:
        """Whether words are not only such as are at home under any topic."""
        return any(word.strip() for word in words) and not self._hollow.only(words)

    def _reading(self, topics: Any, intents: Any, evidence: Mapping[str, float], *, readable: bool) -> Reading:
        named = dict(zip(self._topics.classes_.tolist(), topics.tolist(), strict=True))
        if readable:
            named[UNREADABLE] = 0.0
        named = self._weighed(named, evidence)
        top = max(named, key=lambda topic: named[topic])
        outside = sum(
            share
            for topic, share in named.items()
            if topic not in self._matters and (topic != UNREADABLE or topic == top)
        )
        refused = outside > OUTSIDE_THRESHOLD
        ranked = sorted(named.items(), key=lambda item: ((item[0] in self._matters) == refused, -item[1]))
        best_intents = sorted(zip(self._intents.classes_.tolist(), intents.tolist(), strict=True), key=lambda i: -i[1])
        elsewhere = max((t for t in named if t not in self._matters), key=lambda t: named[t], default=None)
        return Reading(tuple(ranked[:5]), tuple(best_intents[:3]), outside, elsewhere=elsewhere)

    def _weighed(self, named: dict[str, float], evidence: Mapping[str, float]) -> dict[str, float]:
        """The shares of the matters moved by the evidence, their sum unchanged."""
        inside = {topic: share for topic, share in named.items() if topic in self._matters}
        moved = {topic: share * math.exp(EVIDENCE_WEIGHT * evidence.get(topic, 0.0)) for topic, share in inside.items()}
        scale = sum(inside.values()) / (sum(moved.values()) or 1.0)
        return {**named, **{topic: share * scale for topic, share in moved.items()}}


def _mixed(probabilities: Any, share: float = SENTENCE_SHARE) -> Any:
    """The first row, or of two rows the mixture in which the first has this share."""
    if len(probabilities) == 1:
        return probabilities[0]
    return share * probabilities[0] + (1 - share) * probabilities[1]


def tidy(probability: float) -> float:
    """A probability rounded for output, so that equal inputs read equal everywhere."""
    return round(min(max(float(probability), 0.0), 1.0), 4)
