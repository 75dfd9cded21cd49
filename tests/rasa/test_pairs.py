"""Two questions in one message, taken apart by what a small model reads."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.rasa.reader import MessageReader, build_tools, train
from koujing.settings import DEMO_DATE, ROOT
from tests.answering.replies import policies
from tests.search.examples import ASSISTANCE, LABELLED, REFUND


@pytest.fixture(scope="module")
def reader() -> MessageReader:
    tools = build_tools(policies(), ROOT / "policies")
    return MessageReader(policies(), tools, train(policies(), tools, LABELLED))


def questions(reader: MessageReader, text: str) -> list[dict[str, Any]]:
    return list(reader.read(text, DEMO_DATE)["questions"])


@pytest.mark.parametrize(
    "text",
    [
        "葫芦岛稳岗返还什么时候截止？东莞稳岗返还什么时候截止？",
        "葫芦岛稳岗返还什么时候截止，东莞呢",
        "稳岗返还什么时候截止，葫芦岛几号、东莞几号",
        "葫芦岛和东莞稳岗返还截止日期各是什么时候",
    ],
)
def test_one_matter_in_two_places_is_asked_twice(reader: MessageReader, text: str) -> None:
    found = questions(reader, text)
    assert [[place["regions"] for place in question["places"]] for question in found] == [[["huludao"]], [["dongguan"]]]
    assert {(question["topic"], question["intent"]) for question in found} == {(REFUND, "ask_deadline")}


def test_a_place_named_beside_the_question_is_no_second_one(reader: MessageReader) -> None:
    assert len(questions(reader, "我户口在葫芦岛，稳岗返还东莞什么时候截止")) == 1


def test_two_matters_are_two_questions(reader: MessageReader) -> None:
    found = questions(reader, "失业补助金一个月多少钱，稳岗返还什么时候截止")
    assert [(question["topic"], question["intent"]) for question in found] == [
        (ASSISTANCE, "ask_amount"),
        (REFUND, "ask_deadline"),
    ]


def test_a_long_message_is_not_taken_apart(reader: MessageReader) -> None:
    text = "葫芦岛稳岗返还什么时候截止，" + "我们想早一点准备，" * 5 + "东莞呢"
    assert all("places" not in question for question in questions(reader, text))
