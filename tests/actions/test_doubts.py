"""How sure a reading was."""

from __future__ import annotations

from actions.doubts import least_sure

SURE = {"text": "a", "share": 0.9, "outside": 0.1, "topics": [["x", 0.9]]}
UNSURE = {"text": "b", "share": 0.3, "outside": 0.2, "topics": [["y", 0.3]]}


def test_the_question_read_least_surely_counts() -> None:
    assert least_sure({"questions": [SURE, UNSURE]}, {}) == {"share": 0.3, "outside": 0.2, "topics": [["y", 0.3]]}


def test_an_answer_to_an_open_question_need_not_name_a_matter() -> None:
    assert least_sure({"questions": [UNSURE]}, {"open": [{"fact": "region"}]}) is None
    assert least_sure({"questions": [UNSURE]}, {"open": []}) is not None


def test_without_a_reading_nothing_is_told() -> None:
    assert least_sure({}, {}) is None
    assert least_sure({"questions": [{"text": "a"}]}, {}) is None
