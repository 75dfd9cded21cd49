"""Questions that put a decided case otherwise. What was understood is given as data."""

from __future__ import annotations

from typing import Any

import pytest

from tests.answering.test_conversation import REFUND, Session, read

TRAINING = "graduate_training_subsidy"
FIRM = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 28, "layoffs_last_year": 5}


def supposing(text: str, *topics: str, **facts: Any) -> dict[str, Any]:
    told = read(text, *topics, **facts)
    return {**told, "supposed": told["facts"], "personal": True}


def refunded() -> Session:
    session = Session("huludao")
    assert (
        session.say({**read("我们能申请吗", f"{REFUND}.eligibility", **FIRM), "personal": True})[0]["verdict"]
        == "eligible"
    )
    return session


@pytest.mark.parametrize(
    ("text", "layoffs", "verdict"),
    [
        ("要是去年再多裁一个呢", 6, "ineligible"),
        ("要是去年少裁一个呢", 4, "eligible"),
        ("要是去年裁了一个呢", 1, "eligible"),
    ],
)
def test_a_figure_supposed_on_top_is_added_to_the_one_told(text: str, layoffs: int, verdict: str) -> None:
    reply = refunded().say(supposing(text, f"{REFUND}.eligibility", layoffs_last_year=1))[0]
    assert (reply["facts"]["layoffs_last_year"]["value"], reply["verdict"]) == (layoffs, verdict)


def test_what_was_only_supposed_is_taken_back() -> None:
    session = refunded()
    assert (
        session.say(supposing("要是去年裁了8个呢", f"{REFUND}.eligibility", layoffs_last_year=8))[0]["verdict"]
        == "ineligible"
    )
    reply = session.say({**read("没有没有,实际没那么多,能申请吗", f"{REFUND}.eligibility"), "personal": True})[0]
    assert (reply["verdict"], reply["facts"]["layoffs_last_year"]["value"]) == ("eligible", 5)
    # What is asked on from a supposition, and not against it, is of the case as it was put.
    other = refunded()
    other.say(supposing("要是去年裁了8个呢", f"{REFUND}.eligibility", layoffs_last_year=8))
    assert other.say({**read("能申请吗", f"{REFUND}.eligibility"), "personal": True})[0]["verdict"] == "ineligible"


def test_what_was_not_read_of_a_supposition_gets_no_verdict_of_the_case_as_it_is() -> None:
    reply = refunded().say({**read("要是厂子搬走了一半机器呢", f"{REFUND}.eligibility"), "personal": True})[0]
    assert (reply["status"], reply["verdict"], reply["aspect"]) == ("answered", None, "eligibility")
    # Asked straight, the case is decided as before.
    again = refunded().say({**read("我们到底能不能申请", f"{REFUND}.eligibility"), "personal": True})[0]
    assert again["verdict"] == "eligible"


def test_more_taken_off_than_there_is_supposes_nothing() -> None:
    reply = refunded().say(supposing("要是去年少裁10个呢", f"{REFUND}.eligibility", layoffs_last_year=10))[0]
    assert reply["verdict"] is None
    assert reply["facts"]["layoffs_last_year"]["value"] == 5


def test_a_supposition_is_taken_back_of_the_one_it_was_of() -> None:
    session = refunded()
    session.say(supposing("要是去年裁了8个呢", f"{REFUND}.eligibility", layoffs_last_year=8))
    other = {
        **read("没有,还有个客户呢,能申请吗", f"{REFUND}.eligibility"),
        "person": "还有个客户",
        "persons": ["还有个客户"],
    }
    assert session.say({**other, "personal": True})[0]["facts"] == {}
    own = {**read("我们到底能不能申请", f"{REFUND}.eligibility"), "person": "", "personal": True}
    assert session.say(own)[0]["facts"]["layoffs_last_year"]["value"] == 5


def test_what_has_no_bearing_is_no_supposition_read() -> None:
    """A no that nobody asked about, read of 我那时候已经辞职了, leaves the case as it is: the rule is said, and no yes."""
    session = refunded()
    reply = session.say(supposing("要是那时候厂子不在了呢", f"{REFUND}.eligibility", benefit_qualified=False))[0]
    assert reply["verdict"] is None


def test_a_supposition_by_contrast_can_be_taken_back() -> None:
    session = refunded()
    session.say(supposing("如果去年裁的不是5个而是8个呢", f"{REFUND}.eligibility"))
    reply = session.ask("不假设了,按实际的算给多少", f"{REFUND}.amount")
    assert reply["facts"]["layoffs_last_year"]["value"] == 5


def test_what_is_supposed_may_name_another_matter() -> None:
    session = Session("huludao")
    told = {
        "meets_post_requirements": True,
        "in_zero_employment_family": False,
        "sex": "female",
        "birth_month": "1974-03",
    }
    told["post_kind"] = "cadre"
    asked = {**read("城镇公益性岗位我优先吗", "public_welfare_post.eligibility", **told), "personal": True}
    assert session.say(asked)[0]["verdict"] == "ineligible"
    supposed = [{"fact": "in_zero_employment_family", "value": True, "said": "我家是零就业家庭", "approximate": False}]
    heard = {
        **read("假如我家是零就业家庭呢", "zero_employment_family.overview"),
        "supposed": supposed,
        "personal": True,
    }
    reply = session.say(heard)[0]
    assert (reply["matter"], reply["verdict"]) == ("public_welfare_post", "eligible")


def test_another_place_may_be_supposed() -> None:
    session = Session("huludao")
    session.ask("稳岗返还能退多少", f"{REFUND}.amount")
    heard = read("要是公司在广州参保呢", "insurance_transfer", places={"广州": ["guangzhou"]})
    asked = session.say({**heard, "questions": [{**heard["questions"][0], "share": 0.35}]})[0]
    assert (asked["region"], asked["matter"], asked["aspect"]) == ("guangzhou", REFUND, "amount")


def test_a_later_day_of_a_decided_case_is_decided() -> None:
    session = refunded()
    heard = read("那我拖到明年1月4号再去申请行不行", "no_matter.deadline", application_date="2022-01-04")
    question = {**heard["questions"][0], "share": 0.5, "intents": [["ask_deadline", 0.7]]}
    reply = session.say({**heard, "questions": [question]})[0]
    assert (reply["matter"], reply["verdict"]) == (REFUND, "ineligible")
