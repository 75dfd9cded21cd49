from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.rules.operators import DATE_OPERATORS, OPERATORS, compare

NEW_YEAR = dt.date(2021, 1, 1)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("op", "under", "on", "over"),
    [
        ("at_most", True, True, False),
        ("less_than", True, False, False),
        ("at_least", False, True, True),
        ("more_than", False, False, True),
    ],
)
def test_number_edges(op: str, under: bool, on: bool, over: bool) -> None:
    line, step = Fraction(6), Fraction(1, 10**9)
    assert [compare(op, line + n * step, line) for n in (-1, 0, 1)] == [under, on, over]


@pytest.mark.parametrize(
    ("op", "eve", "day", "morrow"),
    [
        ("before", True, False, False),
        ("on_or_before", True, True, False),
        ("after", False, False, True),
        ("on_or_after", False, True, True),
        ("after_day_undecided", False, None, True),
    ],
)
def test_date_edges(op: str, eve: bool, day: bool | None, morrow: bool) -> None:
    assert [compare(op, NEW_YEAR + n * DAY, NEW_YEAR) for n in (-1, 0, 1)] == [eve, day, morrow]


@pytest.mark.parametrize(
    ("op", "value", "bound", "holds"),
    [
        ("is", True, True, True),
        ("is", False, True, False),
        ("is_not", "large", "small", True),
        ("is_not", "large", "large", False),
        ("in", "large", ["large", "small"], True),
        ("in", "micro", ["large", "small"], False),
        ("not_in", "micro", ["large", "small"], True),
        ("positive", Fraction(1, 100), None, True),
        ("positive", Fraction(0), None, False),
        ("positive", Fraction(-1), None, False),
        ("zero", Fraction(0), None, True),
        ("zero", Fraction(1, 100), None, False),
    ],
)
def test_plain_operators(op: str, value: Any, bound: Any, holds: bool) -> None:
    assert compare(op, value, bound) is holds


def test_the_table_is_closed() -> None:
    with pytest.raises(KeyError):
        compare("matches", True, True)


@given(st.dates(), st.dates())
def test_only_the_undecided_day_is_undecided(value: dt.date, bound: dt.date) -> None:
    for op in DATE_OPERATORS:
        undecided = compare(op, value, bound) is None
        assert undecided == (op == "after_day_undecided" and value == bound)


@given(st.fractions(), st.fractions())
def test_opposites(value: Fraction, bound: Fraction) -> None:
    assert compare("at_most", value, bound) is not compare("more_than", value, bound)
    assert compare("at_least", value, bound) is not compare("less_than", value, bound)
    assert set(OPERATORS) >= {"at_most", "at_least", "positive", "zero"}
