"""What is said of a withdrawn receipt, and the file it comes from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import unquote

import pytest

from koujing.desk.recall_wordings import load_recall_wordings
from koujing.knowledge.errors import PolicyFileError
from koujing.store.recalls import Recall

RECALL = Recall(dt.datetime(2021, 9, 20, 8, tzinfo=dt.timezone.utc), "应为每月 1200 元。", None)


def test_the_project_s_own_words() -> None:
    wordings = load_recall_wordings()
    assert wordings.notice_of(RECALL) == "此答复已于2021年9月20日更正：应为每月 1200 元。"
    assert "回执 A、B" in wordings.told_of(RECALL, ["A", "B"])
    headers = wordings.headers(RECALL)
    assert all(value.isascii() for value in headers.values())
    assert unquote(headers["Koujing-Recall-Notice"]).endswith(wordings.notice_of(RECALL))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("notice: 更正{note}\n", "缺少“told”"),
        ("notice: 更正\ntold: 更正{note}\n", "须有 {note}"),
        ("notice: 更正{note}{who}\ntold: 更正{note}\n", "可用"),
        ("notice: 更正{note\ntold: 更正{note}\n", "大括号不成对"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "recall.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError, match=told.replace("{", r"\{").replace("}", r"\}")):
        load_recall_wordings(path)
