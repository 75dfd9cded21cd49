"""Real replies of the core as views: every status, every key, nothing lost, nothing worded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from koujing.answering.answer import answer
from koujing.answering.asked import Situation
from koujing.answering.determined import rules_asked, say_determination
from koujing.answering.refusals import refusal
from koujing.contract import reply_schema
from koujing.desk.web.view import reach, view
from koujing.settings import DEMO_DATE
from tests.answering.replies import asked, known, misfits, policies, situation
from tests.desk.conftest import blank_reply
from tests.desk.web.talking import sessions

KEYS = {
    "receipt", "status", "label", "badge", "summary", "text", "plain", "points", "reasons", "changes", "amounts", "windows",
    "citations", "ask", "items", "suggestions", "contacts", "handoff", "calibers", "on", "region", "basis", "feedback",
}  # fmt: skip
RECEIPT = "AB12CD34EF56"
# What people say → the status of the last reply; said one after another where there are several.
TALK = {
    "determined": ("huludao", ["律所12个人参保去年一个没裁能领稳岗返还吗"]),
    "clarifying": ("huludao", ["公司28个人，去年裁了3个，能领稳岗返还吗"]),
    "listed": ("huludao", ["我失业了能享受哪些政策"]),
    "referred": ("guangzhou", ["失业补助金多少钱"]),
    "answered": ("huludao", ["稳岗返还什么时候截止"]),
    "quoted": ("guangzhou", ["失业补助金怎么领", "原文怎么说的"]),
    "outside_region": ("shenyang", ["稳岗返还怎么申请"]),
    "outside_scope": ("huludao", ["退休金怎么算"]),
    "account_data": ("huludao", ["我的社保交了几个月"]),
    "signposted": ("huludao", ["工资被拖欠怎么办"]),
    "smalltalk": ("huludao", ["你好"]),
    "handed_off": ("huludao", ["转人工"]),
    "refused": ("huludao", ["傻逼"]),
}


@cache
def spoken() -> dict[str, dict[str, Any]]:
    """One real reply for each status, made from words by the trained model."""
    found = {}
    for status, (region, texts) in TALK.items():
        for text in texts:
            replies = sessions().ask(status, text, region, DEMO_DATE)
        found[status] = {**replies[-1], "receipt": RECEIPT}
    return found


def views(script: str = "hans") -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for reply in spoken().values():
        yield reply, view(reply, policies(), script=script)


def cases() -> Iterator[dict[str, Any]]:
    """The reply of every worked case of every provision: verdicts with reasons, amounts, windows and changes."""
    for provision in policies().provisions.values():
        for case in provision.cases:
            if "verdict" in case.expect:
                rules = [provision.rules[case.rule]] if case.rule else rules_asked(provision, "")
                where = Situation(provision.region, case.on, known(**case.facts))
                question = asked(provision.matter, "eligibility")
                reply = say_determination(policies(), provision, rules, question, where)
                yield {**reply, "receipt": RECEIPT}


def test_every_status_is_covered_by_a_reply_of_the_core() -> None:
    statuses = set(reply_schema()["properties"]["status"]["enum"])
    assert {status: reply["status"] for status, reply in spoken().items()} == {s: s for s in TALK}
    assert statuses - set(TALK) == {"error"}
    assert all(misfits(reply) == [] for reply in spoken().values())


def test_every_key_is_always_there() -> None:
    for reply, shown in views():
        assert set(shown) == KEYS
        assert shown["label"], reply["status"]
        assert 0 < len(shown["summary"]) <= 80


def test_an_error_has_a_view() -> None:
    reply = blank_reply("error", policies().wordings["error"], DEMO_DATE, receipt=RECEIPT)
    shown = view(reply, policies())
    assert (shown["label"], shown["feedback"], shown["text"]) == ("出错", False, [policies().wordings["error"]])


def test_the_parts_of_the_text_joined_are_the_text() -> None:
    for reply in [*spoken().values(), *cases()]:
        shown = view(reply, policies())
        asking = shown["ask"]["question"] if shown["ask"] else ""
        joined = "".join(shown["text"]) + (asking if reply["text"].endswith(asking + (shown["basis"] or "")) else "")
        assert joined + (shown["basis"] or "") == reply["text"]


def test_a_verdict_shows_its_badge_and_every_reason() -> None:
    shown = view(spoken()["determined"], policies())
    assert shown["badge"] == {"verdict": "eligible", "text": "符合"}
    assert shown["label"] == "判定"
    marks = {reason["mark"] for reason in shown["reasons"]}
    assert "符合" in marks
    assert all(reason["clause"] for reason in shown["reasons"])
    assert any(reason["said"] for reason in shown["reasons"])
    assert shown["basis"].startswith("依据：葫人社发〔2021〕2号第（一）项")
    assert shown["windows"][0] == {
        "text": "申请受理：受理中，到2021年12月31日止",
        "state": "open",
        "state_text": "受理中",
    }
    assert shown["region"] == "葫芦岛市"
    assert shown["on"] == "2021年9月15日"


def test_every_case_of_the_policies_can_be_shown() -> None:
    seen = set()
    for reply in cases():
        shown = view(reply, policies())
        seen.add(shown["badge"] and shown["badge"]["text"])
        assert len(shown["reasons"]) == len(reply["reasons"])
        assert all(amount["value"].strip() and amount["label"] for amount in shown["amounts"])
        for reason, raw in zip(shown["reasons"], reply["reasons"], strict=True):
            expected = "另有规定" if raw["referred_to"] else {True: "符合", False: "不符合", None: "待定"}[raw["holds"]]
            assert reason["mark"] == expected
        assert all(change["earliest"] is None or "年" in change["earliest"] for change in shown["changes"])
    assert {"符合", "不符合", "还缺信息"} <= seen


def test_a_question_has_its_lead_buttons_reason_and_keyboard() -> None:
    ask = view(spoken()["clarifying"], policies())["ask"]
    assert ask["question"] == "先确认一下：您说的公司28人，是不是都参加了失业保险（即参保职工28人）？"
    assert [option["label"] for option in ask["options"]] == ["是，28人都参保", "不是"]
    assert [option["id"] for option in ask["options"]] == [f"{RECEIPT}.1", f"{RECEIPT}.2"]
    assert ask["why"]
    assert ask["input"] == {"mode": "numeric", "unit": "人"}


@pytest.mark.parametrize(
    ("fact", "kind", "mode"),
    [("unemployment_date", "date", "date"), ("company_headcount", "number", "numeric"), ("region", "choice", "text")],
)
def test_the_keyboard_fits_the_fact(fact: str, kind: str, mode: str) -> None:
    ask = {"fact": fact, "question": "请问？", "why": None, "type": kind, "options": []}
    reply = blank_reply("clarifying", "请问？", DEMO_DATE, ask=ask)
    assert view(reply, policies())["ask"]["input"]["mode"] == mode


def test_months_are_typed() -> None:
    month = next(fact for fact in policies().facts.values() if fact.type == "month")
    ask = {"fact": month.id, "question": "哪年哪月？", "why": None, "type": "date", "options": []}
    reply = blank_reply("clarifying", "哪年哪月？", DEMO_DATE, ask=ask)
    assert view(reply, policies())["ask"]["input"]["mode"] == "text"


def test_while_a_question_is_open_nothing_else_is_suggested() -> None:
    assert view(spoken()["clarifying"], policies())["suggestions"] == []
    assert view(spoken()["answered"], policies())["suggestions"]


def test_listed_matters_can_be_chosen_but_not_beside_a_figure() -> None:
    reply = spoken()["listed"]
    shown = view(reply, policies())
    assert [item["name"] for item in shown["items"]] == [item["name"] for item in reply["items"]]
    assert all(item["option"]["label"] == item["name"] and item["verdict_text"] for item in shown["items"])
    figure = {"fact": "age", "question": "多少岁？", "why": None, "type": "number", "options": []}
    assert all(item["option"] is None for item in view({**reply, "ask": figure}, policies())["items"])


def test_citations_name_the_clause_and_mark_what_is_not_official() -> None:
    (cite,) = view(spoken()["quoted"], policies())["citations"]
    assert cite["quote"].startswith("優化流程")
    assert cite["url"].startswith("http://rsj.gz.gov.cn/")
    assert cite["official"] is True
    other = {
        **spoken()["quoted"],
        "citations": [{**spoken()["quoted"]["citations"][0], "url": "https://gov.cn.example.com/a"}],
    }
    assert view(other, policies())["citations"][0]["official"] is False


def test_contacts_can_be_called() -> None:
    contacts = view(spoken()["signposted"], policies())["contacts"]
    assert {contact["tel"] for contact in contacts} == {"tel:12333", "tel:12345", "tel:12348"}


def test_handing_over_is_told() -> None:
    assert view(spoken()["handed_off"], policies())["handoff"] == {"state": "offered", "ticket": None, "hours": None}


def test_only_what_can_have_helped_is_asked_about() -> None:
    asked_about = {reply["status"] for reply, shown in views() if shown["feedback"]}
    assert asked_about.isdisjoint({"smalltalk", "clarifying", "refused", "handed_off", "error"})
    assert {"answered", "determined", "listed", "quoted", "referred", "outside_region"} <= asked_about
    assert view({**spoken()["answered"], "receipt": None}, policies())["feedback"] is False


def test_traditional_script_leaves_ids_and_quotes_alone() -> None:
    for reply, shown in views("hant"):
        plain = view(reply, policies())
        assert [c["quote"] for c in shown["citations"]] == [c["quote"] for c in plain["citations"]]
        assert shown["calibers"] == plain["calibers"]
        assert bool(shown["basis"]) == bool(plain["basis"])
        assert (shown["badge"] or {}).get("verdict") == (plain["badge"] or {}).get("verdict")
    verdict = view(spoken()["determined"], policies(), script="hant")
    assert verdict["region"] == "葫蘆島市"
    assert verdict["windows"][0]["text"] == "申請受理：受理中，到2021年12月31日止"


def test_figures_are_grouped_and_qualified() -> None:
    amount = {
        "label": "返还额",
        "value": "12345.50",
        "unit": "CNY",
        "qualifier": "at_most",
        "formula": "甲×乙",
        "clause": None,
    }
    reply = blank_reply("determined", "符合。", DEMO_DATE, amounts=[amount, {**amount, "value": None}])
    assert [shown["value"] for shown in view(reply, policies())["amounts"]] == ["最高 12,345.50 元", "—"]


def test_a_window_that_is_closed_says_so() -> None:
    reply = answer(policies(), asked("job_retention_refund", "deadline"), situation("huludao", dt.date(2022, 3, 1)))
    assert view(reply, policies())["windows"][0]["state_text"] == "已截止"


def test_how_far_the_knowledge_reaches_is_told_in_approved_words() -> None:
    assert reach(policies()).startswith("本库收录至2021年")
    assert reach(policies()).endswith("其后新规未收录。")


def test_a_refusal_by_the_desk_has_a_view() -> None:
    shown = view(refusal(policies(), "too_long", DEMO_DATE, fills={"limit": "1000"}), policies())
    assert (shown["status"], shown["badge"], shown["receipt"]) == ("refused", None, None)
