from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from koujing.knowledge.parameters import Parameter, build


def parameter(value: Any, unit: str, **more: Any) -> Parameter:
    return build("p", {"label": "参数", "value": value, "unit": unit, "clause": "a:1", "quote": "原话", **more})


@pytest.mark.parametrize(
    ("value", "unit", "held", "words"),
    [
        (6, "percent", Fraction(6), "6％"),
        (6.5, "percent", Fraction("6.5"), "6.5％"),
        (30, "people", Fraction(30), "30人"),
        (100000, "CNY", Fraction(100000), "100000元"),
        (300, "CNY/month", Fraction(300), "300元"),
        (3, "times", Fraction(3), "3次"),
        (15, "days", Fraction(15), "15日"),
        (5, "working_days", Fraction(5), "5个工作日"),
        (1.5, "multiple", Fraction(3, 2), "1.5倍"),
        ("1/3", "ratio", Fraction(1, 3), "1/3"),
        (2020, "ratio", Fraction(2020), "2020"),
        (16, "age", Fraction(16), "16周岁"),
        (6, "months", Fraction(6), "6个月"),
        (12, "months", Fraction(12), "1年"),
        (5, "years", Fraction(60), "5年"),
        (1, "years", Fraction(12), "1年"),
        (dt.date(2021, 12, 31), "date", dt.date(2021, 12, 31), "2021年12月31日"),
    ],
)
def test_values_and_words(value: Any, unit: str, held: Any, words: str) -> None:
    built = parameter(value, unit)
    assert built.value == held
    assert built.words() == words


def test_its_own_way_of_saying_wins() -> None:
    assert parameter(100000, "CNY", say="10万元").words() == "10万元"


@pytest.mark.parametrize(
    ("value", "unit"), [(dt.date(2021, 1, 1), "percent"), (5, "date"), ("2021年底", "date"), ("六", "people")]
)
def test_a_value_that_does_not_fit_its_unit_is_refused(value: Any, unit: str) -> None:
    with pytest.raises(ValueError, match=r"日期参数|Invalid literal"):
        parameter(value, unit)


def test_in_force_includes_both_days() -> None:
    dated = parameter(6, "percent", **{"from": dt.date(2021, 1, 1), "until": dt.date(2021, 12, 31)})
    days = [dt.date(2020, 12, 31), dt.date(2021, 1, 1), dt.date(2021, 12, 31), dt.date(2022, 1, 1)]
    assert [dated.in_force(day) for day in days] == [False, True, True, False]
    assert parameter(6, "percent").in_force(dt.date(1999, 1, 1))
