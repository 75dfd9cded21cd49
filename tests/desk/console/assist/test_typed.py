"""Values as typed in haste."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from koujing.desk.console.assist.typed import typed_value
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import FactValueError

ON = dt.date(2021, 9, 15)


@pytest.mark.parametrize(
    ("fact", "typed", "value"),
    [
        ("unemployment_date", "20210301", dt.date(2021, 3, 1)),
        ("unemployment_date", "2021.3.1", dt.date(2021, 3, 1)),
        ("unemployment_date", "2021年3月1日", dt.date(2021, 3, 1)),
        ("unemployment_date", "3月1日", dt.date(2021, 3, 1)),
        ("unemployment_date", "3-1", dt.date(2021, 3, 1)),
        ("unemployment_date", "昨天", dt.date(2021, 9, 14)),
        ("insured_headcount", "28", Fraction(28)),
        ("insured_headcount", "２８人", Fraction(28)),
        ("contributions_last_year", "3,200元", Fraction(3200)),
        ("contributions_last_year", "3万2", Fraction(32_000)),
        ("contributions_last_year", "1.5万", Fraction(15_000)),
        ("layoff_rate", "5.5%", Fraction(11, 2)),
        ("insured_months", "15", Fraction(15)),
        ("insured_months", "1年3个月", Fraction(15)),
        ("insured_months", "2年", Fraction(24)),
        ("is_unemployed", "true", True),
        ("is_unemployed", "否", False),
        ("unit_kind", "企业", "enterprise"),
    ],
)
def test_what_was_meant(knowledge: Knowledge, fact: str, typed: str, value: Any) -> None:
    assert typed_value(knowledge.facts[fact], typed, ON) == value


@pytest.mark.parametrize(
    ("fact", "typed"),
    [
        ("unemployment_date", "2021-02-30"),
        ("unemployment_date", "三月"),
        ("insured_headcount", "二十来个"),
        ("insured_headcount", "0"),
        ("unit_kind", "公司"),
        ("is_unemployed", "也许"),
    ],
)
def test_what_cannot_be(knowledge: Knowledge, fact: str, typed: str) -> None:
    with pytest.raises(FactValueError):
        typed_value(knowledge.facts[fact], typed, ON)


def test_a_month(knowledge: Knowledge) -> None:
    born = next(kind for kind in knowledge.facts.values() if kind.type == "month")
    assert typed_value(born, "196610", ON) == typed_value(born, "1966年10月", ON) == dt.date(1966, 10, 1)
