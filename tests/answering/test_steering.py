"""Acts that were learnt, beside those of the expressions: what they are done to, and what comes before them."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.reply import Reply
from tests.answering.test_conversation import ASSISTANCE, Session, read
from tests.answering.test_interview import ELIGIBLE, interview

INELIGIBLE = {**ELIGIBLE, "assistance_received": True}


def acting(text: str, topic: str = "nonsense", /, **acts: float) -> dict[str, Any]:
    return {**read(text, topic), "acts": acts}


def decided(**facts: Any) -> tuple[Session, Reply]:
    session, reply = interview(**facts)
    assert reply["status"] == "determined"
    return session, reply


def test_a_learnt_act_is_done_to_the_open_question() -> None:
    session, reply = interview()
    asked = reply["ask"]["fact"]
    (reply,) = session.say(acting("这条先撂一边儿", skip=0.6))
    assert reply["ask"]["fact"] != asked
    (reply,) = session.say(acting("问这个图个啥", why=0.6))
    assert reply["ask"]["question"] in reply["text"]


def test_an_answer_comes_before_an_act_that_is_less_sure() -> None:
    for share, fact in ((0.6, True), (0.8, None)):
        session, reply = interview()
        asked = reply["ask"]["fact"]
        understood = {**acting("单位那是月月不落", skip=share), "answers": {asked: {"true": 0.9, "false": 0.05}}}
        (reply,) = session.say(understood)
        assert (reply["facts"].get(asked) or {}).get("value") is fact


def test_what_is_no_answer_and_no_question_is_an_act_though_not_so_sure() -> None:
    session, _ = interview()
    (reply,) = session.say(acting("第日先再嚟过啦", cancel=0.4))
    assert (reply["status"], reply["kind"]) == ("smalltalk", "dropped")
    session, reply = interview()
    (again,) = session.say(acting("啦啦啦", cancel=0.2))
    assert again["ask"]["fact"] == reply["ask"]["fact"]


def test_with_nothing_open_no_act_is_done_to_it() -> None:
    reply = Session("huludao").say(acting("撂一边", "nonsense", skip=0.9))[0]
    assert reply["status"] == "refused"


@pytest.mark.parametrize("acts", [{"remedy": 0.7}, {}])
def test_what_would_help_is_told_after_a_refusal_alone(acts: dict[str, float]) -> None:
    text = "怎么样才行" if not acts else "那我得熬到哪年月"
    session, _ = decided(**INELIGIBLE)
    assert session.say(acting(text, f"{ASSISTANCE}.how", **acts))[0]["verdict"] == "ineligible"
    session, _ = decided(**ELIGIBLE)
    assert session.say(acting(text, f"{ASSISTANCE}.how", **acts))[0]["verdict"] is None


def test_the_clause_itself_is_quoted_though_the_grounds_seem_asked_for() -> None:
    session, _ = decided(**INELIGIBLE)
    understood = acting("哪条哪款写的，把那一条发我瞅瞅", f"{ASSISTANCE}.basis", because=0.75)
    understood["questions"][0] |= {
        "intent": "quote_original",
        "intents": [["ask_basis", 0.5], ["quote_original", 0.45]],
    }
    assert session.say(understood)[0]["status"] == "quoted"


def test_a_pick_from_a_list_comes_before_a_learnt_act() -> None:
    session = Session("huludao")
    listed = session.say(read("我能领什么", "all_matters.screen", is_unemployed=True))[0]
    (reply, *_) = session.say(acting("头一样给我细说说", plain=0.7))
    assert reply["matter"] == listed["items"][0]["matter"]


def test_the_same_again_without_a_question_is_not_understood_rather_than_repeated() -> None:
    """哪样都不沾边儿呢 read as of the open question's own matter: it would be put again and again as if it were answered."""
    session, reply = interview()
    asked = reply["ask"]["fact"]
    (again,) = session.say(read("那当口儿都在一处", f"{ASSISTANCE}.eligibility"))
    assert again["ask"]["fact"] == asked
    (reply,) = session.say(read("那当口儿都在一处", f"{ASSISTANCE}.eligibility"))
    assert reply["ask"]["fact"] != asked
