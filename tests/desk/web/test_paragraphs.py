"""The text of a reply, cut for a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.web.paragraphs import paragraphs, sentences, summary, text_parts

TEXTS = st.text(alphabet="甲乙，。！？“”（）\n：依据", max_size=120)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("没有句号", ["没有句号"]),
        ("符合。可以申请！还有吗？", ["符合。", "可以申请！", "还有吗？"]),
        ("他说“不行。真的。”然后走了。", ["他说“不行。真的。”然后走了。"]),
        ("多了一个右引号”。第二句。", ["多了一个右引号”。", "第二句。"]),
    ],
)
def test_stops_inside_quotes_end_no_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(TEXTS)
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(TEXTS)
def test_paragraphs_leave_out_nothing_but_white_space(text: str) -> None:
    assert "".join(paragraphs(text)).replace("\n", "") == text.replace("\n", "")


def test_the_conclusion_is_a_paragraph_of_its_own() -> None:
    assert paragraphs("符合条件。甲一句。乙一句。")[0] == "符合条件。"
    assert paragraphs("符合条件。甲一句。乙一句。")[1:] == ["甲一句。乙一句。"]


def test_basis_and_question_are_set_apart() -> None:
    parts = text_parts("还不能判断。请问：参保了吗？依据：甲文第（一）项。", "参保了吗？", "依据：")
    assert (parts.said, parts.question, parts.basis) == ("还不能判断。", "请问：参保了吗？", "依据：甲文第（一）项。")


def test_a_question_that_stands_elsewhere_stays_where_it_is() -> None:
    parts = text_parts("参保了吗？这一点会影响结论。", "参保了吗？", "依据：")
    assert (parts.said, parts.question, parts.basis) == ("参保了吗？这一点会影响结论。", None, None)


def test_a_text_of_nothing_but_its_basis_keeps_it() -> None:
    assert text_parts("依据：甲文。", None, "依据：").said == "依据：甲文。"


@given(TEXTS, TEXTS)
def test_the_parts_joined_are_the_text(said: str, question: str) -> None:
    parts = text_parts(said + question, question, "依据：")
    assert parts.said + (parts.question or "") + (parts.basis or "") == said + question


@given(st.text(alphabet="甲。", max_size=300))
def test_a_summary_is_short(text: str) -> None:
    assert len(summary(text)) <= 80
