from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact
from koujing.knowledge.provisions import Provision, Rule
from koujing.rules.changes import Way, way_to_yes
from koujing.rules.derive import Facts
from koujing.rules.determine import Determination, determine
from koujing.rules.retirement import RetirementLaw
from tests.rules.asking import DEMO_DATE, bearing, default_rules, facts, values

SKILLS = "skill_upgrade_subsidy"
NEAR = {
    "in_zero_employment_family": False, "urban_minimum_living_family": False, "is_disabled": False,
    "is_single_parent_of_minor": False, "is_military_spouse_without_job": False,
    "receives_regular_preferential_pension": False, "is_martyr_family": False, "is_poverty_alleviated": False,
    "is_rural_low_income": False,
}  # fmt: skip


def way(
    knowledge: Knowledge, law: RetirementLaw, provision: Provision, told: dict[str, Fact], on: dt.date,
    rules: list[Rule],
) -> Way | None:  # fmt: skip
    result = determine(provision, rules, Facts(knowledge.facts, told, on, law))
    return way_to_yes(result, provision, told, on, knowledge.facts, law)


def asked(
    knowledge: Knowledge, law: RetirementLaw, region: str, matter: str, rule: str, on: dt.date = DEMO_DATE, **raw: Any
) -> Way | None:
    provision = knowledge.provisions[region, matter]
    return way(knowledge, law, provision, facts(knowledge.facts, **raw), on, [provision.rules[rule]])


def short(found: Way | None) -> tuple[str, str, list[tuple[str, Any]]] | None:
    """Outcome, day, and what each fact becomes."""
    if found is None:
        return None
    return found.outcome, found.day.isoformat(), [(change.fact, change.value) for change in found.changes]


# Durations that grow while one goes on


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        ("2021-07-26", 9, ("eligible", "2021-10-26", [("insured_months", 12)])),
        ("2021-09-30", 9, ("eligible", "2021-12-30", [("insured_months", 12)])),
        ("2021-08-31", "9.5", ("eligible", "2021-11-30", [("insured_months", Fraction("12.5"))])),
        ("2021-11-30", 11, ("eligible", "2021-12-30", [("insured_months", 12)])),
        ("2021-10-31", 9, ("late", "2022-01-31", [("insured_months", 12)])),
        ("2021-12-31", 11, ("late", "2022-01-31", [("insured_months", 12)])),
        ("2021-07-01", 9, ("eligible", "2021-10-01", [("insured_months", 12)])),
        ("2021-06-20", 11, ("eligible", "2021-07-26", [("insured_months", 12)])),
        ("2021-07-01", 12, None),
        ("2022-01-01", 9, None),
        ("9999-12-31", 9, None),
    ],
)
def test_the_months_still_to_pay(knowledge: Knowledge, law: RetirementLaw, on: str, months: Any, expected: Any) -> None:
    """Calendar months from the day asked for, within the window and not before the day of effect."""
    raw = {"employed_in_enterprise": True, "insured_months": months}
    assert short(asked(knowledge, law, "huludao", SKILLS, "relaxed", dt.date.fromisoformat(on), **raw)) == expected


def test_a_condition_nobody_can_change_leaves_nothing_to_offer(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {"employed_in_enterprise": False, "insured_months": 9}
    assert asked(knowledge, law, "huludao", SKILLS, "relaxed", **raw) is None
    raw = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 100, "layoffs_last_year": 7}
    assert asked(knowledge, law, "huludao", "job_retention_refund", "refund", **raw) is None


def test_a_longer_wait_than_is_worth_telling_is_none(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {**NEAR, "is_registered_unemployed": True}
    for months, offered in ((84, True), (85, False)):
        found = asked(knowledge, law, "huludao", "hardship_persons", "hardship", months_to_retirement=months, **raw)
        assert (found is not None) is offered


# Several at once, and what is not known


def test_changes_needed_together_come_together(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {"employed_in_enterprise": True, "insured_months": 9, "certificate_obtained": False}
    assert short(asked(knowledge, law, "guangdong", SKILLS, "subsidy", **raw)) == (
        "eligible", "2021-12-15", [("insured_months", 12), ("certificate_obtained", True)],
    )  # fmt: skip


def test_with_other_facts_unknown_only_a_lone_obstacle_is_mended(knowledge: Knowledge, law: RetirementLaw) -> None:
    found = asked(knowledge, law, "guangdong", SKILLS, "subsidy", insured_months=9)
    assert short(found) == ("open", "2021-12-15", [("insured_months", 12)])
    assert found is not None
    assert found.unknown == ("employed_in_enterprise", "certificate_obtained")
    raw = {"insured_months": 9, "certificate_obtained": False}
    assert asked(knowledge, law, "guangdong", SKILLS, "subsidy", **raw) is None


def test_a_day_planned_too_late_can_be_moved(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {"employed_in_enterprise": True, "insured_months": 24, "application_date": "2022-01-01"}
    found = asked(knowledge, law, "huludao", SKILLS, "relaxed", **raw)
    assert short(found) == ("eligible", "2021-09-15", [("application_date", DEMO_DATE)])
    assert asked(knowledge, law, "huludao", SKILLS, "relaxed", dt.date(2022, 1, 1), **raw) is None


def test_a_past_application_is_not_mended_by_what_comes_later(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {"employed_in_enterprise": True, "insured_months": 24, "certificate_obtained": False}
    on = dt.date(2022, 1, 20)
    assert asked(knowledge, law, "guangdong", SKILLS, "subsidy", on, application_date="2021-12-31", **raw) is None


def test_an_approximate_figure_has_no_gap(knowledge: Knowledge, law: RetirementLaw) -> None:
    provision = knowledge.provisions["huludao", SKILLS]
    told = facts(knowledge.facts, employed_in_enterprise=True)
    told["insured_months"] = Fact(Fraction(9), "大半年", False, Fraction(7), Fraction(10))
    assert way(knowledge, law, provision, told, DEMO_DATE, default_rules(provision)) is None


# Acts


def test_registering_helps_only_someone_who_can(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {**NEAR, "is_registered_unemployed": False, "months_to_retirement": 24}
    found = asked(knowledge, law, "huludao", "hardship_persons", "hardship", **raw)
    assert short(found) == ("eligible", "2021-09-15", [("is_registered_unemployed", True)])
    for fact in ("is_unemployed", "able_and_willing_to_work"):
        assert asked(knowledge, law, "huludao", "hardship_persons", "hardship", **raw, **{fact: False}) is None


def test_an_act_counts_once_more(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {"is_poverty_alleviated": True, "in_training": False}
    for times, offered in ((0, True), (2, True), (3, False)):
        found = asked(
            knowledge, law, "huludao", "training_living_allowance", "living", training_count_this_year=times, **raw
        )
        assert (found is not None) is offered


# What comes with age


@pytest.mark.parametrize(
    ("on", "birth", "day"),
    [("2021-09-15", "1966-10", "2021-10-01"), ("2021-09-30", "1967-09", "2022-09-01"), ("2024-12-10", "1970-02", None)],
)
def test_the_month_in_which_retirement_is_near_enough(
    knowledge: Knowledge, law: RetirementLaw, on: str, birth: str, day: str | None
) -> None:
    """Worked out anew for every month, so that the later ages of 2025 count when they come."""
    raw = {**NEAR, "is_registered_unemployed": True, "sex": "male", "birth_month": birth}
    found = asked(knowledge, law, "huludao", "hardship_persons", "hardship", dt.date.fromisoformat(on), **raw)
    assert found is not None
    assert [change.fact for change in found.changes] == ["months_to_retirement"]
    if day is not None:
        assert found.day.isoformat() == day
    else:
        assert found.day > dt.date(2025, 2, 1)


def test_an_age_is_dated_by_the_month_of_birth(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw: dict[str, Any] = {
        "is_model_worker": False, "is_landless_farmer": False, "is_poverty_alleviated": False,
        "is_rural_low_income": False, "is_orphan": True, "in_child_welfare_system": True,
        "able_and_willing_to_work": True, "age": 15,
    }  # fmt: skip
    ask = (knowledge, law, "huludao", "hardship_persons", "treated_as")
    assert short(asked(*ask, birth_month="2005-11", **raw)) == ("eligible", "2021-12-01", [("age", 16)])
    assert asked(*ask, **raw) is None
    assert asked(*ask, birth_month="2005-08", **raw) is None  # already sixteen: the two do not fit


# Laws that hold for every provision


def applied(knowledge: Knowledge, told: dict[str, Fact], found: Way) -> dict[str, Fact]:
    """The facts on the day of a way, changed as the data say they change."""
    changed = {**told, **{change.fact: Fact(change.value) for change in found.changes}}
    for change in found.changes:
        how = knowledge.facts[change.fact].changes
        assert how is not None
        if how.how == "act":
            assert change.value is True
        if how.counts and how.counts in told:
            count = told[how.counts].value
            assert isinstance(count, Fraction)
            changed[how.counts] = Fact(count + 1)
    for id, fact in changed.items():
        if knowledge.facts[id].default == "on" and isinstance(fact.value, dt.date):
            changed[id] = replace(fact, value=max(fact.value, found.day))
    return changed


def hold(knowledge: Knowledge, law: RetirementLaw, provision: Provision, told: dict[str, Fact], on: dt.date) -> bool:
    """Whether a way was found; it must lead to a yes on its day, by all its changes and by no fewer."""
    found_one = False
    for rule in provision.rules.values():
        found = way(knowledge, law, provision, told, on, [rule])
        if found is None:
            continue

        def then(facts: dict[str, Fact], day: dt.date, rule: Rule = rule) -> Determination:
            return determine(provision, [rule], Facts(knowledge.facts, facts, day, law))

        verdict = {"eligible": "eligible", "open": "need_info", "late": "ineligible"}[found.outcome]
        assert then(applied(knowledge, told, found), found.day).verdict == verdict
        assert found.day >= on
        assert found.changes
        for left_out in (
            change for change in found.changes if change.fact in told
        ):  # what is worked out comes by itself
            fewer = replace(found, changes=tuple(change for change in found.changes if change is not left_out))
            assert then(applied(knowledge, told, fewer), found.day).verdict != "eligible"
        found_one = True
    return found_one


def ruled(knowledge: Knowledge) -> list[Provision]:
    return [provision for provision in knowledge.provisions.values() if provision.rules]


def test_every_change_offered_to_a_case_helps(knowledge: Knowledge, law: RetirementLaw) -> None:
    found = 0
    for provision in ruled(knowledge):
        for case in provision.cases:
            found += hold(knowledge, law, provision, facts(knowledge.facts, **case.facts), case.on)
    assert found > 30


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_change_is_offered_that_does_not_help(knowledge: Knowledge, law: RetirementLaw, data: st.DataObject) -> None:
    """Cases with the facts that can change drawn anew, on days around the windows and the day of effect."""
    provision = data.draw(st.sampled_from([each for each in ruled(knowledge) if each.cases]))
    told = facts(knowledge.facts, **data.draw(st.sampled_from(provision.cases)).facts)
    for fact in bearing(knowledge.facts, list(provision.rules.values())):
        kind = knowledge.facts[fact]
        if kind.changes is not None and data.draw(st.booleans()):
            told[fact] = Fact(data.draw(values(kind, provision)))
    hold(knowledge, law, provision, told, data.draw(st.dates(dt.date(2021, 7, 1), dt.date(2022, 1, 31))))
