"""The trained reading of facts: what a clause states, and what a figure is of, learnt from marked sentences.

It stands beside the cues of `policies/fact_words.yml`: those are sure of the words they know, this knows what they do
not. Of a clause it tells which facts are stated (失业金一直没领过), of a figure which fact it is the value of.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from koujing.search.rows import Rows, times
from koujing.search.tfidf import View, grams_of
from koujing.search.topics import tidy
from koujing.text.figures import Folded, fold
from koujing.text.marked import Mark, Marked
from koujing.text.spans import Span

__all__ = ["FactModel", "ToldFact"]

LEAST = 0.04
"""Less likely facts are not worth telling of."""
_C = 30
_ENDS = frozenset(",。!?;:、\n ")
_NEAR = 7
_SIZES = (1, 3, 12, 30, 60, 200, 2000, 100_000)
# What is looked at: the longest n-gram, and the weight beside the others.
_CLAUSE_VIEWS = {"text": (4, 1.0), "before": (3, 0.4), "after": (2, 0.2), "whole": (2, 0.3)}
_FIGURE_VIEWS = {"left": (5, 1.0), "right": (4, 1.0), "kind": (2, 1.0), "clause": (3, 0.5), "before": (2, 0.3), "whole": (2, 0.2)}  # fmt: skip


@dataclass(frozen=True)
class ToldFact:
    """A fact that a text seems to state, from `start` to `end`, and how likely; `value` None: of the figure there."""

    fact: str
    value: str | None
    start: int
    end: int
    share: float


@dataclass(frozen=True)
class _Clause:
    """A clause of a folded text with its neighbours; `start` and `end` are places in the original."""

    text: str
    before: str
    after: str
    whole: str
    start: int
    end: int


@dataclass(frozen=True)
class _Beside:
    """What stands around a figure; a bar marks the side of the figure."""

    left: str
    right: str
    kind: str
    clause: str
    before: str
    whole: str


class FactModel:
    """A logistic regression for each fact and value over clauses, and one over figures for whose value they are."""

    def __init__(self) -> None:
        self._clauses, self._figures = _Views(_CLAUSE_VIEWS), _Views(_FIGURE_VIEWS)
        self._states, self._roles = _Labels(), _Labels()

    def fit(self, sentences: Sequence[Marked], on: dt.date) -> None:
        """Train on marked sentences, normalised; dates in them count from `on`."""
        clauses: list[_Clause] = []
        labels: list[list[str]] = []
        figures: list[_Beside] = []
        roles: list[list[str]] = []
        for sentence in sentences:
            folded = fold(sentence.text, on)
            parts = _parts(folded)
            stated = _stated(sentence, parts)
            clauses += parts
            labels += [sorted(stated[index]) for index in range(len(parts))]
            for place, span in folded.figures.items():
                figures.append(_beside(folded, place, span, parts))
                roles.append(sorted({mark.fact for mark in sentence.marks if mark.value is None and _over(mark, span)}))
        self._states.fit(self._clauses.fit(clauses), labels)
        self._roles.fit(self._figures.fit(figures), roles)

    def read(self, text: str, on: dt.date) -> list[ToldFact]:
        """What a normalised text asked on the day `on` seems to state, each with its share, unlikely facts left out."""
        folded = fold(text, on)
        parts = _parts(folded)
        return [*self._stated(parts), *self._counted(folded, parts)]

    def _stated(self, parts: Sequence[_Clause]) -> Iterator[ToldFact]:
        if not parts:
            return
        for row, label, share in self._states.likely(self._clauses.rows(parts)):
            fact, _, value = label.partition("=")
            yield ToldFact(fact, value, parts[row].start, parts[row].end, share)

    def _counted(self, folded: Folded, parts: Sequence[_Clause]) -> Iterator[ToldFact]:
        if not folded.figures:
            return
        spans = list(folded.figures.values())
        seen = [_beside(folded, place, span, parts) for place, span in folded.figures.items()]
        for row, fact, share in self._roles.likely(self._figures.rows(seen)):
            yield ToldFact(fact, None, spans[row].start, spans[row].end, share)


class _Labels:
    """One logistic regression a label, any number of which may hold; kept as one matrix, which is quick to ask."""

    def fit(self, rows: Any, labels: Sequence[Sequence[str]]) -> None:
        self._names = sorted({name for each in labels for name in each})
        held = {name: np.zeros(len(labels), dtype=bool) for name in self._names}
        for index, each in enumerate(labels):
            for name in each:
                held[name][index] = True
        # The learning itself holds no lock, so that threads share it among the cores.
        learnt = Parallel(n_jobs=-1, prefer="threads")(delayed(_learnt)(rows, held[name]) for name in self._names)
        self._weights = np.stack([each.coef_[0] for each in learnt], axis=1).astype(np.float32)
        self._bias = np.array([each.intercept_[0] for each in learnt])

    def likely(self, rows: Rows) -> Iterator[tuple[int, str, float]]:
        """Each row with each label that is likely enough, and how likely."""
        # In the weights' own type: else all of them would be converted for every message.
        shares = expit(times(replace(rows, data=rows.data.astype(np.float32)), self._weights) + self._bias)
        for row, column in zip(*np.nonzero(shares >= LEAST), strict=True):
            yield int(row), self._names[column], tidy(shares[row, column])


def _learnt(rows: Any, held: Any) -> LogisticRegression:
    return LogisticRegression(C=_C, solver="liblinear", random_state=0).fit(rows, held)


class _Views:
    """Several looks at one thing, each with n-grams of its own length and a weight."""

    def __init__(self, views: Mapping[str, tuple[int, float]]) -> None:
        self._views = {
            name: (
                weight,
                TfidfVectorizer(
                    analyzer="char", ngram_range=(1, longest), sublinear_tf=True, lowercase=False, min_df=2
                ),
            )
            for name, (longest, weight) in views.items()
        }

    def fit(self, things: Sequence[Any]) -> Any:
        for name, (_, grams) in self._views.items():
            grams.fit([getattr(thing, name) for thing in things])
        return self.transform(things)

    def transform(self, things: Sequence[Any]) -> Any:
        return self.rows(things).matrix()

    def rows(self, things: Sequence[Any]) -> Rows:
        return grams_of(self, self._weighted).rows([[getattr(thing, name) for name in self._views] for thing in things])

    def _weighted(self) -> list[View]:
        return [View(grams, weight) for weight, grams in self._views.values()]


def _parts(folded: Folded) -> list[_Clause]:
    """The clauses of a folded text."""
    text, start = folded.text, 0
    bounds = []
    for end in range(len(text) + 1):
        if end == len(text) or text[end] in _ENDS:
            if end > start:
                bounds.append((start, end))
            start = end + 1
    said = [f"^{text[start:end]}$" for start, end in bounds]
    around = ["^^", *said, "$$"]
    return [
        _Clause(said[i], around[i], around[i + 2], text, folded.origin[start], folded.origin[end])
        for i, (start, end) in enumerate(bounds)
    ]


def _stated(sentence: Marked, parts: Sequence[_Clause]) -> dict[int, set[str]]:
    """The labels of each clause: a mark belongs to the clause that it shares most with."""
    labels: dict[int, set[str]] = defaultdict(set)
    for mark in sentence.marks:
        if mark.value is not None and parts:
            shared = [min(part.end, mark.end) - max(part.start, mark.start) for part in parts]
            labels[int(np.argmax(shared))].add(f"{mark.fact}={mark.value}")
    return labels


def _over(mark: Mark, span: Span) -> bool:
    return mark.start < span.end and span.start < mark.end


def _beside(folded: Folded, place: int, span: Span, parts: Sequence[_Clause]) -> _Beside:
    text = folded.text
    own = next((part for part in parts if part.start <= span.start < part.end), None)
    return _Beside(
        left=text[max(0, place - _NEAR) : place] + "|",
        right="|" + text[place + 1 : place + 1 + _NEAR],
        kind=text[place] + _size(span),
        clause=own.text if own else "",
        before=own.before if own else "",
        whole=text,
    )


def _size(span: Span) -> str:
    """A letter for how large a figure is; of a date, how exact."""
    if not isinstance(span.value, Fraction):
        return span.precision[0]
    return "ABCDEFGHI"[sum(span.value > size for size in _SIZES)]
