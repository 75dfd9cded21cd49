"""The questions of a round: the right answer is the core's own, the wrong ones are plausible and wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest

from koujing.desk.console.practice.questions import NOTHING, ROUND, Questions
from koujing.knowledge.base import Knowledge
from koujing.store.practice import Past, Question, Standing

ON = dt.date(2021, 9, 15)
CALIBER = "huludao.job_retention_refund.amount"
PAST = Past("CODE", "稳岗返还能返多少", "xingcheng", "job_retention_refund", CALIBER)


@pytest.fixture(scope="module")
def questions(knowledge: Knowledge) -> Questions:
    return Questions(knowledge)


def made(
    questions: Questions, *past: Past, seed: int = 1, standing: dict[str, Standing] | None = None, **scope: str
) -> list[Question]:
    return questions.made(past, standing or {}, ON, Random(seed), **scope)


@pytest.mark.parametrize("seed", range(5))
def test_every_question_has_four_calibers_and_one_right_answer(
    questions: Questions, knowledge: Knowledge, seed: int
) -> None:
    asked = made(questions, seed=seed)
    assert len(asked) == ROUND
    assert len({(each.text, each.region) for each in asked}) == ROUND
    for each in asked:
        assert len(each.options) == 5
        assert each.options[-1] == NOTHING
        assert len({option["text"] for option in each.options}) == 5
        right = each.options[each.answer]
        found = knowledge.find_caliber(each.matter, each.aspect, each.region)
        if right == NOTHING:
            assert found is None
            assert knowledge.find_silence(each.matter, each.aspect, each.region) is not None
        else:
            assert right["id"] == f"{each.region}.{each.matter}.{each.aspect}"
            assert right["text"] == each.proof["text"]
        assert each.proof["quotes"]
    assert 1 <= sum(each.options[each.answer] == NOTHING for each in asked) <= 2
    assert max(Counter(each.matter for each in asked).values()) <= 3


def test_no_wrong_choice_would_do_as_well(questions: Questions) -> None:
    for seed in range(5):
        for each in made(questions, seed=seed, matter="job_retention_refund"):
            for option in each.options[:-1]:
                place, aspect = option["id"].rsplit(".", 1) if option["id"].count(".") == 2 else (option["id"], "")
                if option is not each.options[each.answer] and place == f"{each.region}.{each.matter}":
                    assert not {aspect, each.aspect} <= {"eligibility", "overview", "who", "conditions"}


def test_past_questions_come_first(questions: Questions) -> None:
    asked = made(questions, PAST, matter="job_retention_refund", region="huludao")
    [past] = [each for each in asked if each.receipt]
    assert (past.receipt, past.region) == ("CODE", "xingcheng")
    assert past.options[past.answer]["id"] == CALIBER
    # Of a cleared conversation the sample is shown.
    assert past.text == "失业保险稳岗返还的标准是多少？"


@pytest.mark.parametrize(
    "past",
    [
        Past("C", "那能返多少", "huludao", "job_retention_refund", CALIBER),  # of what?
        Past("C", "稳岗返还能返多少", "huludao", "job_retention_refund", "huludao.job_retention_refund.gone"),
        Past("C", "稳岗返还" * 30, "huludao", "job_retention_refund", CALIBER),
        Past("C", "稳岗返还能返多少", "huludao", "gone", CALIBER),
    ],
)
def test_what_cannot_be_understood_by_itself_is_left_out(questions: Questions, past: Past) -> None:
    assert [each.receipt for each in made(questions, past, matter="job_retention_refund") if each.receipt] == []


def test_a_question_without_a_known_place_is_of_its_caliber_s(questions: Questions) -> None:
    asked = made(
        questions, Past("C", PAST.text, None, PAST.matter, CALIBER), matter="job_retention_refund", region="huludao"
    )
    assert [each.region for each in asked if each.receipt] == ["huludao"]


def test_weak_matters_come_first_and_strong_ones_last(questions: Questions, knowledge: Knowledge) -> None:
    strong = {matter: Standing(20, 20) for matter in knowledge.matters}
    weak = strong | {"unemployment_benefit": Standing(10, 0), "internship_subsidy": Standing(10, 1)}
    counted = Counter(each.matter for each in made(questions, standing=weak))
    assert counted["unemployment_benefit"] == counted["internship_subsidy"] == 3


def test_a_scope_is_kept(questions: Questions, knowledge: Knowledge) -> None:
    asked = made(questions, region="guangdong", matter="unemployment_assistance")
    assert asked
    assert all(knowledge.regions.within(each.region, "guangdong") for each in asked)
    assert {each.matter for each in asked} == {"unemployment_assistance"}
    assert made(questions, region="guangzhou", matter="internship_subsidy") == []


def test_rules_for_the_administration_are_asked_only_when_chosen(questions: Questions) -> None:
    assert all(each.matter != "fund_supervision" for seed in range(5) for each in made(questions, seed=seed))
    assert {each.matter for each in made(questions, matter="fund_supervision")} == {"fund_supervision"}
