"""What is asked back."""

from __future__ import annotations

from dataclasses import replace

from koujing.answering.ask import ask_confirm, ask_fact, ask_region
from koujing.answering.reply import blank
from koujing.settings import DEMO_DATE
from tests.answering.replies import known, misfits, policies, situation


def test_every_fact_can_be_asked_for() -> None:
    found = {}
    for id, kind in policies().facts.items():
        ask = ask_fact(policies(), id)
        reply = blank("clarifying", ask["question"], DEMO_DATE, ask=ask, verdict="need_info")
        errors = misfits(reply)
        # The value of an option is what a channel sends back as the fact.
        errors += [f"option {o['id']}" for o in ask["options"] if kind.parse(o["value"]) != kind.parse(o["id"])]
        if errors or bool(ask["options"]) != (kind.type in ("choice", "yes_no")):
            found[id] = errors
    assert found == {}


def test_what_stands_for_another_fact_is_confirmed_for_that_fact() -> None:
    ask = ask_confirm(policies(), "company_headcount", known(company_headcount=28)["company_headcount"])
    assert ask["fact"] == "insured_headcount"
    assert "28人" in ask["question"]
    assert [(option["id"], option["value"]) for option in ask["options"]] == [("yes", 28), ("no", None)]
    assert misfits(blank("clarifying", "请问", DEMO_DATE, ask=ask)) == []


def test_every_stand_in_can_be_confirmed() -> None:
    for id, kind in policies().facts.items():
        if kind.stands_for:
            assert "{" not in ask_confirm(policies(), id, known(**{id: 28})[id])["question"]


def test_without_a_region_those_with_notices_are_offered() -> None:
    reply = ask_region(policies(), situation(None), "失业补助金怎么领", "unemployment_assistance")
    assert misfits(reply) == []
    assert sorted(option["id"] for option in reply["ask"]["options"]) == ["guangdong", "guangzhou", "huludao"]


def test_an_ambiguous_place_offers_its_meanings_with_the_city_above() -> None:
    where = replace(situation(None), places=("huludao-lianshan", "qingyuan-lianshan"), surface="连山")
    reply = ask_region(policies(), where, "连山的补贴", None)
    assert misfits(reply) == []
    assert "“连山”" in reply["text"]
    assert [o["label"] for o in reply["ask"]["options"]] == ["葫芦岛市连山区", "清远市连山壮族瑶族自治县"]
