from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.rules.amounts import Computed, compute_amounts, facts_wanted
from koujing.rules.derive import Facts
from koujing.rules.evaluate import Evaluator
from koujing.rules.retirement import RetirementLaw
from tests.rules.asking import DEMO_DATE, facts


def computed(knowledge: Knowledge, law: RetirementLaw, matter: str, rule: str, **raw: Any) -> dict[str, Computed]:
    provision = knowledge.provisions["huludao", matter]
    told = Facts(knowledge.facts, facts(knowledge.facts, **raw), DEMO_DATE, law)
    evaluator = Evaluator(provision, told)
    found = compute_amounts(provision.rules[rule].amounts, provision, told, evaluator)
    return {each.amount.id: each for each in found}


def refund(knowledge: Knowledge, law: RetirementLaw, **raw: Any) -> dict[str, Computed]:
    return computed(knowledge, law, "job_retention_refund", "refund", **raw)


@given(cents=st.integers(0, 10**13))
def test_refunds_are_exact_and_rounded_down(knowledge: Knowledge, law: RetirementLaw, cents: int) -> None:
    paid = Decimal(cents) / 100
    for size, share, amount in (("large", "0.3", "large_cap"), ("micro", "0.6", "other_cap")):
        value = refund(knowledge, law, enterprise_size=size, contributions_last_year=str(paid))[amount].value
        assert value is not None
        assert Decimal(value) == (paid * Decimal(share)).quantize(Decimal("0.01"), ROUND_DOWN)
        assert Decimal(value) <= paid * Decimal(share)


@pytest.mark.parametrize(
    ("size", "paid", "value"),
    [
        ("large", "100000", "30000"),
        ("large", "12345.69", "3703.7"),
        ("small", "0.01", "0"),
        ("not_enterprise", "0.1", "0.06"),
        ("medium", "333.33", "199.99"),
    ],
)
def test_refunds(knowledge: Knowledge, law: RetirementLaw, size: str, paid: str, value: str) -> None:
    found = refund(knowledge, law, enterprise_size=size, contributions_last_year=paid)
    (cap,) = (each for each in found.values() if each.amount.unit == "CNY")
    assert cap.value == value
    assert cap.from_facts
    assert cap.amount.qualifier == "at_most"


def test_what_does_not_apply_is_left_out(knowledge: Knowledge, law: RetirementLaw) -> None:
    assert set(refund(knowledge, law, enterprise_size="large", contributions_last_year=1)) == {
        "large_cap",
        "large_percent",
    }
    assert set(refund(knowledge, law, enterprise_size="large")) == {"large_percent"}


def test_a_sum_of_money_is_never_said_while_its_condition_is_open(knowledge: Knowledge, law: RetirementLaw) -> None:
    found = refund(knowledge, law, contributions_last_year=50000)
    assert {name: each.applies for name, each in found.items()} == {"large_percent": None, "other_percent": None}


def test_a_standard_outside_the_notice_leaves_the_formula(knowledge: Knowledge, law: RetirementLaw) -> None:
    found = computed(
        knowledge, law, "training_living_allowance", "living", is_poverty_alleviated=True, is_hardship_person=False
    )
    assert found["poverty_monthly"].value is None
    assert not found["poverty_monthly"].from_facts
    assert found["poverty_monthly"].amount.outside
    assert "hardship_monthly" not in found
    assert found["yearly_times"].value == "3"


@pytest.mark.parametrize(("standard", "value"), [("433", "649.5"), ("433.33", "650"), ("0.01", "0.02")])
def test_one_and_a_half_times_rounded_half_up(
    knowledge: Knowledge, law: RetirementLaw, standard: str, value: str
) -> None:
    raw = {"is_poverty_alleviated": True, "is_hardship_person": False, "rural_minimum_standard": standard}
    found = computed(knowledge, law, "training_living_allowance", "living", **raw)
    assert found["poverty_monthly"].value == value


@given(months=st.integers(1, 600))
def test_three_hundred_a_month(knowledge: Knowledge, law: RetirementLaw, months: int) -> None:
    found = computed(knowledge, law, "training_living_allowance", "preparatory", preparatory_months=months)
    assert found["preparatory_total"].value == str(300 * months)
    assert found["preparatory_month"].value == "300"
    assert not found["preparatory_month"].from_facts


@pytest.mark.parametrize(("level", "value"), [("national", "100000"), ("provincial", "50000"), ("none", None)])
def test_awards(knowledge: Knowledge, law: RetirementLaw, level: str, value: str | None) -> None:
    found = computed(knowledge, law, "service_capacity_award", "award", award_level=level)
    assert [each.value for each in found.values()] == ([value] if value else [])


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, ("contributions_last_year", "enterprise_size")),
        ({"contributions_last_year": "100"}, ("enterprise_size",)),
        ({"enterprise_size": "large"}, ("contributions_last_year",)),
        ({"enterprise_size": "large", "contributions_last_year": "100"}, ()),
    ],
)
def test_what_an_amount_still_lacks_is_named(
    knowledge: Knowledge, law: RetirementLaw, told: dict[str, Any], wanted: tuple[str, ...]
) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    known = Facts(knowledge.facts, facts(knowledge.facts, **told), DEMO_DATE, law)
    assert facts_wanted(provision.rules["refund"].amounts, known, Evaluator(provision, known)) == wanted


def test_a_standard_outside_the_notice_is_asked_of_nobody(knowledge: Knowledge, law: RetirementLaw) -> None:
    provision = knowledge.provisions["huludao", "training_living_allowance"]
    known = Facts(knowledge.facts, {}, DEMO_DATE, law)
    allowance = [amount for amount in provision.all_amounts() if amount.outside is not None]
    assert allowance
    assert facts_wanted(allowance, known, Evaluator(provision, known)) == ()
