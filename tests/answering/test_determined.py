"""Every case of every provision asked as a question gives the verdict of the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from koujing.answering.answer import answer
from koujing.answering.asked import Situation
from koujing.answering.determined import rules_asked, say_determination, stated
from koujing.answering.reply import Reply
from koujing.knowledge.provisions import Case, Provision
from koujing.settings import DEMO_DATE
from tests.answering.replies import asked, known, misfits, policies, situation

STATUS = {"eligible": "determined", "ineligible": "determined", "need_info": "clarifying"}


def judged() -> Iterator[tuple[Provision, Case, Reply]]:
    """Every case with a verdict, answered by the rules it is for."""
    for provision in policies().provisions.values():
        for case in provision.cases:
            if "verdict" not in case.expect:
                continue
            rules = [provision.rules[case.rule]] if case.rule else rules_asked(provision, "")
            where = Situation(provision.region, case.on, known(**case.facts))
            yield (
                provision,
                case,
                say_determination(policies(), provision, rules, asked(provision.matter, "eligibility"), where),
            )


def test_every_case_gets_its_verdict_in_a_reply_that_fits() -> None:
    found, seen = {}, 0
    for provision, case, reply in judged():
        seen += 1
        errors = misfits(reply)
        verdict = case.expect["verdict"]
        undecided = verdict == "need_info" and case.expect.get("missing") == []
        if reply["status"] != ("referred" if undecided else STATUS[verdict]):
            errors.append(f"{reply['status']} instead of {verdict}")
        if not undecided and reply["verdict"] != verdict:
            errors.append(f"{reply['verdict']} instead of {verdict}")
        if reply["status"] == "clarifying" and reply["ask"]["fact"] not in case.expect.get(
            "missing", [reply["ask"]["fact"]]
        ):
            errors.append(f"asks {reply['ask']['fact']}")
        if errors:
            found[provision.id, case.name] = errors
    assert seen > 300
    assert found == {}


def test_asked_in_words_the_verdict_is_the_same() -> None:
    """The whole way through `answer`, for the cases of no one rule that state a fact bearing on the rules."""
    found, seen = {}, 0
    for provision, case, direct in judged():
        bearing = stated(policies(), rules_asked(provision, ""), case.facts)
        if case.rule or not bearing:
            continue
        seen += 1
        where = Situation(provision.region, case.on, known(**case.facts))
        if answer(policies(), asked(provision.matter, "eligibility"), where) != direct:
            found[provision.id, case.name] = case.expect
    assert seen > 200
    assert found == {}


def test_a_refusal_names_the_condition_that_fails() -> None:
    found = {}
    for provision, case, reply in judged():
        failing = [reason for reason in reply["reasons"] if reason["holds"] is False]
        if reply["verdict"] == "ineligible" and not failing:
            found[provision.id, case.name] = reply["text"]
    assert found == {}


def test_the_narrowest_clause_comes_first() -> None:
    """What rests on an annex item is never led by the annex as a whole."""
    for provision, case, reply in judged():
        clauses = [cite["clause"] for cite in reply["citations"]]
        assert len(clauses) == len(set(clauses))
        in_force = case.on >= (provision.since or case.on)
        failing = [reason["clause"] for reason in reply["reasons"] if reason["holds"] is False]
        relied = {"eligible": clauses, "ineligible": failing if in_force else []}.get(reply["verdict"] or "", [])
        narrower = [clause for clause in relied if clause.startswith(clauses[0] + ".")]
        assert not narrower, (provision.id, case.name, clauses)


def test_the_facts_told_are_shown_back() -> None:
    for provision, case, reply in judged():
        assert set(reply["facts"]) == set(case.facts)
        bearing = stated(
            policies(), [provision.rules[case.rule]] if case.rule else rules_asked(provision, ""), case.facts
        )
        assert ("按您说的：" in reply["text"]) is (bool(bearing) and reply["status"] != "referred"), (
            provision.id,
            case.name,
        )


def test_facts_are_echoed_as_said() -> None:
    from koujing.knowledge.facts import Fact

    facts = known(unit_kind="enterprise", unit_insured=True, layoffs_last_year=0)
    facts["insured_headcount"] = Fact(known(insured_headcount=28)["insured_headcount"].value, "28个人参保")
    reply = answer(policies(), asked("job_retention_refund", "eligibility"), Situation("huludao", DEMO_DATE, facts))
    assert reply["verdict"] == "eligible"
    assert "28个人参保" in reply["text"]


@pytest.mark.parametrize("region", ["guangdong", "shenzhen", "guangzhou"])
def test_the_day_that_guangdong_left_open_is_not_decided(region: str) -> None:
    facts = {"is_unemployed": True, "was_insured": True, "benefit_qualified": False}
    for day, status, verdict in (
        ("2020-12-31", "determined", "ineligible"),
        ("2021-01-01", "referred", None),
        ("2021-01-02", "determined", "eligible"),
    ):
        reply = answer(
            policies(),
            asked("unemployment_assistance", "eligibility"),
            situation(region, unemployment_date=day, **facts),
        )
        assert misfits(reply) == []
        assert (reply["status"], reply["verdict"]) == (status, verdict), day


def test_huludao_includes_the_first_day() -> None:
    facts = {"is_unemployed": True, "was_insured": True, "benefit_qualified": False, "assistance_received": False}
    where = situation("huludao", unemployment_date="2021-01-01", **facts)
    assert answer(policies(), asked("unemployment_assistance", "eligibility"), where)["verdict"] == "eligible"


def test_what_stands_for_the_deciding_fact_is_confirmed_first() -> None:
    facts = {"unit_kind": "enterprise", "company_headcount": 28, "layoffs_last_year": 3, "unit_insured": True}
    reply = answer(policies(), asked("job_retention_refund", "eligibility"), situation("huludao", **facts))
    assert (reply["status"], reply["ask"]["fact"]) == ("clarifying", "insured_headcount")
    assert reply["ask"]["options"][0]["value"] == 28


def test_after_the_last_day_that_comes_first() -> None:
    facts = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 20, "layoffs_last_year": 0}
    where = situation("huludao", dt.date(2022, 1, 1), **facts)
    reply = answer(policies(), asked("job_retention_refund", "eligibility"), where)
    assert reply["verdict"] == "ineligible"
    assert "2021年12月31日" in reply["text"].split("。")[0]


def test_unconfirmed_facts_decide_nothing() -> None:
    from koujing.knowledge.facts import Fact

    facts = known(unit_kind="enterprise", unit_insured=True, layoffs_last_year=0)
    facts |= {id: Fact(fact.value, fact.said, confirmed=False) for id, fact in facts.items()}
    reply = answer(policies(), asked("job_retention_refund", "eligibility"), Situation("huludao", DEMO_DATE, facts))
    assert reply["verdict"] == "need_info"


@pytest.mark.parametrize(
    ("on", "said", "changes"),
    [
        ("2021-07-26", "再缴3个月，最早2021年10月26日可以符合", [("再缴3个月", "2021-10-26")]),
        ("2021-09-30", "最早2021年12月30日可以符合本通知列明的条件（最迟2021年12月31日申请）", [("再缴3个月", "2021-12-30")]),
        ("2021-10-31", "就算往后能满足，那时也已经过了期限（最迟2021年12月31日申请）", []),
        ("2022-01-01", "2021年12月31日为止", []),
    ],
)  # fmt: skip
def test_a_refusal_says_what_would_help_and_when(on: str, said: str, changes: list[tuple[str, str]]) -> None:
    where = situation("huludao", dt.date.fromisoformat(on), employed_in_enterprise=True, insured_months=9)
    reply = answer(policies(), asked("skill_upgrade_subsidy", "eligibility"), where)
    assert misfits(reply) == []
    assert said in reply["text"]
    entries = [{"fact": "insured_months", "text": text, "earliest": day} for text, day in changes]
    assert reply["changes"] == entries
    assert "如果" in reply["plain"] or not changes


def test_what_the_asker_does_has_no_date_of_its_own() -> None:
    where = situation("guangdong", employed_in_enterprise=True, insured_months=24, certificate_obtained=False)
    reply = answer(policies(), asked("skill_upgrade_subsidy", "eligibility"), where)
    assert [(change["fact"], change["earliest"]) for change in reply["changes"]] == [("certificate_obtained", None)]


def test_with_facts_unknown_the_sentence_says_which() -> None:
    where = situation("guangdong", insured_months=9)
    reply = answer(policies(), asked("skill_upgrade_subsidy", "eligibility"), where)
    assert "能否符合还要看：企业在职职工、取得职业资格证书或职业技能等级证书。" in reply["text"]


def test_one_of_several_rules_is_named() -> None:
    facts = {"meets_post_requirements": True, "in_zero_employment_family": False, "is_poverty_alleviated": False}
    where = situation("huludao", sex="male", birth_month="1966-12", **facts)
    reply = answer(policies(), asked("public_welfare_post", "eligibility"), where)
    assert "最早2022年1月1日可以符合城镇公益性岗位优先安排" in reply["text"]


def test_changes_stand_only_in_refusals_of_a_length_to_be_read() -> None:
    seen = 0
    for provision, case, reply in judged():
        seen += bool(reply["changes"])
        assert not reply["changes"] or reply["verdict"] == "ineligible"
        assert not reply["changes"] or len(reply["text"]) <= 300, (provision.id, case.name)
        assert all("{" not in change["text"] for change in reply["changes"])
    assert seen > 20


def test_the_gap_is_said_where_the_wording_has_no_figure_of_the_asker() -> None:
    where = situation("huludao", stably_employed=True, internship_agreed_months=12, internship_done_months=6)
    reply = answer(policies(), asked("internship_subsidy", "eligibility", "剩三分之一"), where)
    assert "三分之一（距见习期满时间6个月、见习协议确定的见习期1年）" in reply["text"]
