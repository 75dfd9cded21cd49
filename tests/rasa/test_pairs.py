"""Several questions in one message, taken apart by what a small model reads."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.rasa.pairs import QuestionPairs
from koujing.rasa.reader import MessageReader, train
from koujing.rasa.tools import build_tools
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


STORY = "我们厂去年底参保二十八个人,一年里裁了五个,单位和个人一共缴了三万二的失业险,想趁年底之前办下来,"
WORDS = {"能领吗": "ask_eligibility", "返多少": "ask_amount", "材料": "ask_materials", "截止": "ask_deadline"}


def parts(message: str, share: float = 0.9) -> list[tuple[str, str]] | None:
    """The topics and aspects of a message, each read by a word of `WORDS`; without 返还 it names no matter."""

    def ask(text: str) -> dict[str, Any]:
        intent = next(intent for word, intent in WORDS.items() if word in text)
        # What is told makes a question look like one for a verdict.
        intent = "ask_eligibility" if text.startswith(STORY[:5]) else intent
        topic = REFUND if "返还" in text else "no_matter"
        return {
            "text": text,
            "context": text,
            "topic": topic,
            "intent": intent,
            "intents": [[intent, share]],
            "share": 0.9,
            "bare": False,
        }

    finder = build_tools(policies(), ROOT / "policies").questions
    found = QuestionPairs(policies(), finder, ask, lambda _text: []).of(message)
    return None if found is None else [(each["topic"], each["intent"]) for each in found]


@pytest.mark.parametrize("told", ["", STORY])
def test_several_things_asked_of_one_matter_are_each_asked(told: str) -> None:
    message = told + "稳岗返还能返多少,什么时候截止,要什么材料,谢谢"
    assert parts(message) == [(REFUND, "ask_amount"), (REFUND, "ask_deadline"), (REFUND, "ask_materials")]
    assert parts(message, share=0.3) is None


def test_a_verdict_asked_beside_others_is_not_taken_apart() -> None:
    assert parts(STORY + "稳岗返还我们能领吗,要什么材料") is None


def test_the_same_asked_again_is_not_taken_apart() -> None:
    assert parts(STORY + "稳岗返还要什么材料,到底要哪些材料") is None


def test_a_long_message_is_not_taken_apart(reader: MessageReader) -> None:
    text = "葫芦岛稳岗返还什么时候截止，" + "我们想早一点准备，" * 5 + "东莞呢"
    assert all("places" not in question for question in questions(reader, text))
