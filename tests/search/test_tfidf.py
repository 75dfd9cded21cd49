"""The quick TF-IDF against scikit-learn's own, number for number and in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from koujing.search.tfidf import grams_of
from tests.search.examples import LABELLED

TEXTS = [text for text, _, _ in LABELLED]
UNSEEN = ["稳岗返还稳岗返还稳岗返还能返还多少", "领", "", "Zebra 😀", "失业了，能领失业补助金吗？失业了！", *TEXTS]


def _signs(text: str) -> list[str]:
    return list(text)


def _fitted(**given: Any) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, **given).fit(TEXTS)


def _same(ours: Any, theirs: Any) -> None:
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    for part in ("data", "indices", "indptr"):
        mine, other = getattr(ours, part), getattr(theirs, part)
        assert mine.dtype == other.dtype
        # Equal to the last bit.
        assert mine.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    "given",
    [
        {"analyzer": "char", "ngram_range": (1, 4), "min_df": 2},
        {"analyzer": "char", "ngram_range": (1, 3), "lowercase": False},
        {"analyzer": _signs},
    ],
)
@pytest.mark.parametrize("texts", [UNSEEN, ["稳岗返还能领多少钱"], ["Zebra"], [""]])
def test_equals_scikit_learn_to_the_last_bit(given: dict[str, Any], texts: Sequence[str]) -> None:
    fitted = _fitted(**given)
    _same(grams_of(fitted).transform(texts), fitted.transform(texts))


def test_products_with_weights_are_equal_too() -> None:
    fitted = _fitted(analyzer="char", ngram_range=(1, 4))
    weights = np.random.default_rng(0).normal(size=(len(fitted.vocabulary_), 5))
    ours, theirs = grams_of(fitted).transform(UNSEEN), fitted.transform(UNSEEN)
    assert (ours @ weights).tobytes() == (theirs @ weights).tobytes()


def test_a_vectoriser_is_prepared_once() -> None:
    one, other = _fitted(analyzer="char"), _fitted(analyzer="char")
    assert grams_of(one) is grams_of(one)
    assert grams_of(one) is not grams_of(other)
