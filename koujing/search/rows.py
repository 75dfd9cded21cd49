"""A few sparse rows and what linear models make of them, bit for bit as scipy and scikit-learn, without their upkeep.

For one message there are some hundred numbers in a row, and building and checking the objects around them takes many times
longer than the arithmetic. Sums are added in the same order by the same compiled loops, so that results are equal, not close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from scipy.sparse import _sparsetools, csr_matrix
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

__all__ = ["Rows", "predict_proba", "times"]


@dataclass(frozen=True)
class Rows:
    """The parts of a `csr_matrix`, by the names that compiled code knows them by."""

    data: Any
    indices: Any
    indptr: Any
    shape: tuple[int, int]

    def matrix(self) -> Any:
        """The same for scipy."""
        return csr_matrix((self.data, self.indices, self.indptr), shape=self.shape)

    def first(self) -> Rows:
        """The first row alone."""
        end = self.indptr[1]
        return Rows(self.data[:end], self.indices[:end], self.indptr[:2], (1, self.shape[1]))


def times(rows: Rows, dense: Any) -> Any:
    """What `@` gives of a sparse matrix and a dense one, both of one type, the dense one laid out by rows."""
    made = np.zeros((rows.shape[0], dense.shape[1]), dtype=dense.dtype)
    _sparsetools.csr_matvecs(
        *rows.shape, dense.shape[1], rows.indptr, rows.indices, rows.data, dense.ravel(), made.ravel()
    )
    return made


def predict_proba(model: LogisticRegression, rows: Rows) -> Any:
    """What the `predict_proba` of a model of the solver liblinear gives."""
    shares = times(rows, _weights_of(model))
    shares += model.intercept_
    expit(shares, out=shares)
    if shares.shape[1] == 1:
        # Two classes have weights for one.
        return np.vstack([1 - shares[:, 0], shares[:, 0]]).T
    shares /= shares.sum(axis=1).reshape((shares.shape[0], -1))
    return shares


def _weights_of(model: LogisticRegression) -> Any:
    known = _weights.get(model)
    if known is None:
        known = _weights[model] = np.ascontiguousarray(model.coef_.T)
    return known


_weights: WeakKeyDictionary[LogisticRegression, Any] = WeakKeyDictionary()
