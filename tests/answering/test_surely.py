"""How surely a message speaks of a subject of its own. What was understood is given as data."""

from __future__ import annotations

from typing import Any

import pytest

from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read


def surely(text: str, topic: str, share: float, **facts: Any) -> dict[str, Any]:
    """A message read as of one topic with a share."""
    told = read(text, topic, **facts)
    intent = [topic.partition(".")[2] and f"ask_{topic.partition('.')[2]}", 0.9]
    questions = [{**each, "share": share, "outside": 0.9, "intents": [intent]} for each in told["questions"]]
    return {**told, "questions": questions, "personal": True}


@pytest.mark.parametrize(("share", "kind"), [(0.9, "housing_fund"), (0.2, "dropped")])
def test_what_is_asked_beside_a_word_that_turns_away_is_answered(share: float, kind: str) -> None:
    session = Session("huludao")
    assert session.say(surely("我能领吗", f"{ASSISTANCE}.eligibility", 0.9))[0]["ask"]
    reply = session.say(surely("换个问题,公积金怎么提", "housing_fund", share))[0]
    assert reply["kind"] == kind


def test_the_next_caller_begins_anew() -> None:
    session = Session("huludao")
    first = session.say(surely("参保28人", f"{REFUND}.eligibility", 0.9, insured_headcount=28))[0]
    assert first["facts"]["insured_headcount"]["value"] == 28
    assert first["ask"]
    reply = session.say(surely("下一个 律所 没裁人 稳岗返还", f"{REFUND}.eligibility", 0.9, layoffs_last_year=0))[0]
    assert set(reply["facts"]) == {"layoffs_last_year"}
    # Only to pass over a question turns to nobody else.
    assert session.ask("下一个")["facts"]["layoffs_last_year"]["value"] == 0


def test_at_first_he_is_whoever_the_message_tells_of() -> None:
    told = read("x", insured_months=20)["facts"]
    message = {
        **surely("学生缴了20个月,有证,他能领吗", "skill_upgrade_subsidy.eligibility", 0.9, certificate_obtained=True)
    }
    reply = Session("guangzhou").say({**message, "person": "他", "others": {"": told}})[0]
    assert set(reply["facts"]) == {"insured_months", "certificate_obtained"}
    # Set beside the asker's own, they are another's.
    rival = {**message, "others": {"": read("x", certificate_obtained=False)["facts"]}, "person": "他"}
    assert set(Session("guangzhou").say(rival)[0]["facts"]) == {"certificate_obtained"}


def test_what_is_told_of_the_one_asked_about_answers_whoever_is_named_after() -> None:
    session = Session("guangzhou")
    asked = session.say(surely("我能领吗", "skill_upgrade_subsidy.eligibility", 0.9))[0]["ask"]["fact"]
    own = read("x", **{asked: True, "certificate_obtained": True})["facts"]
    message = {**surely("我在厂里,有证,媳妇缴了20个月", "nonsense", 0.2, insured_months=20), "person": "媳妇"}
    reply = session.say({**message, "others": {"": own}})[0]
    assert set(reply["facts"]) == {asked, "certificate_obtained"}


@pytest.mark.parametrize(
    ("topic", "share", "kind"), [("account_records", 0.5, "thanks"), ("account_records", 0.9, "account_records")]
)
def test_mere_thanks_are_thanks_unless_a_subject_is_surely_read(topic: str, share: float, kind: str) -> None:
    assert Session("huludao").say(surely("那中,麻烦您了", topic, share))[0]["kind"] == kind


def test_a_matter_named_beside_thanks_is_asked_about() -> None:
    assert Session("huludao").say(surely("稳岗返还,谢谢", f"{REFUND}.overview", 0.9))[0]["matter"] == REFUND
