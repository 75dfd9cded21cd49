"""Answers to questions of yes or no, learnt from a tiny set."""

from __future__ import annotations

import io

import joblib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.search.answers import NEITHER, NO, YES, Answered, AnswerModel, _table

GENERAL = [
    ("是的", YES), ("是", YES), ("对的", YES), ("有的", YES), ("当然是", YES),
    ("不是", NO), ("没有", NO), ("不对", NO), ("没有没有", NO), ("当然不是", NO),
    ("说不准", NEITHER), ("怎么办理", NEITHER), ("在哪办", NEITHER), ("多少钱", NEITHER),
]  # fmt: skip
OF_ONE = {
    "was_insured": [
        ("厂里给上过", YES), ("上过几年", YES), ("一直上着", YES),
        ("厂里不给上", NO), ("老板抠门", NO), ("抠门,一分不给上", NO),
    ],
    "is_disabled": [
        ("三级本子", YES), ("本子在手", YES), ("腿脚坏了", YES),
        ("硬实着呢", NO), ("身板硬实", NO), ("硬实得很", NO),
    ],
}  # fmt: skip
ANSWERS = [Answered("", *each) for each in GENERAL]
ANSWERS += [Answered(fact, *each) for fact, told in OF_ONE.items() for each in told]
FACTS = (*OF_ONE, "is_orphan")


def fitted(answers: list[Answered] = ANSWERS) -> AnswerModel:
    model = AnswerModel(FACTS)
    model.fit(answers)
    return model


@pytest.fixture(scope="module")
def model() -> AnswerModel:
    return fitted()


@pytest.mark.parametrize(("text", "meaning"), [each for each in GENERAL if each[1] != NEITHER])
def test_a_plain_answer_means_the_same_to_every_question(model: AnswerModel, text: str, meaning: str) -> None:
    told = model.read(text)
    assert set(told) == set(FACTS)
    assert {max(shares, key=lambda name: shares[name]) for shares in told.values()} == {meaning}
    assert min(shares[meaning] for shares in told.values()) > 0.5


@pytest.mark.parametrize("text", [text for text, meaning in GENERAL if meaning == NEITHER])
def test_what_is_no_answer_is_neither(model: AnswerModel, text: str) -> None:
    assert max(share for shares in model.read(text).values() for share in shares.values()) < 0.5


@pytest.mark.parametrize(
    ("fact", "text", "meaning"),
    [(fact, *each) for fact, told in OF_ONE.items() for each in told],
)
def test_an_answer_is_read_by_the_question(model: AnswerModel, fact: str, text: str, meaning: str) -> None:
    """To another question the same words say less."""
    told = model.read(text)
    assert told[fact][meaning] == max(told[fact].values())
    assert told[fact][meaning] > told["is_orphan"][meaning]


def test_shares_are_probabilities(model: AnswerModel) -> None:
    for shares in model.read("厂里给上过").values():
        assert set(shares) == {YES, NO}
        assert 0 < sum(shares.values()) <= 1


def test_two_fits_and_a_stored_copy_read_alike(model: AnswerModel) -> None:
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    stored, again = joblib.load(file), fitted()
    for each in ANSWERS:
        assert model.read(each.text) == stored.read(each.text) == again.read(each.text)


def test_only_meanings_that_were_taught_are_told() -> None:
    without = fitted([each for each in ANSWERS if each.meaning != NO])
    assert all(set(shares) == {YES} for shares in without.read("不是").values())


@given(st.text(max_size=12))
def test_any_text_is_read(model: AnswerModel, text: str) -> None:
    for shares in model.read(text).values():
        assert all(0 <= share <= 1 for share in shares.values())


@pytest.mark.parametrize("text", ["没给上过", "给上着呢给上着呢", "", "|was_insured|给", "Zebra"])
def test_an_answer_weighs_to_the_last_bit_as_the_vectoriser_says(model: AnswerModel, text: str) -> None:
    """The n-grams are looked up once for all facts; scikit-learn looks at each fact by itself."""
    vectorizer, facts = model._grams, model._facts
    ours = _table(vectorizer, facts).rows(text)
    theirs = vectorizer.transform([(fact, text) for fact in facts])
    assert ours.shape == theirs.shape
    for part in ("data", "indices", "indptr"):
        assert getattr(ours, part).tobytes() == getattr(theirs, part).tobytes()
