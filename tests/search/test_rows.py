"""Bare rows against scipy and scikit-learn, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_matrix
from sklearn.linear_model import LogisticRegression

from koujing.search.rows import Rows, predict_proba, times


def _matrix(height: int, width: int, seed: int) -> Any:
    made = random_matrix(height, width, density=0.3, format="csr", random_state=seed)
    # As the texts' own: the last place first.
    made.sort_indices()
    for row in range(height):
        part = slice(made.indptr[row], made.indptr[row + 1])
        made.indices[part], made.data[part] = made.indices[part][::-1].copy(), made.data[part][::-1].copy()
    made.has_sorted_indices = False
    return made


def _rows(matrix: Any) -> Rows:
    return Rows(matrix.data, matrix.indices, matrix.indptr, matrix.shape)


def _same(ours: Any, theirs: Any) -> None:
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert ours.tobytes() == theirs.tobytes()


def test_the_first_row_alone() -> None:
    matrix = _matrix(4, 40, 1)
    _same(_rows(matrix).first().matrix().toarray(), matrix[:1].toarray())


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_products_are_scipys(kind: Any) -> None:
    matrix, dense = _matrix(4, 300, 3).astype(kind), np.random.default_rng(1).normal(size=(300, 9)).astype(kind)
    _same(times(_rows(matrix), dense), matrix @ dense)
    _same(times(_rows(csr_matrix((2, 300), dtype=kind)), dense), csr_matrix((2, 300), dtype=kind) @ dense)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_probabilities_are_scikit_learns(classes: int) -> None:
    matrix = _matrix(60, 120, 5)
    model = LogisticRegression(C=10, solver="liblinear", random_state=0).fit(matrix, [n % classes for n in range(60)])
    _same(predict_proba(model, _rows(matrix)), model.predict_proba(matrix))
    _same(predict_proba(model, _rows(matrix).first()), model.predict_proba(matrix[:1]))
