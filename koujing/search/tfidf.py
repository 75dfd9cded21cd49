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
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2

__all__ = ["Grams", "grams_of"]


class Grams:
    """A fitted vectoriser with `sublinear_tf` and scikit-learn's other defaults; only read, so threads may share it."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._analyze = vectorizer.build_analyzer()
        self.vocabulary: Mapping[str, int] = vectorizer.vocabulary_
        self._weights = vectorizer.idf_

    def transform(self, documents: Sequence[Any]) -> Any:
        """What the vectoriser's `transform` gives."""
        return self.weigh([self._counts(document) for document in documents])

    def weigh(self, rows: Sequence[Mapping[int, int]]) -> Any:
        """The matrix of documents of which it is known how often each gram stands in them."""
        lengths = np.array([len(row) for row in rows])
        places = np.array([place for row in rows for place in row], dtype=np.int64)
        counts = np.array([count for row in rows for count in row.values()], dtype=np.float64)
        # The last gram comes first, as in scikit-learn, whose order of adding up is to be kept.
        width = len(self._weights)
        order = np.argsort(np.repeat(np.arange(1, len(rows) + 1) * width, lengths) - places)
        places = places[order]
        weights = (np.log(counts[order]) + 1) * self._weights[places]
        ends = np.concatenate(([0], np.cumsum(lengths)))
        matrix = csr_matrix((weights, places.astype(np.int32), ends.astype(np.int32)), shape=(len(rows), width))
        inplace_csr_row_normalize_l2(matrix)
        return matrix

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
