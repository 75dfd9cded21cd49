"""The entrance of the core: regions never mix, silences are filled by nobody, and the right kind of reply comes out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from koujing.answering.answer import answer
from koujing.answering.reply import Reply
from koujing.knowledge.provisions import ASPECTS
from koujing.settings import DEMO_DATE
from tests.answering.replies import asked, known, misfits, policies, situation

MATTERS = list(policies().matters)
WORDED = "我能领吗，要什么条件"


def everything(region: str, on: dt.date = DEMO_DATE) -> list[tuple[str, str, Reply]]:
    """Every matter × every aspect asked in a region."""
    return [
        (matter, aspect, answer(policies(), asked(matter, aspect, WORDED), situation(region, on)))
        for matter in MATTERS
        for aspect in (*ASPECTS, "quote_original")
    ]


def notices(reply: Reply) -> set[str]:
    """The notices of all clauses that a reply rests on."""
    parts = [*reply["citations"], *reply["reasons"], *reply["amounts"], *reply["windows"]]
    return {part["clause"].split(":")[0] for part in parts if part["clause"]}


@pytest.mark.parametrize("on", [DEMO_DATE, dt.date(2022, 3, 1)])
@pytest.mark.parametrize(
    ("region", "own"),
    [
        ("guangdong", {"gd-2021-28"}),
        ("shenzhen", {"gd-2021-28"}),
        ("guangzhou", {"gd-2021-28", "gz-2021-fwd"}),
        ("tianhe", {"gd-2021-28", "gz-2021-fwd"}),
        ("huludao", {"hld-2021-2"}),
        ("xingcheng", {"hld-2021-2"}),
    ],
)
def test_a_region_is_answered_by_its_own_notices(region: str, own: set[str], on: dt.date) -> None:
    found = {}
    foreign = [n for n in policies().notices.values() if n.id not in own]
    for matter, aspect, reply in everything(region, on):
        errors = misfits(reply)
        if not notices(reply) <= own:
            errors.append(f"rests on {notices(reply)}")
        # Nor does the text name another region's document; what the place's own notice refers to may be named.
        errors += [f"names {notice.short}" for notice in foreign if notice.short in reply["text"]]
        errors += [
            f"speaks {c['id']}"
            for c in reply["calibers"]
            if c["id"].split(".")[0] not in policies().regions.chain(region)
        ]
        if errors:
            found[matter, aspect] = errors
    assert found == {}


@pytest.mark.parametrize("region", ["guangdong", "huludao"])
def test_every_aspect_has_an_answer_of_its_own_kind(region: str) -> None:
    statuses = {reply["status"] for _, _, reply in everything(region)}
    assert statuses <= {"answered", "referred", "quoted", "outside_scope"}
    for matter, aspect, reply in everything(region):
        spoken = bool(policies().chain(matter, region))
        assert (reply["status"] == "outside_scope") is not spoken, (matter, aspect)


@pytest.mark.parametrize("region", ["shenyang", "beijing", "dalian", "hongkong"])
def test_a_place_without_a_notice_is_outside(region: str) -> None:
    for _, _, reply in everything(region):
        assert misfits(reply) == []
        assert (reply["status"], reply["citations"], reply["calibers"]) == ("outside_region", [], [])


def test_no_facts_change_that() -> None:
    facts = {"is_unemployed": True, "was_insured": True, "benefit_qualified": False, "unemployment_date": "2021-03-01"}
    reply = answer(policies(), asked("unemployment_assistance", "eligibility", WORDED), situation("shenyang", **facts))
    assert reply["status"] == "outside_region"


def test_a_province_with_a_notice_below_it_is_asked_about() -> None:
    reply = answer(policies(), asked("job_retention_refund", "amount"), situation("liaoning"))
    assert misfits(reply) == []
    assert (reply["status"], reply["ask"]["fact"]) == ("clarifying", "region")
    assert [option["id"] for option in reply["ask"]["options"]] == ["huludao"]
    assert reply["citations"] == []


def test_without_a_region_it_is_asked_for() -> None:
    for matter in MATTERS:
        reply = answer(policies(), asked(matter, "how"), situation(None))
        assert misfits(reply) == []
        assert (reply["status"], reply["ask"]["fact"], reply["citations"]) == ("clarifying", "region", [])


def test_out_of_scope_needs_no_region() -> None:
    for kind, entry in policies().refusals["kinds"].items():
        if kind != "not_in_notice":
            assert answer(policies(), asked(kind, "out_of_scope"), situation(None))["status"] == entry["status"]


def test_guangdong_gives_no_ratio_of_the_refund() -> None:
    for region in ("guangdong", "shenzhen", "guangzhou"):
        reply = answer(policies(), asked("job_retention_refund", "amount", "返还比例多少"), situation(region))
        assert reply["status"] == "referred"
        assert reply["amounts"] == []
        assert "人社部发〔2021〕29号" in reply["text"]
        assert not any(figure in reply["text"] for figure in ("60％", "30％", "6％", "20％"))


def test_guangdong_names_no_end_of_payment() -> None:
    for aspect in ASPECTS:
        reply = answer(policies(), asked("unemployment_assistance", aspect), situation("guangdong"))
        assert "2022" not in reply["text"] + (reply["plain"] or "")


def test_guangzhous_five_days_are_guangzhous() -> None:
    def words(region: str) -> str:
        said = [answer(policies(), asked("handling_service", aspect), situation(region)) for aspect in ASPECTS]
        return "".join(reply["text"] for reply in said)

    assert "5个工作日" in words("guangzhou")
    assert "5个工作日" not in words("shenzhen")
    assert "5个工作日" not in words("huludao")


def test_facts_that_do_not_bear_on_it_leave_the_caliber() -> None:
    where = situation("huludao", is_orphan=True)
    reply = answer(policies(), asked("job_retention_refund", "eligibility", WORDED), where)
    assert (reply["status"], reply["verdict"]) == ("answered", None)
    assert "is_orphan" in reply["facts"]


def test_a_yes_no_question_of_another_aspect_is_decided_when_the_facts_settle_it() -> None:
    facts = {"unit_kind": "enterprise", "insured_headcount": 100, "layoffs_last_year": 7}
    question = asked("job_retention_refund", "conditions", "100人裁了7人还能领吗", own_facts=tuple(facts))
    assert answer(policies(), question, situation("huludao", **facts))["verdict"] == "ineligible"
    # An open question, or facts of an earlier message, are answered by the caliber.
    for other in (replace(question, text="100人裁了7人要什么条件"), replace(question, own_facts=())):
        assert answer(policies(), other, situation("huludao", **facts))["status"] == "answered"


def test_a_matter_named_beside_facts_that_decide_it_is_decided() -> None:
    facts = {"unit_kind": "enterprise", "insured_headcount": 100, "layoffs_last_year": 7}
    named = asked("job_retention_refund", "overview", "稳岗 企业 参保100 裁7", own_facts=tuple(facts))
    assert answer(policies(), named, situation("huludao", **facts))["verdict"] == "ineligible"
    for other in (replace(named, text="稳岗返还是什么 参保100 裁7"), replace(named, own_facts=("insured_headcount",))):
        assert answer(policies(), other, situation("huludao", **facts))["status"] == "answered"


def test_an_aspect_nearly_meant_is_taken_where_the_first_is_silent() -> None:
    matter = next(
        matter
        for (region, matter), provision in policies().provisions.items()
        if region == "huludao" and "how" in provision.silent and provision.speaks("who")
    )
    silent = asked(matter, "how", "钱")
    assert answer(policies(), silent, situation("huludao"))["status"] == "referred"
    near = replace(silent, near_intents=("ask_who",))
    assert answer(policies(), near, situation("huludao"))["aspect"] == "who"


def test_a_figure_or_time_asked_for_is_never_answered_by_another_aspect() -> None:
    silent = replace(asked("unemployment_assistance", "duration", "能领多久"), near_intents=("ask_processing_time",))
    reply = answer(policies(), silent, situation("guangzhou"))
    assert (reply["status"], reply["aspect"]) == ("referred", "duration")


def test_the_same_question_gives_the_same_bytes() -> None:
    """Over 1,000 repeats: verdict, caliber, silence, place asked and refusal."""
    facts = {"unit_kind": "law_firm", "insured_headcount": 12, "layoffs_last_year": 0}
    kinds = [
        (asked("job_retention_refund", "eligibility", WORDED), situation("huludao", **facts)),
        (asked("job_seeking_subsidy", "list"), situation("xingcheng")),
        (asked("job_seeking_subsidy", "amount"), situation("huludao")),
        (asked("unemployment_assistance", "how"), situation(None)),
        (asked("pension", "out_of_scope"), situation("guangzhou")),
    ]
    for question, where in kinds:
        first = json.dumps(answer(policies(), question, where), ensure_ascii=False)
        again = {json.dumps(answer(policies(), question, where), ensure_ascii=False) for _ in range(1000)}
        assert again == {first}


def test_facts_in_another_order_give_the_same_verdict() -> None:
    facts = known(unit_kind="law_firm", insured_headcount=12, layoffs_last_year=0)
    turned = dict(reversed(facts.items()))
    replies = [
        answer(policies(), asked("job_retention_refund", "eligibility"), replace(situation("huludao"), facts=f))
        for f in (facts, turned)
    ]
    keys = ("verdict", "reasons", "citations", "amounts", "calibers")
    assert [replies[0][key] for key in keys] == [replies[1][key] for key in keys]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (
            {"award_project": "youth_internship_base", "award_new_round": True, "award_level": "provincial"},
            "determined",
        ),
        # what is not settled is no verdict, nor is one that gives no sum
        ({"award_project": "youth_internship_base"}, "answered"),
    ],
)
def test_an_amount_asked_for_a_settled_case_is_worked_out(facts: dict[str, Any], status: str) -> None:
    question = asked("service_capacity_award", "amount", "奖多少钱", own_facts=tuple(facts))
    assert answer(policies(), question, situation("huludao", **facts))["status"] == status


@pytest.mark.parametrize(
    ("aspect", "text", "near", "facts", "decides"),
    [
        # whether and how much: the verdict tells both
        ("amount", "够不够条件、最多返多少", (), {"insured_headcount": 30}, True),
        ("amount", "最多返多少", (), {"insured_headcount": 30}, False),
        # a yes or no nearly as likely meant; how one does it asks for no verdict
        ("how", "我申请得到吗", ("ask_eligibility",), {}, True),
        ("how", "我申请得到吗", (), {}, False),
        ("how", "我怎么才申请得到", ("ask_eligibility",), {}, False),
        # a time gives way only where the case is told
        ("deadline", "我现在去来得及吗", ("ask_eligibility",), {"insured_headcount": 30}, True),
        ("deadline", "我现在去来得及吗", ("ask_eligibility",), {}, False),
    ],
)
def test_a_verdict_is_given_where_it_is_asked_for_beside_something_else(
    aspect: str, text: str, near: tuple[str, ...], facts: dict[str, Any], decides: bool
) -> None:
    question = asked("job_retention_refund", aspect, text, own_facts=tuple(facts), personal=True, near_intents=near)
    reply = answer(policies(), question, situation("huludao", **facts))
    assert (reply["verdict"] == "need_info") is decides


def test_how_long_it_may_take_is_decided_where_the_days_are_told() -> None:
    def reply(text: str) -> Reply:
        question = asked("handling_service", "processing_time", text, own_facts=("working_days_since_accepted",))
        return answer(policies(), question, situation("guangzhou", working_days_since_accepted=7))

    assert reply("过了7个工作日还没消息，算不算超时")["verdict"] == "ineligible"
    assert reply("过了7个工作日，还要多久")["verdict"] is None
    # The days told ask for it by themselves, whatever the words.
    assert reply("受理到今天是第7个工作日，这算晚了吗")["verdict"] == "ineligible"
    assert reply("到今天7个工作日了，过了时限没有")["verdict"] == "ineligible"


def test_a_rule_on_request_takes_no_question_from_the_usual_one() -> None:
    question = asked("job_retention_refund", "eligibility", "2020年末参保150人，能返还吗", personal=True)
    told = replace(question, own_facts=("insured_headcount_end_2020",))
    reply = answer(policies(), told, situation("huludao", insured_headcount_end_2020=150))
    assert reply["verdict"] == "need_info"


@pytest.mark.parametrize("text", ["我有冇资格领", "我现在去晚没晚", "我够不够格"])
def test_a_case_asked_about_in_any_form_of_yes_or_no_is_a_case(text: str) -> None:
    question = asked("unemployment_assistance", "eligibility", text, personal=True)
    assert answer(policies(), question, situation("huludao"))["verdict"] == "need_info"


ASSISTANCE = "unemployment_assistance"


@pytest.mark.parametrize(
    ("aspect", "text", "more", "facts", "asks"),
    [
        # a case told beside the name of a benefit
        ("overview", "让公司辞了,听说有个失业补助金", {"personal": True, "situated": True}, True, True),
        ("overview", "让公司辞了,听说有个失业补助金", {"personal": True, "situated": True}, False, False),
        ("overview", "让公司辞了,失业补助金是什么", {"personal": True, "situated": True}, True, False),
        ("overview", "让公司辞了,听说有个失业补助金", {"situated": True}, True, False),
        # who wants to have something
        ("how", "想再申请一次失业补助金行不行", {}, False, True),
        ("how", "再申请一次失业补助金行不行", {}, False, False),
        # what holds for everybody
        ("eligibility", "群里在传截图,可以申请失业补助金吗", {"situated": True}, False, True),
        ("eligibility", "群里在传截图,可以申请多次吗", {"situated": True}, False, False),
        # to be asked about a case, and not about the conditions
        ("eligibility", "帮我看看失业补助金", {"wants_asking": True}, False, True),
        ("conditions", "帮我看看失业补助金的条件", {"wants_asking": True}, False, False),
        ("conditions", "社区来问,请帮核条件", {"wants_asking": True, "situated": True}, False, True),
    ],
)
def test_a_verdict_is_wanted_by_who_speaks_of_a_case(
    aspect: str, text: str, more: dict[str, Any], facts: bool, asks: bool
) -> None:
    told = {"is_unemployed": True} if facts else {}
    question = asked(ASSISTANCE, aspect, text, own_facts=tuple(told), near_intents=("ask_eligibility",), **more)
    reply = answer(policies(), question, situation("huludao", **told))
    assert (reply["ask"] is not None) is asks


def test_two_facts_that_bear_make_a_case_of_what_there_is() -> None:
    told = {"is_two_post_student": True, "in_preparatory_training": True}
    question = asked("training_living_allowance", "overview", "两后生的生活费补贴有没有", personal=True)
    reply = answer(policies(), replace(question, own_facts=tuple(told)), situation("huludao", **told))
    assert reply["ask"]["fact"] == "is_rural_trainee"
    one = {"is_two_post_student": True}
    reply = answer(policies(), replace(question, own_facts=tuple(one)), situation("huludao", **one))
    assert reply["ask"] is None
