"""The file of words tells every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from koujing.desk.console.reviews.words import FILE, LABELS, load_words
from koujing.desk.web.request import REASONS
from koujing.knowledge.errors import PolicyFileError
from koujing.store.reviews import STATES


def test_the_projects_own_file_names_everything() -> None:
    words = load_words()
    assert tuple(words.states) == STATES
    assert tuple(words.labels) == LABELS
    assert set(words.feedback) == set(REASONS)
    assert words.wanted.doubtful == 50
    assert "original" in words.wanted.kinds_not


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("percent: 50", "percent: 90", "不对"),
        ("percent: 50", "percent: yes", "不对"),
        ("  correct: 答对了\n", "", "correct"),
        ("  other: 其他\n# 从哪些", "  odd: 其他\n# 从哪些", "odd"),
        ("  web: 网站", "  web: ''", "web"),
        ("kinds_not: [", "kinds: [", "kinds"),
        ("statuses: [referred, quoted,", "statuses: [referred, strange,", "不认识的状态"),
    ],
)
def test_mistakes(tmp_path: Path, before: str, after: str, says: str) -> None:
    source = FILE.read_text(encoding="utf-8")
    assert before in source
    path = tmp_path / "review.yml"
    path.write_text(source.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PolicyFileError, match=says):
        load_words(path)
