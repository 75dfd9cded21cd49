"""Dates told from the day of the question, by a feast or in short forms; and words that tell no day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.dates import find_dates
from koujing.text.spans import Span

ON = dt.date(2021, 9, 15)  # a Wednesday
DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2029, 12, 31))


def longest(said: str, on: dt.date = ON) -> Span:
    return max(find_dates(said, on), key=lambda span: span.end - span.start)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        # weeks
        ("上礼拜三", "2021-09-08", "2021-09-08"),
        ("上周五", "2021-09-10", "2021-09-10"),
        ("上上个星期天", "2021-09-05", "2021-09-05"),
        ("上周", "2021-09-06", "2021-09-12"),
        ("这周", "2021-09-13", "2021-09-19"),
        ("下周一", "2021-09-20", "2021-09-20"),
        ("上周末", "2021-09-11", "2021-09-12"),
        # days and spells before
        ("前天", "2021-09-13", "2021-09-13"),
        ("寻日", "2021-09-14", "2021-09-14"),
        ("前几天", "2021-09-06", "2021-09-14"),
        ("半个月前", "2021-08-27", "2021-09-04"),
        ("两周前", "2021-08-28", "2021-09-05"),
        ("三个月前", "2021-06-01", "2021-06-30"),
        # parts of a month or a year
        ("月初", "2021-09-01", "2021-09-10"),
        ("上个月底", "2021-08-21", "2021-08-31"),
        ("8月最后一天", "2021-08-31", "2021-08-31"),
        ("今年上半年", "2021-01-01", "2021-06-30"),
        ("上半年", "2021-01-01", "2021-06-30"),
        ("年初", "2021-01-01", "2021-02-28"),
        ("去年年尾", "2020-12-01", "2020-12-31"),
        ("六月份", "2021-06-01", "2021-06-30"),
        ("去年这个时候", "2020-09-01", "2020-09-30"),
        # feasts
        ("国庆前", "2021-09-16", "2021-09-30"),
        ("元旦前后", "2020-12-17", "2021-01-16"),
        ("五一后", "2021-05-01", "2021-05-16"),
        ("去年双十一那天", "2020-11-11", "2020-11-11"),
        ("春节", "2021-02-12", "2021-02-12"),
        ("去年春节后", "2020-01-25", "2020-02-09"),
        ("刚过完年", "2021-02-12", "2021-02-27"),
        ("除夕", "2021-02-11", "2021-02-11"),
        ("端午节", "2021-06-14", "2021-06-14"),
        ("中秋前", "2021-09-06", "2021-09-20"),
        # short forms
        ("2021.3.5", "2021-03-05", "2021-03-05"),
        ("21.3.5", "2021-03-05", "2021-03-05"),
        ("20210305", "2021-03-05", "2021-03-05"),
        ("21年3月", "2021-03-01", "2021-03-31"),
        ("三月三号", "2021-03-03", "2021-03-03"),
        ("12.31被裁", "2021-12-31", "2021-12-31"),
        ("失业日期12/31", "2021-12-31", "2021-12-31"),
        ("7.15号", "2021-07-15", "2021-07-15"),
    ],
)
def test_days_told_from_today(said: str, low: str, high: str) -> None:
    span = longest(said)
    assert (str(span.low), str(span.high)) == (low, high)


@pytest.mark.parametrize(
    "said",
    ["最近", "刚刚", "前阵子", "这年头", "周末", "4.5个月", "裁员率5.5", "12.5%", "1/3", "十一个人", "下周岁", "30/50"],
)
def test_what_tells_no_day(said: str) -> None:
    assert find_dates(said, ON) == []


def test_a_lunar_feast_past_its_table_is_no_date() -> None:
    assert find_dates("春节", dt.date(2040, 3, 1)) == []


@given(DAYS)
def test_a_day_of_last_week_is_in_last_week(on: dt.date) -> None:
    monday = on - dt.timedelta(on.weekday() + 7)
    for index, name in enumerate("一二三四五六日"):
        assert longest(f"上周{name}", on).low == monday + dt.timedelta(index)


@given(DAYS)
def test_past_words_name_no_day_to_come(on: dt.date) -> None:
    for said in ("昨天", "前天", "前几天", "上周", "上礼拜天", "上个月底", "半个月前", "去年这个时候", "去年国庆后"):
        high = longest(said, on).high
        assert isinstance(high, dt.date)
        assert high < on


@given(DAYS)
def test_short_and_full_forms_agree(day: dt.date) -> None:
    full = longest(f"{day.year}年{day.month}月{day.day}日").value
    for said in (f"{day:%y}.{day.month}.{day.day}", f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}"):
        assert longest(said).value == full
