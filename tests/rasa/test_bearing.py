"""What is asked makes facts likelier or less likely to be told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.rasa.bearing import Bearing
from koujing.search.told import ToldFact
from koujing.text.learnt import SURE
from tests.answering.replies import policies

FAMILY = "zero_employment_family"


def weighed(share: float, fact: str = "all_able_members_unemployed", asked: Any = ((FAMILY, 0.9),)) -> float:
    questions = [{"topic": topic, "share": clear} for topic, clear in asked]
    told = ToldFact(fact, "true", 2, 7, share)
    (each,) = Bearing(policies()).weighed([told], questions)
    assert (each.fact, each.value, each.start, each.end) == (fact, "true", 2, 7)
    return each.share


def test_what_the_matter_turns_on_is_sooner_taken_as_told() -> None:
    assert 0.3 < SURE <= weighed(0.3)
    assert weighed(0.5, "has_student_loan") < SURE < 0.5


@pytest.mark.parametrize("asked", [(), ((FAMILY, 0.4),), (("pension", 0.9),), (("all_matters", 0.9),)])
def test_where_nothing_clear_is_asked_all_stays_as_it_was(asked: Any) -> None:
    assert weighed(0.3, asked=asked) == 0.3


def test_of_two_questions_both_count() -> None:
    both = ((FAMILY, 0.9), ("job_seeking_subsidy", 0.9))
    assert weighed(0.3, asked=both) > 0.3
    assert weighed(0.3, "has_student_loan", both) > 0.3


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_was_likelier_stays_so(one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert 0 <= weighed(low) <= weighed(high) <= 1


def shares(*told: ToldFact) -> list[float]:
    return [each.share for each in Bearing(policies()).weighed(told, [{"topic": FAMILY, "share": 0.9}])]


def test_what_is_asked_makes_no_doubtful_no_a_fact() -> None:
    fact = "all_able_members_unemployed"
    assert shares(ToldFact(fact, "false", 2, 7, 0.3)) == [0.3]
    assert shares(ToldFact(fact, "false", 2, 7, 0.45))[0] > 0.45
    assert shares(ToldFact("unemployed_family_members", None, 2, 7, 0.3))[0] > 0.3


def test_nor_a_doubtful_yes_where_something_else_speaks() -> None:
    fact = "all_able_members_unemployed"
    yes, no = ToldFact(fact, "true", 2, 7, 0.3), ToldFact(fact, "false", 2, 7, 0.15)
    assert shares(yes, no)[0] == 0.3
    assert shares(yes, ToldFact(fact, "false", 2, 7, 0.1))[0] > 0.3
    assert shares(yes, ToldFact(fact, "false", 9, 12, 0.15))[0] > 0.3
    other = ToldFact("minimum_living_family", "true", 2, 7, 0.9)
    assert shares(yes, other)[0] == 0.3
    assert shares(yes, ToldFact("unemployed_family_members", None, 2, 7, 0.9))[0] > 0.3


@pytest.mark.parametrize(("clear", "moves"), [(0.49, False), (0.5, True), (0.7, True)])
def test_half_sure_is_clear_enough(clear: float, moves: bool) -> None:
    assert (weighed(0.3, asked=((FAMILY, clear),)) > 0.3) is moves
