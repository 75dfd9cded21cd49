"""Questions of which it is not clear what they are about."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.reply import Reply
from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read

SKILL = "skill_upgrade_subsidy"


def ask(session: Session, text: str, *topics: tuple[str, float], **more: Any) -> Reply:
    """A question read with these topics, best first."""
    reading = read(text, f"{topics[0][0]}.how", **more)
    reading["questions"][0] |= {"share": topics[0][1], "topics": [list(each) for each in topics]}
    return session.say(reading)[0]


def options(reply: Reply) -> list[str]:
    assert reply["ask"]["fact"] == "matter"
    return [option["value"] for option in reply["ask"]["options"]]


def test_of_two_nearly_as_likely_it_is_asked_which() -> None:
    session = Session("huludao")
    reply = ask(session, "厂里的那笔怎么弄到手", (REFUND, 0.35), (SKILL, 0.3), (ASSISTANCE, 0.05))
    assert options(reply) == [REFUND, SKILL]
    chosen = session.say(read("第二个"))[0]
    assert (chosen["matter"], chosen["aspect"]) == (SKILL, "how")


def test_the_place_is_asked_first() -> None:
    session = Session()
    reply = ask(session, "厂里的那笔怎么弄到手", (REFUND, 0.35), (SKILL, 0.3))
    assert reply["ask"]["fact"] == "region"
    assert options(session.ask("葫芦岛", places={"葫芦岛": ["huludao"]})) == [REFUND, SKILL]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        # sure enough, the second far behind, a matter named, one that holds for all
        ("厂里的那笔怎么弄到手,请讲讲", ((REFUND, 0.5), (SKILL, 0.45))),
        ("厂里的那笔怎么弄到手,请讲讲", ((REFUND, 0.35), (SKILL, 0.1))),
        ("稳岗返还怎么弄到手,请讲讲", ((REFUND, 0.35), (SKILL, 0.3))),
        ("厂里的那笔怎么弄到手,请讲讲", ((REFUND, 0.35), ("acceptance_period", 0.3))),
    ],
)
def test_what_is_clear_enough_is_answered(text: str, topics: tuple[tuple[str, float], ...]) -> None:
    assert ask(Session("huludao"), text, *topics)["matter"] == REFUND


def test_a_few_words_that_name_nothing_are_about_none() -> None:
    assert len(options(ask(Session("huludao"), "那笔怎么弄", (SKILL, 0.45), (REFUND, 0.1)))) > 2
    # with a matter spoken of before they are about that
    session = Session("huludao")
    session.ask("稳岗返还怎么办", f"{REFUND}.how")
    assert ask(session, "那笔怎么弄", (SKILL, 0.45), (REFUND, 0.1))["matter"] == REFUND
    # and what tells of a case is about the matter read
    told = ask(Session("huludao"), "考了证怎么弄", (SKILL, 0.45), (REFUND, 0.1), certificate_obtained=True)
    assert told["matter"] == SKILL


def first(text: str, topic: str, *, bare: bool, outside: float, share: float = 0.4) -> dict[str, Any]:
    (question,) = read(text, topic)["questions"]
    question |= {
        "bare": bare,
        "outside": outside,
        "share": share,
        "elsewhere": "pension",
        "intents": [["ask_amount", 0.9]],
    }
    return {**read(text), "questions": [question]}


@pytest.mark.parametrize(
    ("reading", "status"),
    [
        # it names no matter, in words of its own that are likely of another subject
        (first("酸菜咋腌才不烂", "no_matter.how", bare=False, outside=0.35), "outside_scope"),
        (first("这个怎么弄", "no_matter.how", bare=False, outside=0.1), "clarifying"),
        (first("怎么弄", "no_matter.how", bare=True, outside=0.35), "clarifying"),
        # it is hardly of another subject, having no words of its own
        (first("给多少", "pension", bare=True, outside=0.5), "clarifying"),
        (first("养老金给多少", "pension", bare=False, outside=0.5), "outside_scope"),
        (first("给多少", "pension", bare=True, outside=0.9, share=0.9), "outside_scope"),
    ],
)
def test_a_first_question_of_no_matter_is_of_another_subject_or_of_none(reading: dict[str, Any], status: str) -> None:
    assert Session("huludao").say(reading)[0]["status"] == status
