"""Sentences of the notices found by their own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.text.normalise import normalise
from tests.answering.replies import policies

HULUDAO = {"hld-2021-2"}


def every(knowledge: Knowledge) -> list[tuple[str, str, str]]:
    return [
        (clause.notice, clause.id, sentence.text)
        for clause in knowledge.clauses.values()
        for sentence in clause.sentences
        if sum(map(str.isalnum, sentence.text)) >= 20
    ]


def test_every_long_sentence_is_found_as_it_stands() -> None:
    knowledge = policies()
    lost = []
    for notice, _, text in every(knowledge):
        found = knowledge.passages.find(normalise(text), {notice})
        if found is None or found.text != text:
            lost.append(text)
    assert lost == []


@settings(max_examples=60)
@given(st.data())
def test_a_part_of_one_is_found_in_it_without_its_punctuation(data: st.DataObject) -> None:
    knowledge = policies()
    notice, _, text = data.draw(st.sampled_from(every(knowledge)))
    letters = "".join(filter(str.isalnum, normalise(text)))
    start = data.draw(st.integers(0, len(letters) - 14))
    end = data.draw(st.integers(start + 14, len(letters)))
    part = letters[start:end]
    found = knowledge.passages.find(f"{part}？", {notice})
    assert found is not None
    assert part in "".join(filter(str.isalnum, normalise(found.text)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？？",
        "稳岗返还能领吗",
        # A matter's whole name with something else asked of it.
        "就业困难人员社会保险补贴的银行卡丢了怎么办呢",
        "我想问一下失业保险稳岗返还政策的办理材料和办理地点",
    ],
)
def test_what_repeats_little_or_nothing_is_none(text: str) -> None:
    assert policies().passages.find(normalise(text), HULUDAO) is None


def test_no_other_place_is_looked_at() -> None:
    notice, _, text = next(each for each in every(policies()) if each[0] in HULUDAO)
    assert policies().passages.find(normalise(text), {notice}) is not None
    assert policies().passages.find(normalise(text), set()) is None
