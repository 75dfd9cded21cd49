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
    reply = session.ask("不知道", "nonsense")
    assert reply["ask"] is None or reply["ask"]["fact"] == "enterprise_size"
