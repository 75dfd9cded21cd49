from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from koujing.checking.mutants import Mutant, mutants, survivors
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Provision
from koujing.rules.retirement import RetirementLaw
from koujing.settings import ROOT


@pytest.fixture
def provision(knowledge: Knowledge) -> Provision:
    return knowledge.provisions["huludao", "job_retention_refund"]


def test_no_mutant_survives_unexplained(knowledge: Knowledge, law: RetirementLaw) -> None:
    explained = yaml.safe_load((ROOT / "policies" / "equivalent_mutants.yml").read_text(encoding="utf-8")) or {}
    alive: list[str] = []
    total = 0
    for provision in knowledge.provisions.values():
        tried, surviving = survivors(provision, knowledge.facts, law)
        total += tried
        alive += surviving
    assert sorted(alive) == sorted(explained)
    assert all(explained.values())
    assert total >= 500


def test_without_cases_every_mutant_survives(provision: Provision, knowledge: Knowledge, law: RetirementLaw) -> None:
    tried, alive = survivors(replace(provision, cases=()), knowledge.facts, law)
    assert tried == len(alive) == len(list(mutants(provision)))


def test_the_case_on_the_line_is_what_catches_the_line(
    provision: Provision, knowledge: Knowledge, law: RetirementLaw
) -> None:
    rest = tuple(case for case in provision.cases if case.facts.get("insured_headcount_end_2020") != 200)
    assert len(rest) < len(provision.cases)
    _, alive = survivors(replace(provision, cases=rest), knowledge.facts, law)
    assert "huludao.job_retention_refund#automatic headcount_2020 at_most→less_than" in alive


def test_every_figure_operator_part_and_clock_is_changed(provision: Provision) -> None:
    names = [mutant.id.removeprefix("huludao.job_retention_refund") for mutant in mutants(provision)]
    assert len(names) == len(set(names))
    for expected in (
        "@layoff_rate_cap 减1", "@layoff_rate_cap 加1", "@application_deadline +1天", "@application_deadline -1天",
        "#refund rate_within_cap at_most→less_than", "#refund rate_within_cap at_most→at_least", "#refund insured is→is_not",
        "#refund unit_covered 少 law_firm", "#refund unit_covered in→not_in", "#refund 删 small_unit",
        "#refund 删 window_application", "#refund 删数额 other_cap", " 期限 application 删 closes",
        " 施行日推后一天", " 删施行日",
    ):  # fmt: skip
        assert expected in names
    assert not any("county_months" in name for name in names), "no verdict rests on it"


def test_a_mutant_differs_in_one_thing(provision: Provision) -> None:
    for mutant in mutants(provision):
        changed = [
            name for name in ("parameters", "windows", "rules", "since", "since_cite")
            if getattr(mutant.provision, name) != getattr(provision, name)
        ]  # fmt: skip
        assert changed in (["parameters"], ["windows"], ["rules"], ["since"], ["since", "since_cite"]), mutant.id


def test_an_undecided_day_may_not_be_decided(knowledge: Knowledge) -> None:
    province = knowledge.provisions["guangdong", "unemployment_assistance"]
    decided: list[Mutant] = [m for m in mutants(province) if m.id.endswith("起始日当作含")]
    assert len(decided) == 2
