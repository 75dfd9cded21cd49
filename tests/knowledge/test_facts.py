from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import FactType, FactValueError, Value, load_facts

YES_NO = FactType("f", "参保", "yes_no", says={"yes": "参加了", "no": "没有参加"})
CHOICE = FactType("f", "规模", "choice", options={"large": "大型企业", "small": "小型企业"})
NUMBER = FactType("f", "人数", "number", unit="人", minimum=Fraction(1))
PERCENT = FactType("f", "裁员率", "percent")
MONEY = FactType("f", "缴费", "money", unit="元", minimum=Fraction(0))
DATE = FactType("f", "失业日期", "date")
MONTH = FactType("f", "出生年月", "month")
DURATION = FactType("f", "缴费时间", "duration", minimum=Fraction(0))
TYPES = [YES_NO, CHOICE, NUMBER, PERCENT, MONEY, DATE, MONTH, DURATION]


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (YES_NO, True, True),
        (YES_NO, "否", False),
        (YES_NO, " Yes ", True),
        (CHOICE, "large", "large"),
        (CHOICE, "小型企业", "small"),
        (NUMBER, 28, Fraction(28)),
        (NUMBER, "1,200", Fraction(1200)),
        (NUMBER, "7/2", Fraction(7, 2)),
        (NUMBER, 2.5, Fraction(5, 2)),
        (NUMBER, Decimal("1.10"), Fraction(11, 10)),
        (NUMBER, Fraction(7, 2), Fraction(7, 2)),
        (PERCENT, 6, Fraction(6)),
        (PERCENT, "6.01%", Fraction("6.01")),
        (PERCENT, "6％", Fraction(6)),
        (MONEY, "12345.69", Fraction("12345.69")),
        (MONEY, 0.1, Fraction(1, 10)),
        (DATE, "2021-12-31", dt.date(2021, 12, 31)),
        (DATE, dt.date(2021, 1, 1), dt.date(2021, 1, 1)),
        (DATE, dt.datetime(2021, 1, 1, 8, tzinfo=dt.timezone.utc), dt.date(2021, 1, 1)),
        (MONTH, "1966-10", dt.date(1966, 10, 1)),
        (MONTH, "1966-10-31", dt.date(1966, 10, 1)),
        (MONTH, dt.date(1966, 10, 31), dt.date(1966, 10, 1)),
        (DURATION, 12, Fraction(12)),
        (DURATION, "1年", Fraction(12)),
        (DURATION, "1年3个月", Fraction(15)),
        (DURATION, "11个月", Fraction(11)),
        (DURATION, "6月", Fraction(6)),
        (DURATION, "0.5年", Fraction(6)),
        (DURATION, "14", Fraction(14)),
    ],
)
def test_parse(kind: FactType, raw: Any, value: Value) -> None:
    parsed = kind.parse(raw)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        *((YES_NO, raw) for raw in (1, 0, "maybe", "", None, [])),
        *((CHOICE, raw) for raw in ("lage", "", None, 3, ["large"], {"large": 1}, True)),
        *(
            (NUMBER, raw)
            for raw in (0, -1, "二十", "", True, None, [], "28%", "nan", "inf", "1/0", "1e16", "1e-99999999")
        ),
        *((NUMBER, raw) for raw in ("9" * 41, float("inf"), float("nan"))),
        *((PERCENT, raw) for raw in ("%", "百分之六", {})),
        *((MONEY, raw) for raw in (-0.01, "五万")),
        *((DATE, raw) for raw in ("2021-02-30", "2021-1-5", "20210101", "2021", 20210101, None, "今天")),
        *((MONTH, raw) for raw in ("1966", "1966-13", "1966-00", 1966, None, "66-10")),
        *((DURATION, raw) for raw in (-1, "", "年", "三年", "1年半", None, [], "12%")),
    ],
)
def test_parse_refuses(kind: FactType, raw: Any) -> None:
    with pytest.raises(FactValueError) as caught:
        kind.parse(raw)
    assert caught.value.fact == "f"
    assert "应为" in str(caught.value)


def test_a_misspelt_choice_gets_a_did_you_mean() -> None:
    with pytest.raises(FactValueError, match="是否指 large"):
        CHOICE.parse("lage")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@given(st.sampled_from(TYPES), _JSON | st.from_regex(r"[-+]?[0-9./,e%年个月-]{0,12}", fullmatch=True))
def test_anything_is_parsed_or_refused(kind: FactType, raw: Any) -> None:
    try:
        value = kind.parse(raw)
    except FactValueError:
        return
    assert isinstance(value, bool | str | Fraction | dt.date)
    assert kind.parse(value) == value
    assert kind.words(value)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (YES_NO, True, "参加了"),
        (YES_NO, False, "没有参加"),
        (FactType("f", "残疾人", "yes_no"), False, "不是残疾人"),
        (FactType("f", "残疾人", "yes_no"), True, "是残疾人"),
        (CHOICE, "large", "大型企业"),
        (NUMBER, Fraction(28), "28人"),
        (PERCENT, Fraction("6.126"), "6.13％"),
        (MONEY, Fraction("12345.60"), "12345.6元"),
        (DATE, dt.date(2021, 1, 2), "2021年1月2日"),
        (MONTH, dt.date(1966, 10, 1), "1966年10月"),
        (DURATION, Fraction(24), "2年"),
        (DURATION, Fraction(11), "11个月"),
    ],
)
def test_words(kind: FactType, value: Value, words: str) -> None:
    assert kind.words(value) == words


@given(st.integers(0, 100_000).map(lambda hundredths: Fraction(hundredths, 100)))
def test_a_number_reads_back_from_its_words(number: Fraction) -> None:
    assert DURATION.parse(DURATION.words(number)) == number
    assert PERCENT.parse(PERCENT.words(number)) == number
    assert MONEY.parse(MONEY.words(number).removesuffix("元")) == number


@given(st.dates())
def test_a_date_reads_back(day: dt.date) -> None:
    assert DATE.parse(day.isoformat()) == day
    assert MONTH.parse(day.isoformat()[:7]) == day.replace(day=1)


def test_the_minimum_itself_is_allowed() -> None:
    assert NUMBER.parse(1) == 1
    assert DURATION.parse(0) == 0


def test_every_fact_of_the_policies_can_be_asked_and_said(knowledge: Knowledge) -> None:
    for kind in knowledge.facts.values():
        assert kind.label
        assert kind.question or kind.stands_for
        assert kind.type != "choice" or len(kind.options) > 1
        if kind.type == "yes_no":
            assert kind.words(True) != kind.words(False)
        if kind.stands_for:
            assert kind.confirm
            assert "{value}" in kind.confirm
            assert knowledge.facts[kind.stands_for].type == kind.type
        for implication in kind.implied_by:
            assert kind.parse(implication.value) == implication.value
            giving = knowledge.facts[implication.fact]
            cases = {"yes_no": {"true", "false"}, "choice": set(giving.options)}.get(giving.type, {"positive"})
            assert implication.when in cases


FACTS: Mapping[str, str] = {
    "unknown input": "derived: {op: ratio, of: [age, agee]}",
    "unknown stands_for": "stands_for: agee",
    "unknown implication": "implied_by: [{fact: agee, when: positive, value: true}]",
}


@pytest.mark.parametrize("entry", FACTS.values(), ids=FACTS)
def test_a_fact_that_names_an_unknown_one_is_refused(tmp_path: Path, entry: str) -> None:
    error = refused(
        tmp_path, f"facts:\n  age: {{label: 年龄, type: number}}\n  other: {{label: 其他, type: number, {entry}}}\n"
    )
    assert error.line == 3
    assert "agee" in error.what
    assert "是否指“age”" in error.how


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("{fact: kind, when: clubb, value: true}", "implied_by 的 when“clubb”"),
        ("{fact: age, when: club, value: true}", "implied_by 的 when“club”"),
        ("{fact: kind, when: club, value: small}", "implied_by 的 value 不是它的值"),
    ],
)
def test_an_implication_that_never_holds_is_refused(tmp_path: Path, rule: str, what: str) -> None:
    error = refused(
        tmp_path,
        "facts:\n  age: {label: 年龄, type: number}\n  kind: {label: 类型, type: choice, options: {club: 协会, firm: 企业}}\n"
        f"  other: {{label: 其他, type: yes_no, implied_by: [{rule}]}}\n",
    )
    assert error.line == 4
    assert what in error.what


def test_a_choice_without_options_is_refused(tmp_path: Path) -> None:
    assert "没有 options" in refused(tmp_path, "facts:\n  kind: {label: 类型, type: choice}\n").what


def test_a_fact_derived_from_itself_is_refused(tmp_path: Path) -> None:
    source = (
        "facts:\n  a: {label: 甲, type: number, derived: {op: ratio, of: [b, c]}}\n"
        "  b: {label: 乙, type: number, derived: {op: difference, of: [c, a]}}\n  c: {label: 丙, type: number}\n"
    )
    error = refused(tmp_path, source)
    assert error.line == 2
    assert "由它自己推算" in error.what


def refused(folder: Path, source: str) -> PolicyFileError:
    path = folder / "facts.yml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_facts(path)
    assert caught.value.path == path
    return caught.value
