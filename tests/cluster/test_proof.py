"""What a release must answer before it serves anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from koujing.cluster.errors import ReleaseError
from koujing.cluster.proof import answer_well, questions
from koujing.settings import ROOT

QUESTION = {"text": "失业补助金能领多久"}
GOOD: dict[str, Any] = {"status": "answered", "citations": [{}]}


def test_an_answer_with_its_clauses_is_good() -> None:
    assert answer_well(QUESTION, [GOOD, {**GOOD, "status": "determined"}]) is None


@pytest.mark.parametrize(
    ("replies", "says"),
    [
        ([], "没有答复"),
        ([{**GOOD, "status": "outside_scope"}], "outside_scope"),
        ([GOOD, {**GOOD, "status": "error"}], "error"),
        ([{**GOOD, "citations": []}], "没有条款依据"),
    ],
)
def test_anything_else_is_told(replies: list[dict[str, Any]], says: str) -> None:
    wrong = answer_well(QUESTION, replies)
    assert wrong is not None
    assert says in wrong
    assert QUESTION["text"] in wrong


def test_the_project_asks_several_questions() -> None:
    assert len(questions(ROOT)) >= 3


def test_a_release_that_is_asked_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config/release").mkdir(parents=True)
    (tmp_path / "config/release/questions.yml").write_text("questions: []\n")
    with pytest.raises(ReleaseError, match="没有试答的问题"):
        questions(tmp_path)
