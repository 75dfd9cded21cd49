"""Sentences with the places of facts marked in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.marked import Mark, Marked, MarkError, parse_marked

WORDS = st.text(st.characters(exclude_characters="[]"), max_size=6)
MARK = st.tuples(st.sampled_from(["sex", "age", "in_2020"]), st.sampled_from(["", "true", "个体户", "1/3"]))
PIECES = st.lists(st.tuples(WORDS, WORDS.filter(bool), st.lists(MARK, min_size=1, max_size=3)), max_size=4)


def written(fact: str, value: str) -> str:
    return f"{fact}={value}" if value else fact


def test_a_figure_and_words_that_mean_a_value() -> None:
    assert parse_marked("我们公司[28个人](company_headcount)，[一直没断过](unit_insured=true)") == Marked(
        "我们公司28个人，一直没断过",
        (Mark(4, 8, "company_headcount", None), Mark(9, 14, "unit_insured", "true")),
    )


def test_several_facts_of_one_place() -> None:
    (sex, post) = parse_marked("下岗[女工]( sex=female;post_kind = worker )").marks
    assert (sex, post) == (Mark(2, 4, "sex", "female"), Mark(2, 4, "post_kind", "worker"))


@given(WORDS)
def test_text_without_marks_comes_back_whole(text: str) -> None:
    assert parse_marked(text) == Marked(text, ())


@given(PIECES, WORDS)
def test_marks_stand_on_the_words_marked(pieces: list[tuple[str, str, list[tuple[str, str]]]], rest: str) -> None:
    line = "".join(
        f"{before}[{words}]({';'.join(written(*mark) for mark in marks)})" for before, words, marks in pieces
    )
    marked = parse_marked(line + rest)
    assert marked.text == "".join(before + words for before, words, _ in pieces) + rest
    assert [(marked.text[mark.start : mark.end], mark.fact, mark.value) for mark in marked.marks] == [
        (words, fact, value or None) for _, words, marks in pieces for fact, value in marks
    ]


@given(PIECES, WORDS)
def test_marks_stand_on_the_words_as_made_plain(
    pieces: list[tuple[str, str, list[tuple[str, str]]]], rest: str
) -> None:
    """Though they grow longer or shorter by it."""

    def plain(text: str) -> str:
        return text.replace("个", "").replace("人", "人人")

    line = "".join(f"{before}[个人{words}](age)" for before, words, _ in pieces)
    marked = parse_marked(line + rest, plain)
    assert marked.text == plain("".join(f"{before}个人{words}" for before, words, _ in pieces) + rest)
    assert [marked.text[mark.start : mark.end] for mark in marked.marks] == [
        plain(f"个人{words}") for _, words, _ in pieces
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("公司[28个人", "没有成对"),
        ("公司28个人](company_headcount)", "没有成对"),
        ("公司[28个人]，没标", "没有成对"),
        ("[公司[28个人](company_headcount)](unit_kind=enterprise)", "没有成对"),
        ("公司[28个人]()", "没有事实的名字"),
        ("公司[28个人](=28)", "没有事实的名字"),
        ("公司[28个人](参保人数)", "没有事实的名字"),
        ("[女工](sex=female;)", "没有事实的名字"),
    ],
)
def test_a_mark_that_cannot_be_read_is_told_with_its_line(line: str, why: str) -> None:
    with pytest.raises(MarkError, match=why) as caught:
        parse_marked(line)
    assert line in str(caught.value)
