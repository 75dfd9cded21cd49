from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from koujing.answering.reply import blank
from tests.evaluation.figures import figures_in, figures_of_value, unsupported
from tests.evaluation.lexical_baseline import best_threshold
from tests.evaluation.measures import measure, missed, question_values
from tests.evaluation.questions import Expected, Figure, Question
from tests.evaluation.scoring import Ground, Score, clause_hit, score

ON = dt.date(2021, 9, 15)
GROUND = Ground(frozenset({"huludao"}), frozenset({"6%", "2021", "12", "31"}))
THRESHOLDS = {"at_least": {"clause": 0.97}, "at_most": {"wrong_figures": 0, "wrong_regions": 0}}


def asked(*expected: Expected, kind: str = "direct", text: str = "裁员率多少", **given: Any) -> Question:
    return Question("t", kind, text, "huludao", ON, expected or (wanted(),), **given)


def wanted(*status: str, **given: Any) -> Expected:
    return Expected(frozenset(status or {"answered"}), **{"clauses": ("hld-2021-2:1",), **given})


def reply(status: str = "answered", text: str = "可以。", cited: str | None = "hld-2021-2:1", **given: Any) -> Any:
    notice = {"notice": "葫人社发〔2021〕2号", "region": "huludao", "url": None}
    quoted = {**notice, "heading": "稳岗返还", "quote": "30人（含）以下"}
    citations = [{"clause": cited, **quoted}] if cited else []
    return blank(status, text, ON, **{"citations": citations, **given})


def amount(value: str, unit: str = "CNY") -> dict[str, Any]:
    given = {"label": "上限", "value": value, "unit": unit}
    return {**given, "qualifier": "at_most", "formula": "50000×60％", "clause": None}


def judged(question: Question, *replies: Any) -> Score:
    return score(question, replies, GROUND)


@pytest.mark.parametrize(
    ("cited", "acceptable", "hit"),
    [
        ("hld-2021-2:a2.1", ["hld-2021-2:a2.1"], True),
        ("hld-2021-2:a2.1.3", ["hld-2021-2:a2.1"], True),
        ("hld-2021-2:a2.1", ["hld-2021-2:a2.1.3"], False),
        ("hld-2021-2:a2.1", ["hld-2021-2:a2.1.3", "hld-2021-2:a2.1"], True),
        ("hld-2021-2:a2.1.10", ["hld-2021-2:a2.1.1"], False),
        ("hld-2021-2:14", ["hld-2021-2:1"], False),
    ],
)
def test_a_clause_is_hit_by_itself_and_what_lies_in_it(cited: str, acceptable: list[str], hit: bool) -> None:
    assert clause_hit(cited, acceptable) is hit


def test_only_the_first_citation_counts() -> None:
    other = reply(cited="hld-2021-2:2")
    other["citations"] += reply()["citations"]
    assert judged(asked(), other).parts[0].clause is False


def test_only_the_first_reply_counts_for_one_question() -> None:
    found = judged(asked(), reply(cited="hld-2021-2:2"), reply())
    assert found.parts[0].clause is False
    assert measure([found]).extra_replies == 1


def test_asking_back_is_a_miss_only_where_it_is_not_right() -> None:
    asking = reply("clarifying", "请问是哪个地方？", cited=None)
    right = judged(asked(wanted("clarifying", "answered")), asking)
    assert right.parts[0].clause is None
    assert right.failures == []
    wrong = judged(asked(), asking)
    assert wrong.parts[0].clause is False
    assert wrong.parts[0].status is False
    assert measure([right, wrong]).asked_back == 1


def test_a_question_without_clauses_measures_none() -> None:
    assert judged(asked(wanted("referred", clauses=())), reply("referred")).parts[0].clause is None


def test_no_reply_fails_all_that_is_measured() -> None:
    expected = wanted(verdict="eligible", amounts=(Figure(Decimal(1), "CNY"),))
    found = score(asked(expected), (), GROUND, "HTTP 500")
    assert found.failures == ["条款", "状态", "判定", "金额", "没有答复：HTTP 500"]
    assert not found.declined


def test_a_verdict_is_held_against_the_expected_one() -> None:
    question = asked(wanted("determined", verdict="eligible"))
    assert judged(question, reply("determined", verdict="eligible")).parts[0].verdict is True
    given = judged(question, reply("determined", verdict="ineligible")).parts[0]
    assert (given.verdict, given.verdict_given) == (False, True)
    silent = judged(question, reply()).parts[0]
    assert (silent.verdict, silent.verdict_given) == (False, False)
    assert judged(asked(), reply("determined", verdict="eligible")).parts[0].verdict is None


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ([amount("30000")], True),
        ([amount("30000.00")], True),
        ([amount("60", "percent"), amount("30000")], True),
        ([amount("30000", "CNY/month")], False),
        ([amount("3000")], False),
        ([{**amount("1"), "value": None}], False),
        ([], False),
    ],
)
def test_every_expected_amount_must_be_given(given: list[dict[str, Any]], right: bool) -> None:
    question = asked(wanted(amounts=(Figure(Decimal(30000), "CNY"),)))
    assert judged(question, reply(amounts=given)).parts[0].amount is right


@pytest.mark.parametrize("where", ["text", "plain"])
def test_what_must_not_be_said_is_found_in_both_wordings(where: str) -> None:
    found = judged(asked(wanted(must_not=("5个工作日",))), reply(**{where: "5个工作日办结。"}))
    assert found.forbidden == ("5个工作日",)
    assert "5" in found.invented
    assert found.wrong_figure


def test_a_forbidden_figure_is_not_found_inside_a_longer_number() -> None:
    question = asked(wanted(must_not=("6％",)), text="裁了16％、1.6％")
    assert judged(question, reply(text="16％和1.6％都看。")).forbidden == ()
    assert judged(question, reply(text="不高于6％。")).forbidden == ("6％",)


@pytest.mark.parametrize(
    "text",
    [
        "裁员率不高于6％。",  # the region's parameters
        "30人（含）以下。",  # the quote
        "2021年12月31日前申请。",
        "按您说的：公司45个人。",  # the question
        "最多返还3万元，也就是30,000元（50000×60％）。",  # the amounts
        "去年裁员4.44％。",  # a value of the reasons
        "公司28人。",  # the facts
        "葫人社发〔2021〕2号第（一）项，第3项，12333。",  # no figures
        "一次性求职创业补贴。",
        "2022年6月30日止。",  # a window
    ],
)
def test_a_figure_that_something_proves_is_right(text: str) -> None:
    proven = reply(
        text=text,
        amounts=[amount("30000")],
        facts={"insured_headcount": {"value": 28, "unit": "人", "said": "28个人", "confirmed": True}},
        reasons=[{"condition": "裁员率", "fact": "layoff_rate", "value": "4.4444", "holds": True, "clause": None, "referred_to": None}],
        windows=[{"of": "payout", "opens": None, "closes": "2022-06-30", "state": "open", "clause": None}],
    )  # fmt: skip
    assert judged(asked(text="我们公司45个人"), proven).invented == ()


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("裁员率不高于7％。", ("7%",)),
        ("满60人。", ("60",)),
        ("可领三个月。", ("3",)),
        ("2021年11月30日前。", ("11",)),
        ("不高于6元。", ("6",)),
    ],
)
def test_a_figure_that_nothing_proves_is_wrong(text: str, invented: tuple[str, ...]) -> None:
    assert judged(asked(), reply(text=text)).invented == invented


def test_the_name_of_a_document_states_no_figure_but_only_word_for_word() -> None:
    ground = Ground(GROUND.regions, GROUND.figures, ("收录至2020年7月26日", "《办法》（2024年9月13日批准）"))
    named = score(asked(), [reply(text="本库收录至2020年7月26日的文件，按《办法》（2024年9月13日批准）。")], ground)
    assert named.invented == ()
    assert score(asked(), [reply(text="本库收录至2020年8月26日。")], ground).invented == ("2020", "26", "8")


def test_a_clause_from_elsewhere_is_wrong() -> None:
    elsewhere = reply()
    elsewhere["citations"][0] |= {"clause": "gd-2021-28:1", "region": "guangdong"}
    found = judged(asked(), elsewhere)
    assert found.foreign == ("gd-2021-28:1",)
    assert missed(question_values([found]), THRESHOLDS) == [
        "条款首中率 0.0％，应不低于 97.0％",
        "错误地区 1，应不高于 0",
    ]


def test_what_is_out_of_scope_must_be_declined_by_every_reply() -> None:
    question = asked(wanted("outside_scope", clauses=()), kind="oos_near")
    no = reply("outside_scope", "这里不答养老金。", cited=None)
    assert judged(question, no).failures == []
    assert judged(question, no, reply()).failures == ["该拒未拒"]


def test_declining_is_counted_three_ways() -> None:
    outside = asked(wanted("outside_scope", clauses=()), kind="oos_far")
    either = asked(wanted("outside_scope", "referred", clauses=()), kind="trap_region")
    no, yes = reply("outside_scope", "不答。", cited=None), reply()
    shares = measure(
        [judged(outside, no), judged(outside, yes), judged(asked(), yes), judged(asked(), no), judged(either, no)]
    ).abstention
    assert (shares.recall.hits, shares.recall.total) == (1, 2)
    assert (shares.false_refusals.hits, shares.false_refusals.total) == (1, 2)
    assert (shares.precision.hits, shares.precision.total) == (1, 2)


def test_two_questions_are_matched_in_the_order_that_fits() -> None:
    second = wanted(clauses=("hld-2021-2:6",))
    question = asked(wanted(), second, kind="two_questions")
    found = judged(question, reply(cited="hld-2021-2:6"), reply())
    assert found.failures == []
    assert [part.clause for part in found.parts] == [True, True]


def test_one_reply_answers_only_one_of_two_questions() -> None:
    question = asked(wanted(), wanted(clauses=("hld-2021-2:6",)), kind="two_questions")
    assert judged(question, reply()).failures == ["条款（第 2 问）", "状态（第 2 问）"]


def test_figures_are_made_comparable() -> None:
    assert figures_in("2021-08 至 2021年12月31日，６％不算，6％、1,500.50元、两年") >= {
        "2021",
        "8",
        "12",
        "31",
        "6%",
        "1500.5",
        "2",
    }
    assert figures_of_value("48000") == {"48000"}
    assert figures_of_value("10.7143") >= {"10.71", "10.7"}
    assert figures_of_value("5.5", "percent") == {"5.5%"}
    assert unsupported("10万元", {"100000"}) == []


def test_the_best_threshold_tells_inside_from_outside() -> None:
    assert best_threshold([5, 6, 7], [1, 2, 3]) == 5
    assert best_threshold([1, 5, 6, 7], [1, 2, 3]) == 5
    assert best_threshold([], [1]) == 0


@pytest.mark.parametrize(
    ("expected", "given", "label"),
    [
        ({"kinds": frozenset({"pension"})}, {"kind": "pension"}, "类别"),
        ({"region": "xingcheng"}, {"region": "xingcheng"}, "地区"),
        ({"facts": {"is_orphan": True}}, {"facts": {"is_orphan": {"value": True}}}, "事实"),
        ({"facts": {"layoff_rate": 6.5}}, {"facts": {"layoff_rate": {"value": "6.5"}}}, "事实"),
        ({"facts": {"birth_month": "1963-02-01"}}, {"facts": {"birth_month": {"value": "1963-02"}}}, "事实"),
        (
            {"items": {"eligible": ("tax_relief",)}},
            {"items": [{"matter": "tax_relief", "verdict": "eligible"}]},
            "清单",
        ),
        ({"asks": "region"}, {"ask": {"fact": "region"}}, "反问"),
    ],
)
def test_what_dialogue_asks_for_is_scored(expected: dict[str, Any], given: dict[str, Any], label: str) -> None:
    question = asked(wanted(clauses=(), **expected))
    assert judged(question, reply(**given)).failures == []
    assert judged(question, reply()).failures == [label]
    assert label in score(question, (), GROUND).failures
    assert judged(asked(), reply(**given)).failures == []


@pytest.mark.parametrize(
    ("wanted_value", "given"), [(True, 1), (1, True), (28, 27), ("person", "enterprise"), (0, None)]
)
def test_a_fact_with_another_value_is_not_given(wanted_value: Any, given: Any) -> None:
    question = asked(wanted(clauses=(), facts={"any": wanted_value}))
    assert judged(question, reply(facts={"any": {"value": given}})).failures == ["事实"]


@pytest.mark.parametrize(("wanted_value", "given"), [("1966-09", "1966-09-01"), ("1966-09-01", "1966-09")])
def test_a_month_is_its_first_day(wanted_value: str, given: str) -> None:
    question = asked(wanted(clauses=(), facts={"any": wanted_value}))
    assert judged(question, reply(facts={"any": {"value": given}})).failures == []


def test_a_listed_matter_must_have_the_expected_verdict() -> None:
    question = asked(wanted("listed", clauses=(), items={"eligible": ("tax_relief",), "need_info": ()}))
    listed = {"matter": "tax_relief", "verdict": "need_info"}
    assert judged(question, reply("listed", items=[listed])).failures == ["清单"]


def test_of_those_to_stop_at_only_what_may_not_be_answered_is_out_of_scope() -> None:
    stop = asked(wanted("outside_scope", "signposted", clauses=()), kind="stop")
    either = asked(wanted("outside_scope", "answered", clauses=()), kind="stop")
    place = asked(wanted("outside_region", clauses=()), kind="place")
    assert [each.out_of_scope for each in (stop, either, place)] == [True, False, False]
    assert [each.in_scope for each in (stop, either, place)] == [False, False, False]


def test_a_change_proves_its_figures() -> None:
    change = {"fact": "insured_months", "text": "再缴3个月", "earliest": "2021-11-01"}
    assert judged(asked(), reply(text="再缴3个月，最早2021年11月1日。", changes=[change])).invented == ()


def test_what_one_of_two_places_must_not_be_told_is_looked_for_there() -> None:
    question = asked(wanted(region="shenzhen", must_not=("60％",)), wanted(region="xingcheng"))
    here, there = reply(region="shenzhen", text="没有写。"), reply(region="xingcheng", text="不超过60％。")
    assert judged(question, here, there).forbidden == ()
    assert judged(question, {**here, "text": "不超过60％。"}, there).forbidden == ("60％",)
