"""What a fitted TF-IDF vectoriser makes of a few texts, bit for bit, without its upkeep.

scikit-learn checks at every call that it was fitted, adding up all weights for it, and validates what it made itself: for
one message that takes many times longer than the arithmetic. Sums are added in its order, so that results are equal, not
merely close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2

from koujing.search.rows import Rows

__all__ = ["Grams", "View", "grams_of"]

_RECENT = 32
_NOTHING = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class View:
    """One look at a thing: a fitted vectoriser with `sublinear_tf` and scikit-learn's other defaults, and its weight."""

    vectorizer: TfidfVectorizer
    weight: float = 1.0


class Grams:
    """What vectorisers make of the views of some things, side by side; only read, so threads may share it."""

    def __init__(self, views: Sequence[View]) -> None:
        counters, width = [], 0
        for view in views:
            counters.append(_Counting(view.vectorizer, width).counts)
            width += len(view.vectorizer.idf_)
        # A text that one view has seen is often looked at again: the whole stands beside each of its clauses.
        self._counters = [lru_cache(_RECENT)(counts) for counts in counters]
        self._weights = np.concatenate([view.vectorizer.idf_ for view in views])
        self._scales = np.array([view.weight for view in views])

    def rows(self, things: Sequence[Sequence[Hashable]]) -> Rows:
        """One row a thing, of which there is given what each view looks at."""
        counted = [count(seen) for thing in things for count, seen in zip(self._counters, thing, strict=True)]
        lengths = [len(places) for places, _ in counted]
        places = np.concatenate([places for places, _ in counted] or [_NOTHING])
        counts = np.concatenate([counts for _, counts in counted] or [_NOTHING])
        parts = self.weigh(np.repeat(np.arange(len(counted)), lengths), places, counts, len(counted))
        scales = np.repeat(np.tile(self._scales, len(things)), lengths)
        views = len(self._counters)
        # Compiled code reads the ends one after another in memory.
        ends = np.ascontiguousarray(parts.indptr[::views])
        return Rows(parts.data * scales, parts.indices, ends, (len(things), parts.shape[1]))

    def weigh(self, owners: Any, places: Any, counts: Any, height: int) -> Rows:
        """The rows of documents of which it is known how often each gram stands in them.

        Args:
            owners: the row of each gram, with `places` its number and with `counts` how often it stands there.
            height: how many rows there are.
        """
        width = len(self._weights)
        # The last gram comes first, as in scikit-learn, whose order of adding up is to be kept.
        order = np.argsort((owners + 1) * width - places)
        places = places[order]
        weights = (np.log(counts[order]) + 1) * self._weights[places]
        ends = np.zeros(height + 1, dtype=np.int32)
        np.cumsum(np.bincount(owners, minlength=height), out=ends[1:])
        rows = Rows(weights, places.astype(np.int32), ends, (height, width))
        inplace_csr_row_normalize_l2(rows)
        return rows


class _Counting:
    """Counts the grams of a text that a vectoriser knows; the first of them has the number `first`."""

    def __init__(self, vectorizer: TfidfVectorizer, first: int) -> None:
        self._analyze = vectorizer.build_analyzer()
        self._known = vectorizer.vocabulary_
        self._first = first

    def counts(self, text: Hashable) -> tuple[Any, Any]:
        """The grams' numbers, and how often each stands there."""
        counted = Counter(map(self._known.get, self._analyze(text)))
        counted.pop(None, None)
        places = np.fromiter(counted.keys(), np.int64, len(counted)) + self._first
        return places, np.fromiter(counted.values(), np.float64, len(counted))


def grams_of(owner: Any, views: Callable[[], Sequence[View]]) -> Grams:
    """The same each time for the same owner of fitted vectorisers."""
    known = _grams.get(owner)
    if known is None:
        known = _grams[owner] = Grams(views())
    return known


_grams = cast("WeakKeyDictionary[Any, Grams]", WeakKeyDictionary())
