"""Three values: the evaluator against Kleene's tables, over random conditions and over every rule of the policies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import AllOf, AnyOf, Condition, Leaf, Not, WindowCondition
from koujing.knowledge.facts import Fact, FactType
from koujing.knowledge.provisions import Provision
from koujing.rules.derive import Facts
from koujing.rules.evaluate import Evaluation, Evaluator
from koujing.rules.retirement import RetirementLaw
from tests.rules.asking import DEMO_DATE, facts

NAMES = "abcd"
TYPES = {name: FactType(name, name, "yes_no") for name in NAMES}
LAW = RetirementLaw(dt.date(2025, 1, 1), {})
Valuation = Mapping[str, "bool | None"]


def leaf(fact: str, op: str = "is", value: Any = True, parameter: str | None = None) -> Leaf:
    return Leaf(f"{fact}_{op}", fact, op, fact, None, value, parameter, "x:1")


conditions: st.SearchStrategy[Condition] = st.recursive(
    st.builds(leaf, st.sampled_from(NAMES), st.sampled_from(["is", "is_not"]), st.booleans()),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AllOf)
        | st.lists(inner, min_size=1, max_size=3).map(tuple).map(AnyOf)
        | inner.map(Not)
    ),
    max_leaves=8,
)
valuations = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from([True, False, None])))


@pytest.fixture(scope="module")
def provision(knowledge: Knowledge) -> Provision:
    return knowledge.provisions["huludao", "job_retention_refund"]


def evaluate(condition: Condition, valuation: Valuation, provision: Provision) -> Evaluation:
    given_facts = {name: Fact(value) for name, value in valuation.items() if value is not None}
    return Evaluator(provision, Facts(TYPES, given_facts, DEMO_DATE, LAW)).evaluate(condition)


def kleene(condition: Condition, valuation: Valuation) -> bool | None:
    """Kleene's strong tables, told as minimum and maximum of no < unknown < yes."""
    rank = {False: 0, None: 1, True: 2}
    if isinstance(condition, AllOf):
        return min((kleene(part, valuation) for part in condition.parts), key=rank.__getitem__)
    if isinstance(condition, AnyOf):
        return max((kleene(part, valuation) for part in condition.parts), key=rank.__getitem__)
    if isinstance(condition, Not):
        inner = kleene(condition.part, valuation)
        return None if inner is None else not inner
    assert isinstance(condition, Leaf)
    value = valuation[condition.fact]
    if value is None:
        return None
    return (value == condition.value) == (condition.op == "is")


def completions(valuation: Valuation) -> list[dict[str, bool]]:
    choices = [[True, False] if value is None else [value] for value in valuation.values()]
    return [dict(zip(valuation, chosen, strict=True)) for chosen in product(*choices)]


@given(conditions, valuations)
def test_kleene(provision: Provision, condition: Condition, valuation: Valuation) -> None:
    assert evaluate(condition, valuation, provision).holds is kleene(condition, valuation)


@given(conditions, conditions, valuations)
def test_de_morgan_and_double_negation(
    provision: Provision, one: Condition, other: Condition, valuation: Valuation
) -> None:
    def holds(condition: Condition) -> bool | None:
        return evaluate(condition, valuation, provision).holds

    assert holds(Not(AllOf((one, other)))) is holds(AnyOf((Not(one), Not(other))))
    assert holds(Not(AnyOf((one, other)))) is holds(AllOf((Not(one), Not(other))))
    assert holds(Not(Not(one))) is holds(one)
    assert holds(AllOf((one, other))) is holds(AllOf((other, one)))
    assert holds(AllOf((one, AnyOf((one, other))))) is holds(one)


@given(conditions, valuations)
def test_a_verdict_holds_whatever_else_comes_out(
    provision: Provision, condition: Condition, valuation: Valuation
) -> None:
    verdict = evaluate(condition, valuation, provision).holds
    outcomes = {evaluate(condition, full, provision).holds for full in completions(valuation)}
    assert None not in outcomes
    assert verdict is None or outcomes == {verdict}


@given(conditions, valuations)
def test_missing_names_unknown_facts_exactly_when_unknown(
    provision: Provision, condition: Condition, valuation: Valuation
) -> None:
    evaluation = evaluate(condition, valuation, provision)
    assert bool(evaluation.missing) == (evaluation.holds is None)
    assert all(valuation[fact] is None for fact in evaluation.missing)
    assert len(set(evaluation.missing)) == len(evaluation.missing)


@given(conditions, valuations)
def test_a_fact_that_is_not_missing_cannot_settle_it_alone(
    provision: Provision, condition: Condition, valuation: Valuation
) -> None:
    evaluation = evaluate(condition, valuation, provision)
    for name in NAMES:
        if evaluation.holds is None and valuation[name] is None and name not in evaluation.missing:
            for value in (True, False):
                assert evaluate(condition, {**valuation, name: value}, provision).holds is None


@given(conditions, valuations)
def test_the_deciding_leaves_decide(provision: Provision, condition: Condition, valuation: Valuation) -> None:
    """With every other fact forgotten the outcome is the same."""
    evaluation = evaluate(condition, valuation, provision)
    deciding = {outcome.fact for outcome in evaluation.deciding}
    assert deciding
    assert deciding <= {outcome.fact for outcome in evaluation.outcomes}
    if evaluation.holds is not None:
        rest = {name: value if name in deciding else None for name, value in valuation.items()}
        assert evaluate(condition, rest, provision).holds is evaluation.holds


def test_an_outcome_tells_fact_value_and_clause(knowledge: Knowledge, provision: Provision, law: RetirementLaw) -> None:
    told = Facts(knowledge.facts, facts(knowledge.facts, insured_headcount=28, layoffs_last_year=3), DEMO_DATE, law)
    evaluation = Evaluator(provision, told).evaluate(provision.rules["refund"].when)
    outcomes = {outcome.id: outcome for outcome in evaluation.outcomes}
    assert list(outcomes) == [
        "unit_covered",
        "insured",
        "rate_within_cap",
        "small_unit",
        "rate_within_small_cap",
        "window_application",
    ]
    rate = outcomes["rate_within_small_cap"]
    assert (rate.fact, rate.value, rate.holds, rate.clause) == ("layoff_rate", Fraction(75, 7), True, "hld-2021-2:1")
    assert rate.estimated
    assert outcomes["rate_within_cap"].holds is False
    assert evaluation.missing == ("unit_kind",)


def test_options_may_be_written_by_their_labels(knowledge: Knowledge, provision: Provision, law: RetirementLaw) -> None:
    told = Facts(knowledge.facts, facts(knowledge.facts, enterprise_size="large"), DEMO_DATE, law)
    evaluator = Evaluator(provision, told)
    assert evaluator.evaluate(leaf("enterprise_size", "in", ["大型企业", "small"])).holds is True
    assert evaluator.evaluate(leaf("enterprise_size", "is", "大型企业")).holds is True
    assert evaluator.evaluate(leaf("enterprise_size", "not_in", ["small"])).holds is True


def window(provision: Provision, **changes: Any) -> Provision:
    changed = replace(provision.windows["application"], **changes)
    return replace(provision, windows={"w": replace(changed, id="w")})


def window_holds(
    knowledge: Knowledge, provision: Provision, law: RetirementLaw, on: dt.date, **raw: Any
) -> tuple[bool | None, bool, tuple[str, ...]]:
    told = Facts(knowledge.facts, facts(knowledge.facts, **raw), on, law)
    (outcome,) = Evaluator(provision, told).evaluate(WindowCondition("w")).outcomes
    return outcome.holds, outcome.undecided, outcome.missing


def test_the_application_clock(knowledge: Knowledge, provision: Provision, law: RetirementLaw) -> None:
    of_application = window(provision)
    last, late = dt.date(2021, 12, 31), dt.date(2022, 1, 1)
    assert window_holds(knowledge, of_application, law, last)[0] is True
    assert window_holds(knowledge, of_application, law, late)[0] is False
    assert window_holds(knowledge, of_application, law, late, application_date="2021-12-31")[0] is True


def test_the_clock_of_a_rule_is_the_date_asked_for(
    knowledge: Knowledge, provision: Provision, law: RetirementLaw
) -> None:
    """When the asker applied does not stretch the time a rule itself is in force."""
    of_rule = window(provision, of="rule", fact=None)
    last, late = dt.date(2021, 12, 31), dt.date(2022, 1, 1)
    assert window_holds(knowledge, of_rule, law, last, application_date="2022-01-01")[0] is True
    assert window_holds(knowledge, of_rule, law, late, application_date="2021-12-31")[0] is False


def test_the_clock_of_an_event(knowledge: Knowledge, provision: Provision, law: RetirementLaw) -> None:
    of_event = window(provision, of="event", fact="unemployment_date")
    assert window_holds(knowledge, of_event, law, DEMO_DATE) == (None, False, ("unemployment_date",))
    assert window_holds(knowledge, of_event, law, DEMO_DATE, unemployment_date="2021-12-31")[0] is True


def test_an_undecided_opening_day(knowledge: Knowledge, law: RetirementLaw) -> None:
    province = knowledge.provisions["guangdong", "unemployment_assistance"]
    opened = replace(province, windows={"w": replace(province.windows["new_unemployment"], id="w")})
    days = {"2020-12-31": (False, False), "2021-01-01": (None, True), "2021-01-02": (True, False)}
    for day, (holds, undecided) in days.items():
        assert window_holds(knowledge, opened, law, DEMO_DATE, unemployment_date=day) == (holds, undecided, ())
