"""Interviews steered by the asker, and known complaints of Rasa assistants as regressions, named after their threads."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from koujing.answering.reply import Reply
from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read

ELIGIBLE = {
    "is_unemployed": True,
    "was_insured": True,
    "benefit_qualified": False,
    "unemployment_date": "2021-05-10",
    "assistance_received": False,
    "benefit_exhausted": False,
}
WORDS = {
    "is_unemployed": "是的",
    "was_insured": "交过",
    "benefit_qualified": "不符合",
    "unemployment_date": "2021年5月10日",
    "assistance_received": "没有",
    "benefit_exhausted": "不是",
}


def interview(**facts: Any) -> tuple[Session, Reply]:
    session = Session("huludao")
    return session, session.ask("我能领失业补助金吗", f"{ASSISTANCE}.eligibility", **(facts or {"is_unemployed": True}))


def finish(session: Session, reply: Reply) -> tuple[Reply, list[str]]:
    """Answer all that is asked; the last reply and what was asked."""
    asked = []
    while reply["ask"]:
        asked.append(reply["ask"]["fact"])
        reply = session.say(read(WORDS[asked[-1]], "nonsense"))[-1]
    return reply, asked


def test_an_interview_ends_with_the_verdict_and_asks_nothing_twice() -> None:
    reply, asked = finish(*interview())
    assert reply["verdict"] == "eligible"
    assert len(asked) == len(set(asked))


def test_why_is_explained_and_the_question_stays() -> None:
    session, reply = interview()
    fact = reply["ask"]["fact"]
    explained = session.ask("为什么问这个", "no_matter.overview")
    assert (explained["status"], explained["ask"]["fact"]) == ("clarifying", fact)


def test_back_takes_the_last_answer_back_and_asks_again() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    session.ask(WORDS[first], "nonsense")
    reply = session.ask("上一步", "nonsense")
    assert reply["ask"]["fact"] == first
    assert first not in reply["facts"]


def test_what_is_dropped_is_asked_no_more_but_remembered() -> None:
    session, _ = interview()
    reply = session.ask("换个问题", "nonsense")
    assert (reply["status"], reply["ask"]) == ("smalltalk", None)
    assert session.ask("能领多久", f"{ASSISTANCE}.duration")["facts"]["is_unemployed"]["value"] is True


def test_plainer_words_of_the_same_answer() -> None:
    session = Session("huludao")
    said = session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
    plain = session.ask("说简单点", "no_matter.overview")
    assert (plain["text"], plain["citations"]) == (said["plain"], said["citations"])


def test_why_not_is_told_by_condition_and_clause() -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "insured_headcount": 100, "layoffs_last_year": 7}
    assert session.ask("能返吗", f"{REFUND}.eligibility", **facts)["verdict"] == "ineligible"
    reply = session.ask("为什么不符合", "politics_religion_other")
    assert reply["verdict"] == "ineligible"
    assert "第（一）项" in reply["text"]


def test_rasa_7751_a_digression_is_answered_and_the_same_question_comes_back() -> None:
    session, reply = interview()
    fact = reply["ask"]["fact"]
    answered, again = session.say(read("稳岗返还什么时候截止？", f"{REFUND}.deadline"))
    assert (answered["matter"], again["ask"]["fact"]) == (REFUND, fact)
    done, asked = finish(session, again)
    assert done["verdict"] == "eligible"
    assert len(asked) == len(set(asked))


def test_rasa_9006_an_earlier_answer_can_be_changed() -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "insured_headcount": 28, "layoffs_last_year": 3}
    assert session.ask("能返吗", f"{REFUND}.eligibility", **facts)["verdict"] == "eligible"
    reply = session.ask("不对,参保的是32人", "nonsense", insured_headcount=32)
    assert (reply["verdict"], reply["facts"]["insured_headcount"]["value"]) == ("ineligible", 32)


def test_rasa_5091_what_was_told_outlives_any_pause() -> None:
    session, reply = interview()
    session.memory = json.dumps(json.loads(session.memory), sort_keys=True)
    assert finish(session, reply)[0]["facts"]["is_unemployed"]["value"] is True


def test_rasa_387_what_is_outside_is_not_answered_from_inside() -> None:
    session, _ = interview()
    reply = session.ask("医保怎么报销", "medical")
    assert (reply["status"], reply["verdict"]) == ("outside_scope", None)


def test_rasa_sdk_389_after_an_unhappy_path_the_right_fact_is_taken() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    assert session.ask("啊啊啊", "nonsense")["ask"]["fact"] == first
    session.ask("医保怎么报销", "medical")
    reply = session.ask(WORDS[first], "nonsense")
    assert reply["facts"][first]["value"] == ELIGIBLE[first]
    assert reply["ask"]["fact"] != first


def test_unknown_is_never_counted_as_yes() -> None:
    session, reply = interview()
    while reply["ask"]:
        reply = session.ask("不知道", "nonsense")
        assert reply["verdict"] != "eligible"
    assert reply["verdict"] is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["answer", "why", "unknown", "back", "digress", "noise"]), max_size=14))
def test_whatever_the_order_the_verdict_is_that_of_the_facts(moves: list[str]) -> None:
    """Random answers, doubts and digressions: no exception, and a verdict only as the told facts decide it."""
    session, reply = interview()
    said = {"why": "为什么问这个", "unknown": "不知道", "back": "上一步", "noise": "呜啦啦"}
    for move in moves:
        if move == "digress":
            reply = session.say(read("稳岗返还什么时候截止？", f"{REFUND}.deadline"))[-1]
        elif move == "answer" and reply["ask"]:
            reply = session.say(read(WORDS.get(reply["ask"]["fact"], "不知道"), "nonsense"))[-1]
        elif move != "answer":
            reply = session.say(read(said[move], "nonsense"))[-1]
    told = {id: entry["value"] for id, entry in reply["facts"].items() if entry["confirmed"]}
    assert told.items() <= ELIGIBLE.items()
    assert reply["verdict"] != "ineligible"
