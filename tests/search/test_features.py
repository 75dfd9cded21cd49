"""Sparse features of a tiny training set."""

from __future__ import annotations

import io

import joblib
import numpy as np

from koujing.search.features import QuestionFeatures
from tests.search.examples import EXAMPLES

TEXTS = [example.text for example in EXAMPLES]


def fitted() -> QuestionFeatures:
    features = QuestionFeatures()
    features.fit(TEXTS, list)
    return features


def test_two_fits_give_the_same_rows() -> None:
    one, other = (fitted().transform(TEXTS, list) for _ in range(2))
    assert one.shape[0] == len(TEXTS)
    assert (one != other).nnz == 0


def test_a_stored_copy_gives_the_same_rows() -> None:
    features, file = fitted(), io.BytesIO()
    joblib.dump(features, file)
    file.seek(0)
    assert (features.transform(TEXTS, list) != joblib.load(file).transform(TEXTS, list)).nnz == 0


def test_what_was_never_seen_has_no_features() -> None:
    assert fitted().transform(["qqqq"], list).nnz == 0


def test_pairs_of_words_count() -> None:
    def cut(text: str) -> list[str]:
        return text.split(" ")

    features = QuestionFeatures()
    features.fit(["甲 乙", "乙 甲"], cut)
    one, other = features.transform(["甲 乙", "乙 甲"], cut).toarray()
    assert not np.array_equal(one, other)
