from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactType, FactValueError, Implication
from koujing.rules.derive import Facts, Known
from koujing.rules.retirement import RetirementLaw
from tests.rules.asking import DEMO_DATE, facts

Asked = Callable[..., Facts]


@pytest.fixture
def asked(knowledge: Knowledge, law: RetirementLaw) -> Asked:
    def of(on: dt.date = DEMO_DATE, **raw: Any) -> Facts:
        return Facts(knowledge.facts, facts(knowledge.facts, **raw), on, law)

    return of


def test_given_unknown_and_default(asked: Asked) -> None:
    assert asked(age=30).known("age") == Known(Fraction(30))
    assert asked().known("age") == Known(None, ("age",))
    assert asked().known("application_date") == Known(DEMO_DATE)
    assert asked(application_date="2021-12-31").known("application_date") == Known(dt.date(2021, 12, 31))


def test_an_unconfirmed_fact_does_not_decide(knowledge: Knowledge, law: RetirementLaw) -> None:
    guess = Fact(Fraction(28), "28个人", confirmed=False)
    told = Facts(
        knowledge.facts, {"insured_headcount": guess, "benefit_exhausted": Fact(True, confirmed=False)}, DEMO_DATE, law
    )
    assert told.known("insured_headcount") == Known(None, ("insured_headcount",))
    assert told.known("unit_insured") == Known(None, ("unit_insured",))
    assert told.known("is_unemployed") == Known(None, ("is_unemployed",))


def test_layoff_rate_is_an_estimate(asked: Asked) -> None:
    known = asked(layoffs_last_year=3, insured_headcount=28).known("layoff_rate")
    assert known == Known(Fraction(300, 28), (), True)
    assert asked(layoff_rate=5, layoffs_last_year=3, insured_headcount=28).known("layoff_rate") == Known(Fraction(5))


def test_layoff_rate_of_none_laid_off_needs_no_headcount(asked: Asked) -> None:
    assert asked(layoffs_last_year=0).known("layoff_rate") == Known(Fraction(0))


@pytest.mark.parametrize(
    ("raw", "missing"),
    [
        ({}, ("layoffs_last_year", "insured_headcount")),
        ({"layoffs_last_year": 3}, ("insured_headcount",)),
        ({"insured_headcount": 28}, ("layoffs_last_year",)),
    ],
)
def test_what_a_derived_fact_lacks(asked: Asked, raw: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert asked(**raw).known("layoff_rate") == Known(None, missing)


def test_difference_and_ratio(asked: Asked) -> None:
    told = asked(internship_agreed_months=12, internship_done_months=8)
    assert told.known("internship_remaining_months") == Known(Fraction(4))
    assert told.known("internship_remaining_share") == Known(Fraction(1, 3))
    assert asked(internship_agreed_months=12).known("internship_remaining_share").missing == ("internship_done_months",)


def test_a_share_of_nothing_is_unknown(asked: Asked) -> None:
    told = asked(internship_remaining_months=0)
    assert told.known("internship_remaining_share") == Known(None, ("internship_agreed_months",))


def test_an_internship_of_no_length_is_refused(asked: Asked) -> None:
    with pytest.raises(FactValueError):
        asked(internship_agreed_months=0)


@pytest.mark.parametrize(
    ("raw", "missing"),
    [
        ({}, ("sex", "post_kind", "birth_month")),
        ({"sex": "male"}, ("birth_month",)),
        ({"sex": "female"}, ("post_kind", "birth_month")),
        ({"sex": "female", "birth_month": "1975-01"}, ("post_kind",)),
        ({"birth_month": "1975-01"}, ("sex", "post_kind")),
        ({"post_kind": "worker", "birth_month": "1975-01"}, ("sex",)),
    ],
)
def test_what_retirement_lacks(asked: Asked, raw: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert asked(**raw).known("months_to_retirement") == Known(None, missing)


def test_retirement_goes_by_the_date_asked_for(asked: Asked) -> None:
    man = {"sex": "male", "birth_month": "1966-10"}
    assert asked(**man).known("months_to_retirement") == Known(Fraction(61))
    assert asked(dt.date(2025, 1, 1), **man).known("months_to_retirement") == Known(Fraction(27))
    assert asked(months_to_retirement="5年").known("months_to_retirement") == Known(Fraction(60))


@pytest.mark.parametrize(
    ("raw", "fact", "value"),
    [
        ({"insured_headcount": 28}, "unit_insured", True),
        ({"contributions_last_year": 50000}, "unit_insured", True),
        ({"contributions_last_year": 0}, "unit_insured", None),
        ({"insured_headcount": 28, "unit_insured": False}, "unit_insured", False),
        ({"benefit_exhausted": True}, "is_unemployed", True),
        ({"benefit_exhausted": False}, "is_unemployed", None),
        ({"benefit_exhausted": True}, "was_insured", True),
        ({"insured_months": 12}, "was_insured", True),
        ({"benefit_qualified": False}, "benefit_exhausted", False),
        ({"benefit_qualified": True}, "benefit_exhausted", None),
    ],
)
def test_implied_facts(asked: Asked, raw: dict[str, Any], fact: str, value: bool | None) -> None:
    assert asked(**raw).known(fact).value is value


def test_an_option_implies(law: RetirementLaw) -> None:
    kinds = {
        "kind": FactType("kind", "类型", "choice", options={"club": "协会", "firm": "企业"}),
        "size": FactType(
            "size", "规模", "choice", options={"none": "非企业"}, implied_by=(Implication("kind", "club", "none"),)
        ),
    }
    assert Facts(kinds, {"kind": Fact("club")}, DEMO_DATE, law).known("size") == Known("none")
    assert Facts(kinds, {"kind": Fact("firm")}, DEMO_DATE, law).known("size") == Known(None, ("size",))
    unsure = Fact("club", confirmed=False)
    assert Facts(kinds, {"kind": unsure}, DEMO_DATE, law).known("size") == Known(None, ("size",))


def test_only_what_was_said_implies(law: RetirementLaw) -> None:
    chain = {
        "a": FactType("a", "甲", "yes_no"),
        "b": FactType("b", "乙", "yes_no", implied_by=(Implication("a", "true", True),)),
        "c": FactType("c", "丙", "yes_no", implied_by=(Implication("b", "true", True),)),
    }
    told = Facts(chain, {"a": Fact(True)}, DEMO_DATE, law)
    assert told.known("b") == Known(True)
    assert told.known("c") == Known(None, ("c",))
