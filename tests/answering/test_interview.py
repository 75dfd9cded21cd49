"""Interviews steered by the asker, and known complaints of Rasa assistants as regressions, named after their threads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koujing.answering.reply import Reply
from tests.answering.replies import policies
from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read

ELIGIBLE = {
    "is_unemployed": True,
    "was_insured": True,
    "benefit_qualified": False,
    "unemployment_date": "2021-05-10",
    "assistance_received": False,
    "benefit_exhausted": False,
}
WORDS = {
    "is_unemployed": "是的",
    "was_insured": "交过",
    "benefit_qualified": "不符合",
    "unemployment_date": "2021年5月10日",
    "assistance_received": "没有",
    "benefit_exhausted": "不是",
}


def interview(**facts: Any) -> tuple[Session, Reply]:
    session = Session("huludao")
    return session, session.ask("我能领失业补助金吗", f"{ASSISTANCE}.eligibility", **(facts or {"is_unemployed": True}))


def finish(session: Session, reply: Reply) -> tuple[Reply, list[str]]:
    """Answer all that is asked; the last reply and what was asked."""
    asked = []
    while reply["ask"]:
        asked.append(reply["ask"]["fact"])
        reply = session.say(read(WORDS[asked[-1]], "nonsense"))[-1]
    return reply, asked


def test_an_interview_ends_with_the_verdict_and_asks_nothing_twice() -> None:
    reply, asked = finish(*interview())
    assert reply["verdict"] == "eligible"
    assert len(asked) == len(set(asked))


def answered(text: str, fact: str, **shares: float) -> Reply:
    """The reply to an answer to what is asked first, of which it was learnt how likely it means each value."""
    session, reply = interview()
    assert reply["ask"]["fact"] == fact
    return session.say({**read(text, "nonsense"), "answers": {fact: shares}})[0]


@pytest.mark.parametrize(
    ("text", "yes", "no", "value"),
    [
        # what the words alone do not say
        ("老板抠门得很一分钱也掏不出", 0.05, 0.9, False),
        ("单位抠门得很", 0.9, 0.05, True),
        ("单位抠门得很", 0.6, 0.3, None),
        # what the words alone say, and answers so worded do not mean
        ("有是有人家不给办", 0.1, 0.9, False),
        ("有是有人家不给办", 0.3, 0.6, None),
        ("有是有人家不给办", 0.6, 0.3, True),
        # what is as short as this says no more than its words
        ("有的", 0.1, 0.9, True),
        ("没有", 0.9, 0.1, False),
        # what asks is no answer, however like one it is worded
        ("单位不给上咋办", 0.1, 0.9, None),
        ("厂里给上的是什么险", 0.9, 0.1, None),
    ],
)
def test_an_answer_is_read_by_how_such_answers_are_worded(text: str, yes: float, no: float, value: bool | None) -> None:
    reply = answered(text, "was_insured", true=yes, false=no)
    assert reply["facts"].get("was_insured", {}).get("value") is value
    if value is None:
        assert reply["ask"]["fact"] == "was_insured"


@pytest.mark.parametrize(("other", "kind"), [(0.1, "law_firm"), (0.2, None)])
def test_an_option_is_named_by_how_such_answers_are_worded(other: float, kind: str | None) -> None:
    session = Session("huludao")
    reply = session.ask("能领吗", f"{REFUND}.eligibility", insured_headcount=28, layoffs_last_year=0)
    assert reply["ask"]["fact"] == "unit_kind"
    answers = {"unit_kind": {"law_firm": 0.3, "enterprise": other}}
    (reply,) = session.say({**read("替人打官司写状子的", "nonsense"), "answers": answers})
    assert reply["facts"].get("unit_kind", {}).get("value") == kind


def test_a_fact_not_understood_twice_is_set_aside() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    again = session.ask("呜啦啦", "nonsense")
    assert again["ask"]["fact"] == first
    assert again["text"].startswith("没有听懂这个回答")
    aside = session.ask("呜啦啦", "nonsense")
    frame = policies().wordings["set_aside"].split("{text}")[0]
    assert aside["text"].startswith(frame)
    assert aside["plain"] is None or aside["plain"].startswith(frame)
    second = aside["ask"]["fact"]
    assert second != first
    # The next one has its own two tries, and is not asked about what was set aside.
    assert session.ask("呜啦啦", "nonsense")["ask"]["fact"] == second
    done, asked = finish(session, session.ask(WORDS[second], "nonsense"))
    assert not {first, second} & set(asked)
    assert done["verdict"] != "eligible"


def test_what_was_set_aside_can_be_told_later_and_taken_up_again() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    for _ in range(2):
        reply = session.ask("呜啦啦", "nonsense")
    assert session.ask("上一步", "nonsense")["ask"]["fact"] == first
    for _ in range(2):
        reply = session.ask("呜啦啦", "nonsense")
    reply = session.say(read("失业险厂里给上的", "nonsense", was_insured=True))[-1]
    done, asked = finish(session, reply)
    assert first not in asked
    assert done["verdict"] == "eligible"


def test_an_answer_between_two_not_understood_sets_nothing_aside() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    session.ask("呜啦啦", "nonsense")
    reply = session.ask(WORDS[first], "nonsense")
    assert reply["facts"][first]["value"] == ELIGIBLE[first]
    second = reply["ask"]["fact"]
    assert session.ask("呜啦啦", "nonsense")["ask"]["fact"] == second


def test_the_place_is_asked_until_it_is_known() -> None:
    session = Session()
    session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
    for _ in range(4):
        assert session.ask("呜啦啦", "nonsense")["ask"]["fact"] == "region"


@pytest.mark.parametrize(
    ("topic", "share", "status"),
    [
        ("distress", 0.49, "clarifying"),
        ("distress", 0.5, "signposted"),
        ("fraud", 0.3, "clarifying"),
        ("fraud", 0.9, "signposted"),
        ("wage_arrears", 0.4, "clarifying"),
    ],
)
def test_in_the_middle_of_an_interview_what_is_urgent_must_be_rather_sure(
    topic: str, share: float, status: str
) -> None:
    session, reply = interview()
    understood = read("如今在家抠脚发愁", topic)
    understood["questions"][0]["share"] = share
    answered = session.say(understood)[0]
    assert answered["status"] == status
    if status == "clarifying":
        assert answered["ask"]["fact"] == reply["ask"]["fact"]


@pytest.mark.parametrize("topic", ["distress", "fraud", "wage_arrears", "labour_dispute"])
def test_outside_an_interview_what_is_urgent_need_not_be_sure(topic: str) -> None:
    understood = read("如今在家抠脚发愁", topic)
    understood["questions"][0]["share"] = 0.2
    assert Session("huludao").say(understood)[0]["status"] == "signposted"


def test_why_is_explained_and_the_question_stays() -> None:
    session, reply = interview()
    fact = reply["ask"]["fact"]
    explained = session.ask("为什么问这个", "no_matter.overview")
    assert (explained["status"], explained["ask"]["fact"]) == ("clarifying", fact)


@pytest.mark.parametrize("aspect", ["overview", "materials", "processing_time"])
def test_facts_told_after_a_general_answer_are_judged(aspect: str) -> None:
    session = Session("huludao")
    assert session.ask("稳岗返还的事", f"{REFUND}.{aspect}")["verdict"] is None
    facts = {"unit_kind": "enterprise", "insured_headcount": 28, "layoffs_last_year": 0}
    assert session.ask("企业参保28人，没裁人", "nonsense", **facts)["verdict"] == "eligible"


def test_what_is_still_lacking_is_said_and_the_question_stays() -> None:
    session, reply = interview()
    lacking = session.ask("还差什么", "no_matter.overview")
    assert lacking["ask"] == reply["ask"]
    unknown = [each["condition"] for each in reply["reasons"] if each["holds"] is None]
    assert unknown
    assert all(condition in lacking["text"] for condition in unknown)
    assert lacking["text"].endswith(reply["ask"]["question"])


def test_back_takes_the_last_answer_back_and_asks_again() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    session.ask(WORDS[first], "nonsense")
    reply = session.ask("上一步", "nonsense")
    assert reply["ask"]["fact"] == first
    assert first not in reply["facts"]


def test_what_is_dropped_is_asked_no_more_but_remembered() -> None:
    session, _ = interview()
    reply = session.ask("换个问题", "nonsense")
    assert (reply["status"], reply["ask"]) == ("smalltalk", None)
    assert session.ask("能领多久", f"{ASSISTANCE}.duration")["facts"]["is_unemployed"]["value"] is True


def test_plainer_words_of_the_same_answer() -> None:
    session = Session("huludao")
    said = session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
    plain = session.ask("说简单点", "no_matter.overview")
    assert (plain["text"], plain["citations"]) == (said["plain"], said["citations"])


def test_why_not_is_told_by_condition_and_clause() -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "insured_headcount": 100, "layoffs_last_year": 7}
    assert session.ask("能返吗", f"{REFUND}.eligibility", **facts)["verdict"] == "ineligible"
    reply = session.ask("为什么不符合", "politics_religion_other")
    assert reply["verdict"] == "ineligible"
    assert "第（一）项" in reply["text"]


def test_rasa_7751_a_digression_is_answered_and_the_same_question_comes_back() -> None:
    session, reply = interview()
    fact = reply["ask"]["fact"]
    answered, again = session.say(read("稳岗返还什么时候截止？", f"{REFUND}.deadline"))
    assert (answered["matter"], again["ask"]["fact"]) == (REFUND, fact)
    done, asked = finish(session, again)
    assert done["verdict"] == "eligible"
    assert len(asked) == len(set(asked))


def test_rasa_9006_an_earlier_answer_can_be_changed() -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "insured_headcount": 28, "layoffs_last_year": 3}
    assert session.ask("能返吗", f"{REFUND}.eligibility", **facts)["verdict"] == "eligible"
    reply = session.ask("不对,参保的是32人", "nonsense", insured_headcount=32)
    assert (reply["verdict"], reply["facts"]["insured_headcount"]["value"]) == ("ineligible", 32)


def test_rasa_5091_what_was_told_outlives_any_pause() -> None:
    session, reply = interview()
    session.memory = json.dumps(json.loads(session.memory), sort_keys=True)
    assert finish(session, reply)[0]["facts"]["is_unemployed"]["value"] is True


def test_rasa_387_what_is_outside_is_not_answered_from_inside() -> None:
    session, _ = interview()
    reply = session.ask("医保怎么报销", "medical")
    assert (reply["status"], reply["verdict"]) == ("outside_scope", None)


def test_rasa_sdk_389_after_an_unhappy_path_the_right_fact_is_taken() -> None:
    session, reply = interview()
    first = reply["ask"]["fact"]
    assert session.ask("啊啊啊", "nonsense")["ask"]["fact"] == first
    session.ask("医保怎么报销", "medical")
    reply = session.ask(WORDS[first], "nonsense")
    assert reply["facts"][first]["value"] == ELIGIBLE[first]
    assert reply["ask"]["fact"] != first


def test_unknown_is_never_counted_as_yes() -> None:
    session, reply = interview()
    while reply["ask"]:
        reply = session.ask("不知道", "nonsense")
        assert reply["verdict"] != "eligible"
    assert reply["verdict"] is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["answer", "why", "unknown", "back", "digress", "noise"]), max_size=14))
def test_whatever_the_order_the_verdict_is_that_of_the_facts(moves: list[str]) -> None:
    """Random answers, doubts and digressions: no exception, and a verdict only as the told facts decide it."""
    session, reply = interview()
    said = {"why": "为什么问这个", "unknown": "不知道", "back": "上一步", "noise": "呜啦啦"}
    for move in moves:
        if move == "digress":
            reply = session.say(read("稳岗返还什么时候截止？", f"{REFUND}.deadline"))[-1]
        elif move == "answer" and reply["ask"]:
            reply = session.say(read(WORDS.get(reply["ask"]["fact"], "不知道"), "nonsense"))[-1]
        elif move != "answer":
            reply = session.say(read(said[move], "nonsense"))[-1]
    told = {id: entry["value"] for id, entry in reply["facts"].items() if entry["confirmed"]}
    assert told.items() <= ELIGIBLE.items()
    assert reply["verdict"] != "ineligible"


@pytest.mark.parametrize(
    ("text", "value"), [("我没领过失业金", None), ("冇攞过", None), ("不够条件", False), ("不符合", False)]
)
def test_who_has_received_nothing_may_well_be_entitled(text: str, value: bool | None) -> None:
    session = Session("guangzhou")
    told = {"was_insured": True, "is_unemployed": True}
    reply = session.ask("我能领失业补助金吗", "unemployment_assistance.eligibility", **told)
    assert reply["ask"]["fact"] == "benefit_qualified"
    reply = session.say(read(text, "nonsense"))[0]
    assert reply["facts"].get("benefit_qualified", {}).get("value") is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("是城里的", None),
        ("系城镇嘅", None),
        ("我们是城里的,家里没地", None),
        ("是", True),
        ("是的", True),
        ("是脱贫户", True),
        ("是这样的", True),
        ("不是", False),
    ],
)
def test_what_else_somebody_is_is_no_yes_to_what_was_asked(text: str, value: bool | None) -> None:
    session = Session("huludao")
    reply = session.ask("我算就业困难人员吗", "hardship_persons.eligibility", age=50, sex="female")
    assert reply["ask"]["fact"] == "is_poverty_alleviated"
    (reply, *_) = session.say(read(text, "nonsense"))
    assert (reply["facts"].get("is_poverty_alleviated") or {}).get("value") is value


def test_a_case_put_otherwise_in_an_interview_is_no_answer() -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "unit_insured": True, "layoffs_last_year": 3}
    reply = session.ask("能申请稳岗返还吗", "job_retention_refund.eligibility", **facts)
    assert reply["ask"]["fact"] == "insured_headcount"
    replies = session.say(read("那要是去年少裁6个呢", "job_retention_refund.eligibility"))
    assert all("insured_headcount" not in reply["facts"] for reply in replies)


def test_what_follows_from_the_answer_is_not_told_beside_it() -> None:
    session = Session("guangzhou")
    told = {"benefit_qualified": True, "was_insured": True}
    reply = session.ask("我能领失业补助金吗", "unemployment_assistance.eligibility", **told)
    assert reply["ask"]["fact"] == "benefit_exhausted"
    answer = {
        **read("领完了,啥工作没有", "nonsense", is_unemployed=True),
        "answers": {"benefit_exhausted": {"true": 0.7, "false": 0.2}},
    }
    assert session.say(answer)[0]["facts"]["benefit_exhausted"]["value"] is True


@pytest.mark.parametrize(
    ("text", "shares", "told", "value"),
    [
        ("我今年五十二", {"true": 0.85, "false": 0.1}, {"age": 52}, None),
        ("五十二了,一直都算的", {"true": 0.95, "false": 0.02}, {"age": 52}, None),
        ("正在办", {"true": 0.52, "false": 0.39}, {}, None),
        # so surely a yes, one may be as short as that, and tell a like fact beside
        ("在册", {"true": 0.97, "false": 0.02}, {}, True),
        ("在册", {"true": 0.9, "false": 0.02}, {}, None),
        ("全家都在册", {"true": 0.96, "false": 0.02}, {"poverty_alleviated_family": True}, True),
        ("我妈是", {"true": 0.9, "false": 0.05}, {}, None),
        ("一直都算在里面的", {"true": 0.9, "false": 0.05}, {}, True),
        ("是的呀", {"true": 0.3, "false": 0.1}, {}, True),
        # a denial of something near denies what is asked, where it is not likelier a yes
        ("不是农村的", {"true": 0.01, "false": 0.2}, {"is_rural_trainee": False}, False),
        ("没领过钱", {"true": 0.01, "false": 0.1}, {"assistance_received": False}, None),
    ],
)
def test_what_is_no_plain_yes_becomes_one_only_where_it_is_learnt_to_be(
    text: str, shares: dict[str, float], told: dict[str, Any], value: bool | None
) -> None:
    session = Session("huludao")
    reply = session.ask("我算就业困难人员吗", "hardship_persons.eligibility", age=50, sex="female")
    assert reply["ask"]["fact"] == "is_poverty_alleviated"
    reply = session.say({**read(text, "nonsense", **told), "answers": {"is_poverty_alleviated": shares}})[0]
    assert reply["facts"].get("is_poverty_alleviated", {}).get("value") is value


def test_what_the_question_speaks_of_as_well_is_no_word_aside() -> None:
    session = Session("huludao")
    told = {"graduate_kind": "university", "in_graduation_year": True, "trained_in_graduation_year": True}
    reply = session.ask("培训补贴有我的份吗", "graduate_training_subsidy.eligibility", **told)
    assert reply["ask"]["fact"] == "certificate_in_graduation_year"
    answer = {
        **read("六月里发的,中级", "nonsense", certificate_obtained=True),
        "answers": {"certificate_in_graduation_year": {"true": 0.9, "false": 0.02}},
    }
    assert session.say(answer)[0]["facts"]["certificate_in_graduation_year"]["value"] is True


@pytest.mark.parametrize(
    ("text", "shares", "value"),
    [
        ("都没活干", {"true": 0.7, "false": 0.1}, True),
        ("没活", {"true": 0.7, "false": 0.1}, True),
        ("没活", {"true": 0.5, "false": 0.3}, None),  # his own work, and not that of all
    ],
)
def test_what_is_told_of_each_may_be_of_all(text: str, shares: dict[str, float], value: bool | None) -> None:
    session = Session("huludao")
    reply = session.ask("我家算零就业家庭吗", "zero_employment_family.eligibility", is_urban_resident_family=True)
    assert reply["ask"]["fact"] == "all_able_members_unemployed"
    answer = read(text, "nonsense", is_unemployed=True)
    reply = session.say({**answer, "answers": {"all_able_members_unemployed": shares}})[0]
    assert reply["facts"].get("all_able_members_unemployed", {}).get("value") is value


@pytest.mark.parametrize(
    ("text", "share", "value"),
    [("在册", 0.965, None), ("在册", 0.97, True), ("也许", 0.99, None), ("我们是城里的,不是", 0.1, False)],
)
def test_as_short_as_this_an_answer_must_be_most_surely_one(text: str, share: float, value: bool | None) -> None:
    session = Session("huludao")
    session.ask("我算就业困难人员吗", "hardship_persons.eligibility", age=50, sex="female")
    answers = {"is_poverty_alleviated": {"true": share, "false": 0.01}}
    reply = session.say({**read(text, "nonsense"), "answers": answers})[0]
    assert reply["facts"].get("is_poverty_alleviated", {}).get("value") is value
