"""What a fitted TF-IDF vectoriser makes of a few texts, bit for bit, without its upkeep.

scikit-learn checks at every call that it was fitted, adding up all weights for it, and validates what it made itself: for
one message that takes many times longer than the arithmetic. Sums are added in its order, so that results are equal, not
merely close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2

from koujing.search.rows import Rows

__all__ = ["Grams", "grams_of"]


class Grams:
    """A fitted vectoriser with `sublinear_tf` and scikit-learn's other defaults; only read, so threads may share it."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._analyze = vectorizer.build_analyzer()
        self.vocabulary: Mapping[str, int] = vectorizer.vocabulary_
        self._weights = vectorizer.idf_

    def transform(self, documents: Sequence[Any]) -> Any:
        """What the vectoriser's `transform` gives."""
        return self.rows(documents).matrix()

    def rows(self, documents: Sequence[Any]) -> Rows:
        """The same as bare rows."""
        counted = [self._counts(document) for document in documents]
        lengths = [len(row) for row in counted]
        entries = sum(lengths)
        places = np.fromiter((place for row in counted for place in row), np.int64, entries)
        counts = np.fromiter((count for row in counted for count in row.values()), np.float64, entries)
        return self.weigh(np.repeat(np.arange(len(counted)), lengths), places, counts, len(counted))

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

    def _counts(self, document: Any) -> dict[int, int]:
        known = self.vocabulary
        counted = Counter(self._analyze(document))
        return {known[gram]: count for gram, count in counted.items() if gram in known}


def grams_of(vectorizer: TfidfVectorizer) -> Grams:
    """The same each time for the same fitted vectoriser."""
    known = _grams.get(vectorizer)
    if known is None:
        known = _grams[vectorizer] = Grams(vectorizer)
    return known


_grams = cast("WeakKeyDictionary[TfidfVectorizer, Grams]", WeakKeyDictionary())
