"""Questions led to another matter by what is told, and sums that ask for an amount."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.answering.answer import answer
from koujing.answering.asked import Asked, Situation
from koujing.answering.conversation import respond
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact

ON = dt.date(2021, 9, 15)


def _facts(knowledge: Knowledge, raw: dict[str, object]) -> dict[str, Fact]:
    return {id: Fact(knowledge.facts[id].parse(value)) for id, value in raw.items()}


@pytest.mark.parametrize("told", [{"benefit_exhausted": True}, {"benefit_qualified": False}])
def test_who_has_no_benefit_is_told_of_the_assistance(knowledge: Knowledge, told: dict[str, object]) -> None:
    question = Asked("那还有别的能领吗", "ask_eligibility", "unemployment_benefit", own_facts=tuple(told))
    reply = answer(knowledge, question, Situation("huludao", ON, _facts(knowledge, told)))
    assert reply["matter"] == "unemployment_assistance"


def test_who_qualifies_stays_with_the_benefit(knowledge: Knowledge) -> None:
    told: dict[str, object] = {"benefit_qualified": True}
    question = Asked("失业金我能领吗", "ask_eligibility", "unemployment_benefit", own_facts=tuple(told))
    reply = answer(knowledge, question, Situation("huludao", ON, _facts(knowledge, told)))
    assert reply["matter"] == "unemployment_benefit"


def test_a_sum_told_asks_for_an_amount(knowledge: Knowledge) -> None:
    told: dict[str, object] = {"enterprise_size": "small", "contributions_last_year": 36000}
    question = Asked("稳岗返还给算算", "ask_overview", "job_retention_refund", own_facts=tuple(told))
    reply = answer(knowledge, question, Situation("huludao", ON, _facts(knowledge, told)))
    assert reply["aspect"] == "amount"
    assert ("21600", "CNY") in [(amount["value"], amount["unit"]) for amount in reply["amounts"]]


@pytest.mark.parametrize(
    "places",
    [
        [("沈阳", ["shenyang"]), ("葫芦岛", ["huludao"])],
        [("龙港", ["huludao-longgang", "wenzhou-longgang"])],
    ],
)
def test_of_two_places_none_is_guessed_though_one_is_covered(
    knowledge: Knowledge, places: list[tuple[str, list[str]]]
) -> None:
    """我朝阳的，挨着你们葫芦岛 must not be told Huludao's rule."""
    found, text = [], ""
    for surface, regions in places:
        found.append({"surface": surface, "regions": regions, "start": len(text), "end": len(text) + len(surface)})
        text += surface + ","
    question = {"text": "失业补助金什么时候截止", "topic": "unemployment_assistance", "intent": "ask_deadline"}
    understood = {"text": text, "questions": [question], "facts": [], "places": found}
    (reply,), _ = respond(knowledge, understood, {}, {}, ON)
    assert (reply["region"], reply["status"], reply["ask"]["fact"]) == (None, "clarifying", "region")
