"""The clause itself, marked as 原文."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.answer import answer
from koujing.answering.asked import NO_MATTER
from koujing.answering.quoted import quote
from tests.answering.replies import asked, misfits, policies, situation


def test_every_provision_can_be_quoted() -> None:
    found = {}
    for provision in policies().provisions.values():
        reply = quote(policies(), asked(provision.matter, "quote_original"), situation(provision.region))
        errors = misfits(reply)
        if errors or reply["status"] != "quoted" or reply["citations"][0]["clause"] != provision.clauses[0]:
            found[provision.id] = errors
        assert "原文（不是判定）" in reply["text"]
        assert reply["citations"][0]["quote"] in reply["text"]
    assert found == {}


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("第六条原文", "hld-2021-2:6"),
        ("（六）项怎么写的", "hld-2021-2:6"),
        ("第6项原文", "hld-2021-2:6"),
        ("第十二条的原话", "hld-2021-2:12"),
        ("第十条", "hld-2021-2:10"),
        ("第四十条", "hld-2021-2:1"),
        ("那第三条原话", "hld-2021-2:3"),
        ("原文", "hld-2021-2:1"),
    ],
)
def test_a_clause_can_be_named_by_number(text: str, clause: str) -> None:
    reply = quote(policies(), asked("job_retention_refund", "quote_original", text), situation("huludao"))
    assert reply["citations"][0]["clause"] == clause


def test_a_number_means_a_clause_of_the_places_own_notice() -> None:
    reply = quote(policies(), asked("unemployment_assistance", "quote_original", "第二条原文"), situation("shenzhen"))
    assert reply["citations"][0]["clause"] == "gd-2021-28:2"


def test_a_long_clause_is_cut_at_a_sentence() -> None:
    long = [c for c in policies().clauses.values() if len(c.text) > 300]
    assert long
    for provision in policies().provisions.values():
        reply = quote(policies(), asked(provision.matter, "quote_original"), situation(provision.region))
        said = reply["citations"][0]["quote"]
        assert len(said) <= 300
        assert said == policies().clauses[provision.clauses[0]].text or said.endswith("。")


@pytest.mark.parametrize("text", ["把那一条的原话给我", "是哪一项写的", "每一条都要吗", "这一条原文"])
def test_one_that_is_pointed_at_is_no_number(text: str) -> None:
    reply = quote(policies(), asked("skill_upgrade_subsidy", "quote_original", text), situation("huludao"))
    assert reply["citations"][0]["clause"] == "hld-2021-2:4"


def repeated(text: str, topic: str, region: str | None = "huludao") -> dict[str, Any]:
    reply: dict[str, Any] = answer(policies(), asked(topic, "out_of_scope", text), situation(region))
    return reply


def sentence_of(clause: str) -> str:
    return max((each.text for each in policies().clauses[clause].sentences), key=len)


@pytest.mark.parametrize("topic", ["other_employment_policy", "nonsense", NO_MATTER])
def test_a_sentence_that_is_repeated_is_quoted_where_no_caliber_was_found(topic: str) -> None:
    text = sentence_of("hld-2021-2:6")
    reply = repeated(f"{text}这句话在哪", topic)
    assert misfits(reply) == []
    assert (reply["status"], reply["verdict"]) == ("quoted", None)
    assert "原文（不是判定）" in reply["text"]
    (citation,) = reply["citations"]
    assert citation["clause"] == "hld-2021-2:6"
    assert citation["quote"] in text


@pytest.mark.parametrize("topic", ["distress", "wage_arrears", "abuse", "injection"])
def test_who_needs_other_help_or_is_refused_gets_that(topic: str) -> None:
    reply = repeated(sentence_of("hld-2021-2:6"), topic)
    assert reply["status"] != "quoted"


def test_no_other_regions_sentence_is_quoted() -> None:
    assert repeated(sentence_of("hld-2021-2:6"), "other_employment_policy", "guangzhou")["status"] == "outside_scope"
    assert repeated(sentence_of("hld-2021-2:6"), "other_employment_policy", None)["status"] == "outside_scope"


def test_of_a_matter_the_sentence_repeated_goes_before_its_main_clause() -> None:
    text = sentence_of("hld-2021-2:12")
    reply = quote(policies(), asked("job_retention_refund", "quote_original", f"{text}的原文"), situation("huludao"))
    assert reply["citations"][0]["clause"] == "hld-2021-2:12"
