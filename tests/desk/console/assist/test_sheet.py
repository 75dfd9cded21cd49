"""The sheet of facts: what comes from whom, and what the conversation is told."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.desk.console.assist.sheet import FORM, HEARD, TEXT, Entry, Sheet
from koujing.knowledge.base import Knowledge
from koujing.text.facts import ReadFact


def replied(status: str = "determined", **facts: Any) -> list[dict[str, Any]]:
    entries = {id: {"value": value, "said": "说的", "confirmed": True} for id, value in facts.items()}
    return [{"status": status, "facts": entries, "matter": "m", "aspect": "eligibility", "items": []}]


def read(fact: str, value: Any, **more: Any) -> ReadFact:
    return ReadFact(fact, value, "听到的", **more)


def set_to(sheet: Sheet, knowledge: Knowledge, **facts: Any) -> Sheet:
    for id, raw in facts.items():
        kind = knowledge.facts[id]
        sheet = sheet.set(kind, kind.parse(raw), knowledge.facts)
    return sheet


def values(sheet: Sheet) -> dict[str, Any]:
    return {id: entry.value for id, entry in sheet.entries.items()}


def test_it_is_kept_as_json(knowledge: Knowledge) -> None:
    sheet = set_to(Sheet(), knowledge, insured_headcount="28", layoff_rate="5.5", unemployment_date="2021-03-01")
    sheet = sheet.hear([read("layoffs_last_year", 3, approximate=True, low=2, high=4)], knowledge.facts)
    _, sheet = sheet.untold()
    assert Sheet.load(sheet.dump()) == sheet
    assert Sheet.load({}) == Sheet()
    assert sheet.facts(knowledge.facts)["layoffs_last_year"].low == 2


def test_the_conversation_is_told_only_what_it_does_not_know(knowledge: Knowledge) -> None:
    sheet = set_to(Sheet(), knowledge, insured_headcount="28")
    news, sheet = sheet.untold()
    assert news == {"insured_headcount": 28}
    assert sheet.untold()[0] == {}
    sheet = set_to(sheet, knowledge, layoffs_last_year="3")
    assert sheet.untold()[0] == {"layoffs_last_year": 3}


def test_a_fact_that_was_cleared_begins_the_conversation_anew(knowledge: Knowledge) -> None:
    _, sheet = set_to(Sheet(), knowledge, insured_headcount="28", layoffs_last_year="3").untold()
    news, sheet = sheet.clear("layoffs_last_year").untold()
    assert sheet.round == 1
    assert news == {"insured_headcount": 28}
    assert sheet.untold() == ({}, sheet)


def test_what_was_said_roughly_is_told_by_nobody_but_the_caller(knowledge: Knowledge) -> None:
    sheet = Sheet().hear([read("insured_headcount", 30, approximate=True)], knowledge.facts)
    assert sheet.untold()[0] == {}
    assert not sheet.facts(knowledge.facts)["insured_headcount"].confirmed


def test_an_answer_replaces_the_sheet_by_what_the_conversation_knows(knowledge: Knowledge) -> None:
    sheet = set_to(Sheet(), knowledge, insured_headcount="28", layoffs_last_year="3")
    _, sent = sheet.untold()
    after = sheet.answered(sent, replied(insured_headcount=28, layoffs_last_year=5))
    assert after.entries["insured_headcount"] == Entry(28, FORM)
    assert after.entries["layoffs_last_year"] == Entry(5, TEXT, "说的")
    assert after.untold()[0] == {}


def test_what_is_edited_while_the_answer_is_under_way_stays(knowledge: Knowledge) -> None:
    _, sent = set_to(Sheet(), knowledge, insured_headcount="28", layoffs_last_year="3").untold()
    now = set_to(sent, knowledge, insured_headcount="30").clear("layoffs_last_year")
    after = now.answered(sent, replied(insured_headcount=28, layoffs_last_year=3, is_unemployed=True))
    assert values(after) == {"insured_headcount": 30, "is_unemployed": True}
    assert after.untold()[0] == {"insured_headcount": 30, "is_unemployed": True}


@pytest.mark.parametrize("status", ["smalltalk", "refused", "quoted", "outside_scope"])
def test_a_word_aside_takes_nothing_from_the_sheet(knowledge: Knowledge, status: str) -> None:
    _, sent = set_to(Sheet(), knowledge, insured_headcount="28").untold()
    after = sent.answered(sent, [{"status": status, "facts": {}, "matter": None, "aspect": None, "items": []}])
    assert values(after) == {"insured_headcount": 28}


def test_what_is_heard_never_overrides_what_the_operator_set(knowledge: Knowledge) -> None:
    sheet = set_to(Sheet(), knowledge, layoffs_last_year="3")
    sheet = sheet.hear([read("layoffs_last_year", 5), read("insured_headcount", 28)], knowledge.facts)
    assert sheet.entries["layoffs_last_year"] == Entry(3, FORM, heard=5)
    assert sheet.entries["insured_headcount"] == Entry(28, HEARD, "听到的")
    sheet = sheet.hear([read("layoffs_last_year", 3), read("insured_headcount", 30)], knowledge.facts)
    assert sheet.entries["layoffs_last_year"].heard is None
    assert sheet.entries["insured_headcount"].value == 30


def test_what_stood_for_a_fact_gives_way_when_it_is_set(knowledge: Knowledge) -> None:
    sheet = Sheet().hear([read("company_headcount", 28)], knowledge.facts)
    sheet = set_to(sheet, knowledge, layoff_rate="5", insured_headcount="28")
    assert values(sheet) == {"insured_headcount": 28}


def test_facts_of_an_older_knowledge_are_left_out(knowledge: Knowledge) -> None:
    sheet = Sheet({"gone": Entry(1, FORM), "is_unemployed": Entry("maybe", FORM), "was_insured": Entry(True, FORM)})
    assert list(sheet.facts(knowledge.facts)) == ["was_insured"]
