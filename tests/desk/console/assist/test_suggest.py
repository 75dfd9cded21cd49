"""Suggestions from the real knowledge."""

from __future__ import annotations

import pytest

from koujing.desk.console.assist.suggest import Suggester, Suggestion
from koujing.knowledge.base import Knowledge
from tests.evaluation.questions import load


def first(found: list[Suggestion]) -> tuple[str | None, str | None]:
    return found[0].matter, found[0].aspect


@pytest.mark.parametrize(
    ("typed", "matter", "aspect"),
    [
        ("稳岗返还", "job_retention_refund", "eligibility"),
        ("稳岗 多少钱", "job_retention_refund", "amount"),
        ("deadline 稳岗", "job_retention_refund", "deadline"),
        ("失业补助金材料", "unemployment_assistance", "materials"),
        ("生活费", "training_living_allowance", "eligibility"),
        ("wengang", "job_retention_refund", "eligibility"),
        ("sybzj", "unemployment_assistance", "eligibility"),
        ("shi'ye'bu'zhu", "unemployment_assistance", "eligibility"),
        ("失業補助金", "unemployment_assistance", "eligibility"),
    ],
)
def test_the_first_is_what_was_meant(suggester: Suggester, typed: str, matter: str, aspect: str) -> None:
    assert first(suggester.find(typed, "huludao")) == (matter, aspect)


def test_a_topic_is_found_by_its_word_and_says_which_caliber_to_expect(suggester: Suggester) -> None:
    found = suggester.find("失业补助金 几次", "huludao")[0]
    assert found.caliber == "huludao.unemployment_assistance.amount.once"
    assert found.topic == "几次"


def test_a_clause_is_found_by_its_number_in_the_notices_of_the_region(suggester: Suggester) -> None:
    assert suggester.find("第六项", "xingcheng")[0].clause == "hld-2021-2:6"
    assert suggester.find("第三条", "guangzhou")[0].clause == "gz-2021-fwd:3"
    assert suggester.find("第十九项", "huludao")[:1] != suggester.find("第六项", "huludao")[:1]


def test_only_what_holds_in_the_region_and_the_narrowest_of_it(suggester: Suggester, knowledge: Knowledge) -> None:
    for region in ("huludao", "guangzhou", "shenzhen"):
        chain = knowledge.regions.chain(region)
        for typed in ("失业保险金", "稳岗返还", "经办服务"):
            for each in suggester.find(typed, region, most=40):
                if each.caliber is None:
                    continue
                assert each.caliber.split(".")[0] in chain
                spoken = knowledge.find_caliber(each.matter or "", each.aspect or "", region)
                assert spoken is not None
                if each.topic is None:
                    assert each.caliber.startswith(spoken[0].id)


def test_what_a_notice_is_silent_on_says_so_and_comes_after_what_it_says(suggester: Suggester) -> None:
    found = [each for each in suggester.find("失业补助金", "huludao", 40) if each.matter == "unemployment_assistance"]
    silent = [n for n, each in enumerate(found) if each.detail.endswith("没有写")]
    spoken = [n for n, each in enumerate(found) if each.caliber and not each.topic]
    assert silent
    assert max(spoken) < min(silent)


def test_one_matter_does_not_fill_the_list_unless_it_is_named(suggester: Suggester) -> None:
    found = suggester.find("家里没有人上班", "huludao")
    matters = [each.matter for each in found if each.matter]
    assert max(map(matters.count, matters)) <= 3
    assert len(found) <= 8


@pytest.mark.parametrize("typed", ["", "  ", "？！", "\u200b"])
def test_nothing_typed_nothing_found(suggester: Suggester, typed: str) -> None:
    assert suggester.find(typed, "huludao") == []


def test_a_place_not_covered_has_nothing(suggester: Suggester, knowledge: Knowledge) -> None:
    outside = next(id for id in knowledge.regions.ids() if not knowledge.regions.get(id).covered)  # type: ignore[union-attr]
    assert suggester.find("稳岗返还", outside) == []


def test_the_matter_of_real_questions_is_among_the_suggestions(suggester: Suggester, knowledge: Knowledge) -> None:
    questions = [q for q in load(knowledge) if q.expected[0].matter and q.region][::5]
    found = [q.expected[0].matter in {s.matter for s in suggester.find(q.text, q.region)} for q in questions]
    # 0.89 of all 657 when this was written.
    assert sum(found) / len(found) > 0.84
