"""Short messages as answers to what was just asked."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.answering.pending import answer_to, figure_told, names_place, option_of, speaks_of
from koujing.knowledge.facts import Fact
from koujing.settings import DEMO_DATE
from tests.answering.replies import policies

FACTS, WORDS = policies().facts, policies().dialogue


def told(fact: str, text: str) -> Fact | None:
    return answer_to(FACTS[fact], text, DEMO_DATE, WORDS)


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("is_unemployed", "是的", True),
        ("is_unemployed", "对，", True),
        ("is_unemployed", "没错", True),
        ("is_unemployed", "系", True),
        ("is_unemployed", "不是", False),
        ("is_unemployed", "没有。", False),
        ("is_unemployed", "冇", False),
        ("unit_kind", "企业", "enterprise"),
        ("unit_kind", "law_firm", "law_firm"),
        ("unit_kind", "我们是基金会", "foundation"),
        ("unit_kind", "民办非企业单位", "social_service"),
        ("sex", "女", "female"),
        ("post_kind", "干部", "cadre"),
        ("insured_headcount", "28", Fraction(28)),
        ("insured_headcount", "二十八个人", Fraction(28)),
        ("layoffs_last_year", "0", Fraction(0)),
        ("layoff_rate", "5.5%", Fraction(11, 2)),
        ("contributions_last_year", "5万", Fraction(50000)),
        ("insured_months", "一年三个月", Fraction(15)),
        ("unemployment_date", "2021年3月5日", dt.date(2021, 3, 5)),
        ("unemployment_date", "2021-03-05", dt.date(2021, 3, 5)),
        ("birth_month", "1970年3月", dt.date(1970, 3, 1)),
    ],
)
def test_answers(fact: str, text: str, value: Any) -> None:
    assert told(fact, text) == Fact(value)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        # questions
        ("is_unemployed", "是不是要失业登记"),
        ("is_unemployed", "有什么用"),
        ("is_unemployed", "要多少钱？"),
        ("is_unemployed", "能不能不说"),
        ("insured_headcount", "28人怎么算"),
        ("unit_kind", "企业指哪些"),
        # neither yes nor no
        ("is_unemployed", "不知道"),
        ("is_unemployed", "不清楚"),
        ("is_unemployed", "好像是"),
        ("is_unemployed", "可能有吧"),
        ("is_unemployed", "对不起"),
        ("is_unemployed", "随便"),
        # more than one meaning
        ("unit_kind", "个体"),
        ("insured_headcount", "28或者30"),
        # no value of this kind
        ("insured_headcount", "很多"),
        ("insured_headcount", "0"),
        ("unemployment_date", "28"),
        ("insured_headcount", ""),
        ("is_unemployed", "我以前在厂里干了十几年后来厂子倒闭了一直打零工到现在"),
    ],
)
def test_no_answers(fact: str, text: str) -> None:
    assert told(fact, text) is None


@given(st.text(max_size=30), st.sampled_from(sorted(FACTS)))
def test_whatever_is_typed_gives_a_value_of_the_kind_or_nothing(text: str, fact: str) -> None:
    answer = told(fact, text)
    value = answer.value if answer else None
    if isinstance(value, str):
        assert value in FACTS[fact].options
    elif value is not None:
        FACTS[fact].words(value)


@pytest.mark.parametrize(
    ("fact", "text", "low", "high"),
    [
        ("insured_headcount", "二十来个", 20, 29),
        ("insured_months", "一年多", 12, 23),
    ],
)
def test_a_vague_figure_is_not_sure_but_bounded(fact: str, text: str, low: int, high: int) -> None:
    answer = told(fact, text)
    assert answer is not None
    assert (answer.confirmed, answer.low, answer.high) == (False, Fraction(low), Fraction(high))
    assert answer.said is not None
    assert text.startswith(answer.said)


def test_none_at_all_is_zero_where_zero_is_a_count() -> None:
    assert told("layoffs_last_year", "没有") == Fact(Fraction(0))
    assert told("insured_headcount", "没有") is None


@pytest.mark.parametrize(
    ("fact", "text", "may_be"),
    [
        ("insured_headcount", "32人", True),
        ("insured_months", "32人", False),
        ("insured_months", "3个月", True),
        ("layoff_rate", "6%", True),
        ("contributions_last_year", "6%", False),
        ("insured_headcount", "32", True),
    ],
)
def test_the_unit_said_must_be_that_of_the_fact(fact: str, text: str, may_be: bool) -> None:
    assert speaks_of(FACTS[fact], text) is may_be


def test_an_option_is_named_by_label_value_or_part_of_it() -> None:
    options = [{"value": "a", "label": "工人岗位"}, {"value": "b", "label": "管理技术岗位（干部）"}]
    assert [option_of(options, text) for text in ("a", "干部", "岗位", "没有")] == [options[0], options[1], None, None]


@pytest.mark.parametrize(
    ("text", "surfaces", "is_place"),
    [
        ("葫芦岛", ["葫芦岛"], True),
        ("我在葫芦岛这边", ["葫芦岛"], True),
        ("广州呢？", ["广州"], True),
        ("葫芦岛医保怎么报销", ["葫芦岛"], False),
        ("广州能领吗", ["广州"], False),
        ("户口在葫芦岛市连山区，社保交在广州", ["葫芦岛市连山区", "广州"], True),
        ("葫芦岛我有个亲戚去年开了家店请了三个人", ["葫芦岛"], False),
    ],
)
def test_a_place_said_alone(text: str, surfaces: list[str], is_place: bool) -> None:
    assert names_place(text, surfaces, WORDS) is is_place


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("insured_months", "他交了才九个月来着", "9"),
        ("insured_months", "他交了九个月，我交了十个月", None),
        ("insured_months", "他大概交了九个多月", None),
        ("accepted_year", "那个是2019年3月批下来的", "2019"),
        ("accepted_year", "2019年报的，2020年批的", None),
        ("accepted_year", "三月批下来的", None),
        ("insured_headcount", "后来就剩18个人了", "18"),
    ],
)
def test_a_figure_is_told_in_words_of_any_length(fact: str, text: str, value: str | None) -> None:
    found = figure_told(policies().facts[fact], text, DEMO_DATE)
    assert (found and str(found.value)) == value
