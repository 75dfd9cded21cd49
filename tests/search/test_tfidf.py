"""The quick TF-IDF against scikit-learn's own, number for number and in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from koujing.search.tfidf import Grams, View, grams_of
from tests.search.examples import LABELLED

TEXTS = [text for text, _, _ in LABELLED]
UNSEEN = ["稳岗返还稳岗返还稳岗返还能返还多少", "领", "", "Zebra 😀", "失业了，能领失业补助金吗？失业了！", *TEXTS]


def _signs(text: str) -> list[str]:
    return list(text)


def _fitted(**given: Any) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, **given).fit(TEXTS)


def _quick(views: Sequence[View], things: Sequence[Sequence[str]]) -> Any:
    return Grams(views).rows(things).matrix()


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
    _same(_quick([View(fitted)], [[text] for text in texts]), fitted.transform(texts))


def test_products_with_weights_are_equal_too() -> None:
    fitted = _fitted(analyzer="char", ngram_range=(1, 4))
    weights = np.random.default_rng(0).normal(size=(len(fitted.vocabulary_), 5))
    ours, theirs = _quick([View(fitted)], [[text] for text in UNSEEN]), fitted.transform(UNSEEN)
    assert (ours @ weights).tobytes() == (theirs @ weights).tobytes()


def test_views_stand_side_by_side_as_scipy_stacks_them() -> None:
    first, second = _fitted(analyzer="char", ngram_range=(1, 4)), _fitted(analyzer="char", ngram_range=(1, 2))
    things = [(text, other) for text, other in zip(UNSEEN, reversed(UNSEEN), strict=True)]
    texts, others = zip(*things, strict=True)
    stacked = csr_matrix(hstack([first.transform(texts), second.transform(others) * 0.4]))
    ours = Grams([View(first), View(second, 0.4)])
    _same(ours.rows(things).matrix(), stacked)
    # Once more, now from what it remembers.
    _same(ours.rows(things).matrix(), stacked)
    _same(ours.rows(things[:1]).matrix(), stacked[:1])
    assert ours.rows([]).shape == (0, stacked.shape[1])


def test_an_owner_is_prepared_for_once() -> None:
    class Owner:
        views = (View(_fitted(analyzer="char")),)

    one, other = Owner(), Owner()
    assert grams_of(one, lambda: one.views) is grams_of(one, lambda: one.views)
    assert grams_of(one, lambda: one.views) is not grams_of(other, lambda: other.views)
