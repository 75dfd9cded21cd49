"""How much, asked of a case that qualifies. What was understood is given as data."""

from __future__ import annotations

from typing import Any

from tests.answering.test_conversation import REFUND, Session, read

FIRM = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 64, "layoffs_last_year": 2}


def decided(**facts: Any) -> Session:
    session = Session("huludao")
    told = {**read("我们能申请稳岗返还吗", f"{REFUND}.eligibility", **{**FIRM, **facts}), "personal": True}
    assert session.say(told)[0]["verdict"] == ("eligible" if facts.get("layoffs_last_year", 2) < 4 else "ineligible")
    return session


def test_what_the_amount_turns_on_is_asked_one_by_one_until_it_is_worked_out() -> None:
    session = decided()
    reply = session.ask("那最多给我们多少", f"{REFUND}.amount")
    assert (reply["status"], reply["ask"]["fact"]) == ("answered", "contributions_last_year")
    assert reply["ask"]["question"] in reply["text"]
    assert reply["ask"]["question"] in reply["plain"]
    reply = session.ask("实缴48000元", "nonsense", contributions_last_year=48000)
    assert reply["ask"]["fact"] == "enterprise_size"
    reply = session.ask("小型的", "nonsense", enterprise_size="small")
    assert (reply["status"], reply["ask"]) == ("determined", None)
    assert "28800" in [amount["value"] for amount in reply["amounts"]]


def test_what_is_known_is_not_asked() -> None:
    reply = decided(enterprise_size="large").ask("那能返多少", f"{REFUND}.amount", contributions_last_year=1000)
    assert (reply["status"], reply["ask"], reply["amounts"][0]["value"]) == ("answered", None, "300")


def test_nobody_who_does_not_qualify_or_tells_no_case_is_asked_for_figures() -> None:
    assert decided(layoffs_last_year=9).ask("那能返多少", f"{REFUND}.amount")["ask"] is None
    assert Session("huludao").ask("稳岗返还给多少", f"{REFUND}.amount")["ask"] is None


def test_who_does_not_know_is_not_asked_again() -> None:
    session = decided()
    session.ask("那最多给我们多少", f"{REFUND}.amount")
    assert session.ask("不知道", "nonsense")["ask"]["fact"] == "enterprise_size"
    assert session.ask("不知道", "nonsense")["ask"] is None


def test_a_figure_of_something_else_is_no_sum_of_the_year() -> None:
    for said in ("每个月4000", "今年交了48000", "5个人"):
        session = decided()
        session.ask("那最多给我们多少", f"{REFUND}.amount")
        reply = session.ask(said, "nonsense")
        assert "contributions_last_year" not in reply["facts"]
        assert reply["ask"]["fact"] == "contributions_last_year"


def test_one_who_asks_again_is_asked_for_the_same_but_once() -> None:
    session = decided()
    session.ask("够的话能返多少", f"{REFUND}.eligibility")
    session.ask("能返多少", f"{REFUND}.amount")
    assert len(session.say(read("48000", "nonsense", contributions_last_year=48000))) == 1


def test_how_much_asked_with_the_verdict_is_asked_on_about_after_it() -> None:
    told = {**read("我们够不够条件，能返多少", f"{REFUND}.eligibility", **FIRM), "personal": True}
    reply = Session("huludao").say(told)[0]
    assert (reply["verdict"], reply["ask"]["fact"]) == ("eligible", "contributions_last_year")
    told = {**read("我们够不够条件", f"{REFUND}.eligibility", **FIRM), "personal": True}
    assert Session("huludao").say(told)[0]["ask"] is None
