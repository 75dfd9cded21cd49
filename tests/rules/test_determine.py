from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact
from koujing.knowledge.provisions import Provision, Rule
from koujing.rules.derive import Facts
from koujing.rules.determine import Determination, determine
from koujing.rules.retirement import RetirementLaw
from tests.rules.asking import DEMO_DATE, askers, bearing, default_rules, facts, values

UNIT = {"unit_kind": "enterprise", "unit_insured": True}
LAST, LATE = dt.date(2021, 12, 31), dt.date(2022, 1, 1)

thorough = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])


def ask(
    knowledge: Knowledge, law: RetirementLaw, provision: Provision, given_facts: dict[str, Fact],
    on: dt.date = DEMO_DATE, rules: list[Rule] | None = None,
) -> Determination:  # fmt: skip
    return determine(provision, rules or default_rules(provision), Facts(knowledge.facts, given_facts, on, law))


def told(
    knowledge: Knowledge, law: RetirementLaw, region: str, matter: str, on: dt.date = DEMO_DATE, **raw: Any
) -> Determination:
    return ask(knowledge, law, knowledge.provisions[region, matter], facts(knowledge.facts, **raw), on)


# The verdict and what is missing


def test_one_eligible_rule_suffices(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(knowledge, law, "huludao", "hardship_persons", is_disabled=True)
    assert got.verdict == "eligible"
    assert {result.rule.id: result.verdict for result in got.results} == {
        "hardship": "eligible",
        "treated_as": "need_info",
    }
    assert got.leading.rule.id == "hardship"
    assert got.missing == ()
    assert not got.undecided


def test_all_ineligible_refuses(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(knowledge, law, "huludao", "job_retention_refund", **UNIT, insured_headcount=100, layoffs_last_year=7)
    assert got.verdict == "ineligible"
    deciding = {outcome.id for result in got.results for outcome in result.evaluation.deciding}
    assert deciding == {"rate_within_cap", "small_unit"}
    assert got.amounts == ()
    assert got.estimated


def test_missing_comes_in_the_order_of_the_file(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(knowledge, law, "huludao", "job_retention_refund")
    assert got.verdict == "need_info"
    assert got.missing == ("unit_kind", "unit_insured", "layoffs_last_year", "insured_headcount")


def test_a_fact_that_settles_more_rules_is_asked_first(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(knowledge, law, "huludao", "hardship_persons")
    open_rules = [result.evaluation.missing for result in got.results]
    counts = [sum(fact in missing for missing in open_rules) for fact in got.missing]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 2
    assert got.missing[0] == "is_poverty_alleviated"
    assert set(got.missing) == {fact for missing in open_rules for fact in missing}


def test_a_settled_rule_asks_for_nothing(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {"is_two_post_student": False, "is_poverty_alleviated": True}
    got = told(knowledge, law, "huludao", "training_living_allowance", **raw)
    assert got.missing == ("in_training", "training_count_this_year")


def test_unconfirmed_facts_never_decide(knowledge: Knowledge, law: RetirementLaw) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    given_facts = facts(knowledge.facts, **UNIT, insured_headcount=28, layoffs_last_year=3)
    assert ask(knowledge, law, provision, given_facts).verdict == "eligible"
    given_facts["insured_headcount"] = replace(given_facts["insured_headcount"], confirmed=False)
    got = ask(knowledge, law, provision, given_facts)
    assert (got.verdict, got.missing) == ("need_info", ("insured_headcount",))


def test_the_day_left_open_by_guangdong_is_undecided(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw: dict[str, Any] = {"is_unemployed": True, "was_insured": True, "benefit_qualified": False}
    verdicts = {
        day: told(knowledge, law, "guangdong", "unemployment_assistance", unemployment_date=day, **raw)
        for day in ("2020-12-31", "2021-01-01", "2021-01-02")
    }
    assert [got.verdict for got in verdicts.values()] == ["ineligible", "need_info", "eligible"]
    assert [got.undecided for got in verdicts.values()] == [False, True, False]
    assert verdicts["2021-01-01"].missing == ()
    huludao = told(
        knowledge,
        law,
        "huludao",
        "unemployment_assistance",
        unemployment_date="2021-01-01",
        assistance_received=False,
        **raw,
    )
    assert huludao.verdict == "eligible"


def test_an_open_rule_with_a_missing_fact_is_not_undecided(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(
        knowledge, law, "guangdong", "unemployment_assistance", unemployment_date="2021-01-01", is_unemployed=True
    )
    assert got.verdict == "need_info"
    assert got.missing
    assert not got.undecided


# Clocks


@pytest.mark.parametrize(
    ("on", "raw", "verdict", "reason"),
    [
        (dt.date(2021, 7, 25), {}, "ineligible", "in_force"),
        (dt.date(2021, 7, 26), {}, "eligible", None),
        (LAST, {}, "eligible", None),
        (LATE, {}, "ineligible", "window_application"),
        (LATE, {"application_date": "2021-12-31"}, "eligible", None),
        (LAST, {"application_date": "2022-01-01"}, "ineligible", "window_application"),
    ],
)
def test_clocks(
    knowledge: Knowledge, law: RetirementLaw, on: dt.date, raw: dict[str, Any], verdict: str, reason: str | None
) -> None:
    got = told(
        knowledge, law, "huludao", "job_retention_refund", on, **UNIT, insured_headcount=100, layoffs_last_year=6, **raw
    )
    assert got.verdict == verdict
    if reason:
        assert [outcome.id for result in got.results for outcome in result.evaluation.deciding] == [reason]


def test_before_the_day_of_effect_nothing_is_asked(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(knowledge, law, "huludao", "job_retention_refund", dt.date(2021, 7, 25))
    assert (got.verdict, got.missing) == ("ineligible", ())
    (deciding,) = got.results[0].evaluation.deciding
    assert (deciding.id, deciding.clause) == ("in_force", "hld-2021-2:18")


def test_after_the_end_nothing_is_given(knowledge: Knowledge, law: RetirementLaw) -> None:
    provision = replace(knowledge.provisions["huludao", "hardship_persons"], since=None, since_cite=None, until=LAST)
    disabled = facts(knowledge.facts, is_disabled=True)
    assert ask(knowledge, law, provision, disabled, LAST).verdict == "eligible"
    ended = ask(knowledge, law, provision, disabled, LATE)
    assert ended.verdict == "ineligible"
    assert {o.id for r in ended.results for o in r.evaluation.deciding} == {"in_force"}


def test_no_day_of_effect_is_invented(knowledge: Knowledge, law: RetirementLaw) -> None:
    got = told(knowledge, law, "guangdong", "unemployment_assistance", dt.date(2021, 1, 5))
    assert all(outcome.id != "in_force" for result in got.results for outcome in result.evaluation.outcomes)


# Referrals and amounts


def test_referrals_speak_for_their_rules(knowledge: Knowledge, law: RetirementLaw) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    refund, automatic = provision.rules["refund"], provision.rules["automatic"]
    for rule in (refund, automatic):
        got = ask(knowledge, law, provision, {}, rules=[rule])
        assert [referral.rules for referral in got.referred] == [(rule.id,)]


def test_amounts_only_for_the_eligible(knowledge: Knowledge, law: RetirementLaw) -> None:
    raw = {**UNIT, "insured_headcount": 100, "enterprise_size": "large", "contributions_last_year": 1000}
    got = told(knowledge, law, "huludao", "job_retention_refund", layoffs_last_year=6, **raw)
    assert {each.amount.id: each.value for each in got.amounts} == {"large_cap": "300", "large_percent": "30"}
    for layoffs in ({"layoffs_last_year": 7}, {}):
        assert told(knowledge, law, "huludao", "job_retention_refund", **raw, **layoffs).amounts == ()


# Laws that hold for every provision


def ruled(knowledge: Knowledge) -> list[Provision]:
    return [provision for provision in knowledge.provisions.values() if provision.rules]


def test_forgetting_a_fact_of_a_case_never_decides_otherwise(knowledge: Knowledge, law: RetirementLaw) -> None:
    """From a yes (or a no), with one fact less, comes the same verdict or a question: never the opposite, never nothing.

    Only the facts that are the date asked for by default, and those that overrule what others imply, may turn it.
    """
    tried = 0
    for provision in ruled(knowledge):
        for case in provision.cases:
            rules = [provision.rules[case.rule]] if case.rule else default_rules(provision)
            given_facts = facts(knowledge.facts, **case.facts)
            full = ask(knowledge, law, provision, given_facts, case.on, rules)
            for fact in given_facts:
                rest = {id: value for id, value in given_facts.items() if id != fact}
                if Facts(knowledge.facts, rest, case.on, law).known(fact).value not in {None, given_facts[fact].value}:
                    continue
                got = ask(knowledge, law, provision, rest, case.on, rules)
                tried += 1
                where = (provision.id, case.name, fact)
                if full.verdict == "need_info":
                    assert got.verdict == "need_info", where
                else:
                    assert got.verdict in {full.verdict, "need_info"}, where
                if got.verdict == "need_info":
                    assert got.missing or got.undecided, where
    assert tried > 1000


@thorough
@given(data=st.data())
def test_answering_what_is_missing_always_ends_in_a_verdict(
    knowledge: Knowledge, law: RetirementLaw, data: st.DataObject
) -> None:
    provision = data.draw(st.sampled_from(ruled(knowledge)))
    rules = data.draw(st.sampled_from([default_rules(provision), *([rule] for rule in provision.rules.values())]))
    given_facts = data.draw(askers(provision, knowledge.facts, bearing(knowledge.facts, rules)))
    on = data.draw(st.dates(dt.date(2021, 7, 1), dt.date(2022, 7, 31)))
    for _ in range(60):
        got = ask(knowledge, law, provision, given_facts, on, rules)
        if got.verdict != "need_info" or got.undecided:
            break
        assert got.missing
        assert not set(got.missing) & set(given_facts)
        fact = data.draw(st.sampled_from(got.missing))
        given_facts = {**given_facts, fact: Fact(data.draw(values(knowledge.facts[fact], provision)))}
    else:
        pytest.fail("never ends")
    assert not got.missing


@thorough
@given(data=st.data())
def test_one_more_fact_never_turns_a_verdict_into_a_question(
    knowledge: Knowledge, law: RetirementLaw, data: st.DataObject
) -> None:
    """A fact not known before (given, implied, derived or the date by default) leaves every yes a yes and every no a no."""
    provision = data.draw(st.sampled_from(ruled(knowledge)))
    rules = default_rules(provision)
    wanted = bearing(knowledge.facts, rules)
    given_facts = data.draw(askers(provision, knowledge.facts, wanted))
    before = ask(knowledge, law, provision, given_facts, DEMO_DATE, rules)
    unknown = [f for f in wanted if Facts(knowledge.facts, given_facts, DEMO_DATE, law).known(f).value is None]
    if before.verdict == "need_info" or not unknown:
        return
    fact = data.draw(st.sampled_from(unknown))
    more = {**given_facts, fact: Fact(data.draw(values(knowledge.facts[fact], provision)))}
    assert ask(knowledge, law, provision, more, DEMO_DATE, rules).verdict == before.verdict


@thorough
@given(data=st.data())
def test_nothing_known_is_never_a_yes(knowledge: Knowledge, law: RetirementLaw, data: st.DataObject) -> None:
    provision = data.draw(st.sampled_from(ruled(knowledge)))
    on = data.draw(st.dates(dt.date(2021, 1, 1), dt.date(2030, 1, 1)))
    for rule in provision.rules.values():
        assert ask(knowledge, law, provision, {}, on, [rule]).verdict != "eligible"
