from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from koujing.checking.cases import case_failures, run_case
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Case, Provision
from koujing.rules.retirement import RetirementLaw

UNIT = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 100}


@pytest.fixture
def provision(knowledge: Knowledge) -> Provision:
    return knowledge.provisions["huludao", "job_retention_refund"]


def case(facts: dict[str, Any], rule: str | None = None, **expect: Any) -> Case:
    return Case("例子", dt.date(2021, 9, 15), rule, facts, expect)


def test_every_case_of_every_provision_passes(knowledge: Knowledge, law: RetirementLaw) -> None:
    failures = [f for p in knowledge.provisions.values() for f in case_failures(p, knowledge.facts, law)]
    assert failures == []
    assert sum(len(provision.cases) for provision in knowledge.provisions.values()) >= 500


@pytest.mark.parametrize(
    ("facts", "expect"),
    [
        ({**UNIT, "layoffs_last_year": 6}, {"verdict": "eligible"}),
        ({**UNIT, "layoffs_last_year": 7}, {"verdict": "ineligible", "failing": ["small_unit", "rate_within_cap"]}),
        (UNIT, {"verdict": "need_info", "missing": ["layoffs_last_year"]}),
        (UNIT, {"windows": {"application": "open", "county": "open"}}),
        (
            {**UNIT, "layoffs_last_year": 0, "enterprise_size": "large", "contributions_last_year": 10},
            {"amounts": {"large_cap": "3", "large_percent": 30}},
        ),
    ],
)
def test_a_right_case_passes(
    provision: Provision, knowledge: Knowledge, law: RetirementLaw, facts: dict[str, Any], expect: dict[str, Any]
) -> None:
    assert run_case(provision, case(facts, **expect), knowledge.facts, law) == []


@pytest.mark.parametrize(
    ("expect", "says"),
    [
        ({"verdict": "ineligible"}, "判定应为 ineligible，实为 eligible"),
        ({"verdict": "need_info"}, "判定应为 need_info"),
        ({"missing": ["unit_kind"]}, "还缺的事实应为"),
        ({"failing": ["insured"]}, "不成立的条件应为"),
        ({"amounts": {"large_percent": "31"}}, "数额应为"),
        ({"amounts": {}}, "数额应为"),
        ({"windows": {"application": "closed"}}, "期限 application 应为 closed，实为 open"),
        ({"windows": {"payout": "open"}}, "实为 不存在"),
    ],
)
def test_a_wrong_case_says_what_came_out(
    provision: Provision, knowledge: Knowledge, law: RetirementLaw, expect: dict[str, Any], says: str
) -> None:
    facts = {**UNIT, "layoffs_last_year": 6, "enterprise_size": "large"}
    (failure,) = run_case(provision, case(facts, **expect), knowledge.facts, law)
    assert says in failure


def test_the_rule_of_a_case_is_the_one_judged(provision: Provision, knowledge: Knowledge, law: RetirementLaw) -> None:
    assert not run_case(
        provision, case({"insured_headcount_end_2020": 200}, "automatic", verdict="eligible"), knowledge.facts, law
    )
    assert run_case(provision, case({"insured_headcount_end_2020": 200}, verdict="eligible"), knowledge.facts, law)


def test_a_verdict_without_rules_is_a_mistake(knowledge: Knowledge, law: RetirementLaw) -> None:
    silent = knowledge.provisions["guangdong", "unemployment_benefit"]
    assert run_case(silent, case({}, verdict="eligible"), knowledge.facts, law) == ["没有规则却写了判定的期望"]


def test_every_rule_needs_a_yes_a_no_and_an_open_case(
    provision: Provision, knowledge: Knowledge, law: RetirementLaw
) -> None:
    for verdict in ("eligible", "ineligible", "need_info"):
        rest = tuple(c for c in provision.cases if not (c.rule == "automatic" and c.expect.get("verdict") == verdict))
        (failure,) = case_failures(replace(provision, cases=rest), knowledge.facts, law)
        assert f"规则“automatic”没有一个 {verdict} 的例子" in failure
