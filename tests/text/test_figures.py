"""Numerals, amounts, durations and dates."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.amounts import find_money, find_percents
from koujing.text.dates import find_dates
from koujing.text.durations import find_durations
from koujing.text.figures import find_figures, fold
from koujing.text.numerals import find_numbers, parse_numeral

ON = dt.date(2021, 9, 15)
DIGITS = "零一二三四五六七八九"


def chinese(n: int) -> str:
    """The formal Chinese numeral of 0 to 99,999,999."""
    if n >= 10000:
        rest = n % 10000
        return chinese(n // 10000) + "万" + ("" if not rest else ("零" if rest < 1000 else "") + chinese(rest))
    said, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            said += ("零" if zero and said else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return (said[1:] if said.startswith("一十") and n < 20 else said) or "零"


@given(st.integers(0, 99_999_999))
def test_every_chinese_numeral_is_read(n: int) -> None:
    assert parse_numeral(chinese(n)) == n


@given(st.integers(0, 10**12))
def test_arabic_numerals_with_and_without_commas(n: int) -> None:
    assert parse_numeral(str(n)) == n
    assert parse_numeral(f"{n:,}") == n


@given(st.decimals(0, 9999, places=2))
def test_decimals_and_myriads(n: object) -> None:
    value = Fraction(str(n))
    assert parse_numeral(str(n)) == value
    assert parse_numeral(f"{n}万") == parse_numeral(f"{n}w") == value * 10000


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("两千三", 2300),
        ("一万五", 15000),
        ("一百零五", 105),
        ("三百二", 320),
        ("俩", 2),
        ("廿", 20),
        ("二〇二一", 2021),
        ("3千5", 3500),
        ("1.5万", 15000),
        ("三万两千五", 32500),
        ("十五", 15),
        ("两亿", 200000000),
    ],
)
def test_numerals_as_spoken(said: str, value: int) -> None:
    assert parse_numeral(said) == value


@pytest.mark.parametrize("said", ["", "百", "人", "万", "三个", "1.2.3"])
def test_what_is_no_numeral(said: str) -> None:
    assert parse_numeral(said) is None


@given(st.text(alphabet="一二三十百千万0123456789.,点半个年月日号多来几元块%去今底前 人", max_size=30))
def test_figures_never_overlap_nor_raise(text: str) -> None:
    spans = find_figures(text, ON)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[s.start : s.end] == s.said for s in spans)
    folded = fold(text, ON)
    assert folded.said(0, len(folded.text)) == text


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("二十来个人", 20, 29),
        ("十几个", 10, 19),
        ("20多个", 20, 29),
        ("三四十人", 30, 40),
        ("七八个", 7, 8),
        ("一百多", 100, 199),
    ],
)
def test_approximate_numbers_have_bounds(said: str, low: int, high: int) -> None:
    (span,) = find_numbers(said)
    assert span.approximate
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize("said", ["约30人", "30人左右", "大概三十个"])
def test_hedged_numbers_are_approximate(said: str) -> None:
    assert find_numbers(said)[0].approximate


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("百分之六", 6),
        ("6个点", 6),
        ("6.5%", Fraction(13, 2)),
        ("百分之五点五", Fraction(11, 2)),
        ("三分之一", Fraction(100, 3)),
        ("四成", 40),
        ("1/3", Fraction(100, 3)),
        ("20个百分点", 20),
    ],
)
def test_percents(said: str, value: Fraction) -> None:
    assert [s.value for s in find_percents(said)] == [value]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("五万元", 50000),
        ("3,200块", 3200),
        ("5w块钱", 50000),
        ("三百二十元", 320),
        ("18640块5", Fraction(37281, 2)),
        ("三块五", Fraction(7, 2)),
        ("一百块3个人", 100),
    ],
)
def test_money(said: str, value: Fraction) -> None:
    assert [s.value for s in find_money(said)] == [value]


@given(st.integers(0, 40), st.integers(0, 11))
def test_years_and_months_in_digits_and_words(years: int, months: int) -> None:
    total = years * 12 + months
    if not total:
        return
    for number in (str, chinese):
        said = (f"{number(years)}年" if years else "") + (f"{number(months)}个月" if months else "")
        assert [s.value for s in find_durations(f"交了{said}")] == [total]


@pytest.mark.parametrize(
    ("said", "value", "approximate"),
    [
        ("半年", 6, False),
        ("一年零三个月", 15, False),
        ("1年3个月", 15, False),
        ("两年半", 30, False),
        ("一个半月", Fraction(3, 2), False),
        ("9个多月", 9, True),
        ("一年多", 12, True),
        ("十几年", 120, True),
        ("两三年", 24, True),
        ("快一年", 12, True),
        ("三个季度", 9, False),
    ],
)
def test_durations(said: str, value: Fraction, approximate: bool) -> None:
    (span,) = find_durations(said)
    assert (span.value, span.approximate) == (value, approximate)


@pytest.mark.parametrize("said", ["2021年", "21年3月", "二〇二一年", "年底", "2020年度"])
def test_calendar_years_are_no_durations(said: str) -> None:
    assert find_durations(said) == []


@pytest.mark.parametrize(
    ("said", "low", "high", "precision"),
    [
        ("2021年8月3号", "2021-08-03", "2021-08-03", "day"),
        ("8月3日", "2021-08-03", "2021-08-03", "day"),
        ("2021-08-03", "2021-08-03", "2021-08-03", "day"),
        ("去年十二月二十八号", "2020-12-28", "2020-12-28", "day"),
        ("今年三月", "2021-03-01", "2021-03-31", "month"),
        ("21年3月", "2021-03-01", "2021-03-31", "month"),
        ("66年10月", "1966-10-01", "1966-10-31", "month"),
        ("上个月底", "2021-08-21", "2021-08-31", "vague"),
        ("2020年末", "2020-12-01", "2020-12-31", "month"),
        ("去年", "2020-01-01", "2020-12-31", "year"),
        ("零五年退伍", "2005-01-01", "2005-12-31", "year"),
        ("63年的", "1963-01-01", "1963-12-31", "year"),
        ("三天前", "2021-09-12", "2021-09-12", "day"),
        ("半年前", "2021-03-01", "2021-03-31", "month"),
        ("昨天", "2021-09-14", "2021-09-14", "day"),
        ("国庆", "2021-10-01", "2021-10-01", "vague"),
    ],
)
def test_dates(said: str, low: str, high: str, precision: str) -> None:
    span = max(find_dates(said, ON), key=lambda s: s.end - s.start)
    assert (str(span.low), str(span.high), span.precision) == (low, high, precision)


@pytest.mark.parametrize("said", ["2021年2月30日", "13月", "12个月", "工龄38年", "第三年"])
def test_no_dates(said: str) -> None:
    assert find_dates(said, ON) == []


@given(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)))
def test_every_full_date_is_read(day: dt.date) -> None:
    for said in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日"):
        assert [s.value for s in find_dates(said, ON)] == [day]
