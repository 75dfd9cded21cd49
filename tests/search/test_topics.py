"""The topic and intent model on a tiny training set."""

from __future__ import annotations

import io

import joblib
import pytest

from koujing.search.topics import QuestionModel, tidy
from tests.search.examples import ASSISTANCE, EXAMPLES, MATTERS


def fitted() -> QuestionModel:
    model = QuestionModel(MATTERS)
    model.fit(EXAMPLES, list)
    return model


@pytest.fixture(scope="module")
def model() -> QuestionModel:
    return fitted()


def test_its_own_examples_are_read_right(model: QuestionModel) -> None:
    for example in EXAMPLES:
        reading = model.read(example.text, example.text, list, {})
        assert reading.topic == example.topic
        if example.topic in MATTERS:
            assert reading.intent == example.intent


def test_shares_are_probabilities_best_first(model: QuestionModel) -> None:
    reading = model.read("稳岗返还多少", "稳岗返还多少", list, {})
    for ranked in (reading.topics, reading.intents):
        shares = [share for _, share in ranked]
        assert all(0 <= share <= 1 for share in shares)
    assert [share for _, share in reading.intents] == sorted((s for _, s in reading.intents), reverse=True)
    assert 0 <= reading.outside <= 1


def test_intents_are_those_of_matters_alone(model: QuestionModel) -> None:
    assert {name for name, _ in model.read("养老金", "养老金", list, {}).intents} <= {
        "ask_amount",
        "ask_deadline",
        "ask_eligibility",
    }


def test_refusal_kinds_win_together(model: QuestionModel) -> None:
    """A refused question ranks the refusal kinds before all matters, and the reverse."""
    for text in ("退休金多少", "你好", "稳岗返还多少钱"):
        topics = [topic for topic, _ in model.read(text, text, list, {}).topics]
        sides = [topic in MATTERS for topic in topics]
        assert sides == sorted(sides, reverse=sides[0])


def test_the_story_around_the_question_counts(model: QuestionModel) -> None:
    alone = model.read("能领多少钱", "能领多少钱", list, {})
    within = model.read("能领多少钱", "我失业了没工作了交过失业保险。能领多少钱", list, {})
    share = dict(within.topics).get(ASSISTANCE, 0) - dict(alone.topics).get(ASSISTANCE, 0)
    assert share > 0
    assert within.intents == alone.intents


def test_two_fits_and_a_stored_copy_read_alike(model: QuestionModel) -> None:
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    stored, again = joblib.load(file), fitted()
    for example in EXAMPLES:
        readings = [m.read(example.text, example.text, list, {}) for m in (model, stored, again)]
        assert readings[0] == readings[1] == readings[2]


def test_an_unseen_text_is_read_as_something(model: QuestionModel) -> None:
    assert model.read("", "", list, {}).topic
    assert model.read("qqqq", "qqqq", list, {}).topic


def test_evidence_moves_shares_between_matters_alone(model: QuestionModel) -> None:
    text = "能领多少钱"
    plain, moved = (model.read(text, text, list, evidence) for evidence in ({}, {ASSISTANCE: 20.0, "pension": 50.0}))
    assert dict(moved.topics)[ASSISTANCE] > dict(plain.topics)[ASSISTANCE]
    assert moved.outside == pytest.approx(plain.outside)
    assert moved.intents == plain.intents


def test_tidy_keeps_within_bounds() -> None:
    assert [tidy(x) for x in (-0.1, 0.123456, 1.5)] == [0.0, 0.1235, 1.0]
