from __future__ import annotations

import datetime as dt
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.figures import date_words, decimal_text, months_words, number_words, typed_figures


@pytest.mark.parametrize(
    ("number", "places", "mode", "text"),
    [
        (Fraction(0), 2, "half_up", "0"),
        (Fraction(30000), 2, "half_up", "30000"),
        (Fraction(5, 2), 2, "half_up", "2.5"),
        (Fraction(5, 2), 0, "half_up", "3"),
        (Fraction(5, 2), 0, "down", "2"),
        (Fraction(1, 3), 2, "half_up", "0.33"),
        (Fraction("0.005"), 2, "half_up", "0.01"),
        (Fraction("0.005"), 2, "down", "0"),
        (Fraction("-0.001"), 2, "half_up", "0"),
        (Fraction("-1.005"), 2, "half_up", "-1.01"),
        (Fraction("10.05"), 2, "half_up", "10.05"),
        (1 - Fraction(1, 10**40), 2, "down", "0.99"),
        (Fraction(10**40, 3), 2, "down", "3" * 40 + ".33"),
    ],
)
def test_decimal_text(number: Fraction, places: int, mode: str, text: str) -> None:
    assert decimal_text(number, places, mode) == text


@given(st.fractions(-(10**16), 10**16, max_denominator=10**9), st.integers(0, 6), st.sampled_from(["down", "half_up"]))
def test_decimal_text_is_exact(number: Fraction, places: int, mode: str) -> None:
    text = decimal_text(number, places, mode)
    shifted = number * 10**places
    rounding = ROUND_DOWN if mode == "down" else ROUND_HALF_UP
    exact = Context(prec=80).divide(Decimal(shifted.numerator), Decimal(shifted.denominator))
    assert Decimal(text) == exact.quantize(Decimal(1), rounding=rounding, context=Context(prec=80)).scaleb(
        -places, Context(prec=80)
    )
    assert "." not in text or not text.endswith(("0", "."))
    assert text != "-0"


def test_words() -> None:
    assert number_words(Fraction("28.50")) == "28.5"
    assert date_words(dt.date(2021, 7, 6)) == "2021年7月6日"
    assert months_words(Fraction(12)) == "1年"
    assert months_words(Fraction(15)) == "15个月"
    assert months_words(Fraction(0)) == "0个月"
    assert months_words(Fraction(1, 2)) == "0.5个月"


@pytest.mark.parametrize(
    "text",
    [
        "规定在葫人社发〔2021〕2号第（一）条", "按辽政发[2020]9号办", "人社部2021年第15号公告", "取得1+X证书", "见附件2",
        "附件1第3项、第18条", "请打12333或12345", "拨打110、120", "报警打110，急救打120。", "民法典第1045条",
        "“两后生”“三支一扶”和九类毕业生", "一次性求职创业补贴", "零就业家庭", "一门、一窗", "条款 a2.1.5", "两份材料",
    ],
)  # fmt: skip
def test_names_and_references_are_no_figures(text: str) -> None:
    assert typed_figures(text) == []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("裁员率不高于6％", ["6％"]),
        ("30人（含）以下", ["30"]),
        ("补贴120元", ["120"]),
        ("110人以下", ["110"]),
        ("120%", ["120%"]),
        ("1,120.5元", ["1,120.5"]),
        ("2021年12月31日", ["2021", "12", "31"]),
        ("最长六个月", ["六个月"]),
        ("累计三次", ["三次"]),
        ("每年一万元", ["一万元"]),
        ("不足三分之一", ["三分之一"]),
        ("二十人以下", ["二十人"]),
        ("满十六周岁", ["十六周岁"]),
        ("１０万", ["１０"]),
        ("葫人社发〔2021〕2号规定300元", ["300"]),
    ],
)
def test_typed_figures_are_found(text: str, figures: list[str]) -> None:
    assert typed_figures(text) == figures
