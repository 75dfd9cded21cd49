"""Questions, facts, place and day of a call, through the pages' own requests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.console.assist.conftest import Calls, Desk, MakeCalls
from tests.desk.console.assist.reading import part
from tests.desk.console.matrix import wrong_answers

pytestmark = pytest.mark.anyio
COMPANY = "公司参保28人，去年裁了3个，能领稳岗返还吗"
AMOUNT = {"kind": "aspect", "matter": "job_retention_refund", "aspect": "amount"}


@pytest.fixture
async def desk(calls: Calls) -> Desk:
    return await (await calls.operator()).open()


def badges(state: dict[str, Any]) -> list[str]:
    return [card.one("span", class_="badge").text for card in part(state, "cards").all("article")]


def verdicts(state: dict[str, Any]) -> list[str]:
    return [span.text for span in part(state, "cards").all("span", class_="verdict")]


async def test_a_question_gets_the_cores_reply_with_everything(desk: Desk, calls: Calls) -> None:
    state = await desk.ask(COMPANY)
    cards = part(state, "cards")
    assert badges(state) == ["规则判定"]
    assert verdicts(state) == ["符合"]
    said = cards.one("article")["data-text"]
    receipt = calls.console.parts.conversations.store.receipt(cards.one("span", class_="receipt").text)
    assert receipt is not None
    assert said == receipt["text"]
    assert "30人（含）以下的参保单位裁员率" in cards.all("mark")[0].text
    assert "申请受理：受理中" in cards.one("section", class_="windows").text
    # The session of the conversation is the call's, and what was asked is its message.
    assert calls.rasa.heard[0]["message"] == COMPANY
    known = {row["data-row"] for row in part(state, "facts").one("div", class_="known").all("li")}
    assert known == {"unit_kind", "insured_headcount", "layoffs_last_year"}


async def test_an_edited_fact_turns_the_verdict_without_rasa(desk: Desk, calls: Calls) -> None:
    await desk.ask(COMPANY)
    asked = len(calls.rasa.heard)
    state = await desk.fact("layoffs_last_year", "9")
    assert verdicts(state) == ["不符合"]
    assert "按现有情况重算" in part(state, "cards").text
    assert "32.14％" in part(state, "cards").one("article")["data-text"]
    assert part(state, "screening").all("span", class_="bad")
    assert len(calls.rasa.heard) == asked
    state = await desk.fact("layoffs_last_year", "3")
    assert verdicts(state) == ["符合"]


async def test_the_amount_follows_the_facts(desk: Desk) -> None:
    await desk.ask("稳岗返还的标准是多少", AMOUNT)
    await desk.fact("enterprise_size", "small")
    state = await desk.fact("contributions_last_year", "3,200")
    assert "1,920 元" in part(state, "cards").one("section", class_="amounts").text
    assert badges(state)[0] == "核准口径"


async def test_missing_facts_are_questions_until_they_are_answered(desk: Desk) -> None:
    state = await desk.ask("能领失业补助金吗")
    missing = part(state, "facts").all("li", class_="missing")
    questions = [row.one("p", class_="read").text for row in missing]
    assert part(state, "cards").all("p", class_="question")[0].text.endswith(questions[0])
    for fact, value in (
        ("was_insured", "true"),
        ("is_unemployed", "true"),
        ("benefit_exhausted", "false"),
        ("benefit_qualified", "false"),
        ("unemployment_date", "20210301"),
        ("assistance_received", "false"),
    ):
        state = await desk.fact(fact, value)
    assert part(state, "facts").all("li", class_="missing") == []
    assert verdicts(state) == ["符合"]


async def test_an_empty_value_clears_and_the_next_question_does_not_know_it(desk: Desk, calls: Calls) -> None:
    await desk.ask(COMPANY)
    state = await desk.fact("layoffs_last_year", "")
    assert "layoffs_last_year" in {row["data-row"] for row in part(state, "facts").all("li", class_="missing")}
    state = await desk.ask("能领稳岗返还吗")
    assert calls.rasa.heard[-1]["metadata"]["facts"]["insured_headcount"] == 28
    assert "layoffs_last_year" not in calls.rasa.heard[-1]["metadata"]["facts"]
    assert verdicts(state) == ["还缺信息"]


async def test_the_conversation_knows_what_the_operator_set(desk: Desk, calls: Calls) -> None:
    await desk.fact("insured_headcount", "28")
    await desk.fact("layoffs_last_year", "3")
    await desk.ask("企业能领稳岗返还吗")
    assert calls.rasa.heard[-1]["metadata"]["facts"] == {"insured_headcount": 28, "layoffs_last_year": 3}
    state = await desk.ask("不对，是裁了9个，能领稳岗返还吗")
    assert calls.rasa.heard[-1]["metadata"]["facts"] == {}
    assert verdicts(state) == ["不符合"]


@pytest.mark.parametrize(("value", "status"), [("二十来个", 422), ("0", 422), ("28人", 200)])
async def test_a_value_that_cannot_be(desk: Desk, value: str, status: int) -> None:
    response = await desk.request("facts", fact="insured_headcount", value=value)
    assert response.status_code == status
    if status == 422:
        assert "参保职工总数" in response.json()["error"]["message"]


async def test_what_was_picked_is_answered_by_the_core_where_it_is_taken_otherwise(desk: Desk, calls: Calls) -> None:
    pick = {"kind": "aspect", "matter": "unemployment_assistance", "aspect": "overview"}
    state = await desk.ask("失业补助金是什么？", pick)
    text = part(state, "cards").one("article")["data-text"]
    assert text.startswith("失业补助金发给两类参保失业人员")
    receipt = part(state, "cards").one("span", class_="receipt").text
    kept = calls.console.parts.conversations.store.receipt(receipt)
    assert kept is not None
    assert kept["text"] == text


async def test_a_topic_that_was_picked_is_spoken(desk: Desk) -> None:
    found = (await desk.browser.http.get("/console/assist/suggest?q=失业补助金 几次&region=huludao")).json()["found"][0]
    pick = {name: found[name] for name in ("kind", "matter", "aspect", "topic", "caliber")}
    state = await desk.ask(found["text"], pick)
    assert part(state, "cards").one("article")["data-text"].startswith("失业补助金只能申领享受1次")


async def test_what_is_picked_is_answered_while_rasa_is_down(desk: Desk, calls: Calls) -> None:
    calls.rasa.down = True
    state = await desk.ask("失业保险稳岗返还的标准是多少？", AMOUNT)
    assert badges(state) == ["核准口径"]
    response = await desk.request("ask", text=COMPANY, message_id="message-x")
    assert response.status_code == 503
    assert response.json()["error"]["hint"]


async def test_a_question_sent_twice_is_asked_once(desk: Desk, calls: Calls) -> None:
    first = await desk.ask(COMPANY, message_id="same-message")
    again = await desk.ask(COMPANY, message_id="same-message")
    assert part(first, "cards").one("article")["data-card"] == part(again, "cards").one("article")["data-card"]
    assert len(calls.rasa.heard) == 1
    assert "第 2 问" not in part(again, "cards").text


async def test_region_and_day_decide(desk: Desk) -> None:
    await desk.ask("稳岗返还什么时候截止")
    state = await desk.act("place", region="huludao", as_of="2022-01-05")
    assert "已于2021年12月31日截止" in part(state, "cards").one("article")["data-text"]
    assert part(state, "place").one("input", id="as-of")["value"] == "2022-01-05"
    state = await desk.act("place", region="guangzhou", as_of=None)
    assert "葫人社发" not in part(state, "cards").one("article")["data-text"]
    assert part(state, "place").one("input", id="region")["value"] == "广州市"


async def test_a_place_that_the_caller_names_is_the_calls(desk: Desk, calls: Calls) -> None:
    state = await desk.ask("我在广州，失业补助金怎么领")
    assert part(state, "place").one("input", id="region")["value"] == "广州市"
    # Set back by hand, the conversation begins anew: it would go on about the place it knows.
    await desk.act("place", region="huludao", as_of=None)
    state = await desk.ask("失业补助金怎么领")
    assert calls.rasa.heard[-1]["sender"] != calls.rasa.heard[0]["sender"]
    assert part(state, "place").one("input", id="region")["value"] == "葫芦岛市"


async def test_without_a_region_it_is_asked_for_and_the_question_is_kept(calls: Calls) -> None:
    desk = await (await calls.operator()).open(None)
    state = await desk.ask("失业补助金能领多久")
    assert badges(state) == ["待核"]
    assert part(state, "cards").one("p", class_="asked")["data-reask"] == "失业补助金能领多久"
    assert "先定地区" in part(state, "screening").text


async def test_personal_numbers_are_not_kept(desk: Desk) -> None:
    state = await desk.ask("我手机13800000000，能领稳岗返还吗")
    assert "13800000000" not in str(state)
    assert "【手机号】" in part(state, "cards").one("p", class_="asked").text


async def test_what_is_switched_off_is_neither_said_nor_suggested(desk: Desk, calls: Calls) -> None:
    await desk.ask(COMPANY)
    calls.console.parts.switches.set("matter", "job_retention_refund", off=True, reason="口径修订", staff_id=None)
    state = (await desk.get("state")).json()
    assert badges(state) == ["待核"]
    assert "稳岗返还" not in part(state, "screening").text
    found = (await desk.browser.http.get("/console/assist/suggest?q=稳岗返还&region=huludao")).json()["found"]
    assert "job_retention_refund" not in {each["matter"] for each in found}
    state = await desk.ask("失业保险稳岗返还的标准是多少？", AMOUNT)
    assert badges(state) == ["待核"]


async def test_everything_is_there_after_a_restart(desk: Desk, make_calls: MakeCalls) -> None:
    await desk.ask(COMPANY)
    state = await desk.fact("layoffs_last_year", "9")
    again = make_calls()
    desk.browser = await again.console.person("operator")
    now = (await desk.get("state")).json()
    assert now["parts"] == state["parts"]
    page = await desk.page()
    assert page.one("article")["data-card"] == part(state, "cards").one("article")["data-card"]


async def test_suggestions_and_regions(desk: Desk) -> None:
    found = (await desk.browser.http.get("/console/assist/suggest?q=sybzj&region=huludao")).json()["found"]
    assert found[0]["matter"] == "unemployment_assistance"
    regions = (await desk.browser.http.get("/console/assist/regions?q=xingch")).json()["found"]
    assert regions[0] == {"id": "xingcheng", "name": "葫芦岛市兴城市", "covered": True}
    assert (await desk.browser.http.get("/console/assist/regions?q=")).json()["found"] == []


async def test_a_clause_is_shown_as_the_notices_own_words(desk: Desk, calls: Calls) -> None:
    response = await desk.get("clauses/hld-2021-2:6")
    text = calls.console.parts.knowledge.clauses["hld-2021-2:6"].text
    assert text in response.text
    assert "原文" in response.text
    assert (await desk.get("clauses/nothing")).status_code == 404


async def test_a_call_is_its_operators_alone(desk: Desk, calls: Calls) -> None:
    other = await calls.operator("other")
    other.id = desk.id
    assert (await other.get("")).status_code == 409 or (await other.get("state")).status_code == 409
    assert (await other.request("ask", text=COMPANY, message_id="message-1")).status_code == 409
    assert (await other.get("events")).status_code == 409
    other.id = "none"
    assert (await other.get("state")).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ask", {"text": "问"}),
        ("ask", {"text": "", "message_id": "message-1"}),
        ("ask", {"text": "问", "message_id": "message-1", "pick": {"matter": "none", "aspect": "amount"}}),
        ("facts", {"fact": "none", "value": "1"}),
        ("place", {"region": "nowhere", "as_of": None}),
        ("place", {"region": None, "as_of": "2021-02-30"}),
        ("note", {"base": -1, "text": "甲"}),
        ("said", {"key": "x", "worded": "说", "reason": "none"}),
        ("said", {"key": "x", "worded": "  ", "reason": "other"}),
        ("wrap-up", {"code": "none", "next": False}),
    ],
)
async def test_a_request_that_cannot_be(desk: Desk, path: str, body: dict[str, Any]) -> None:
    response = await desk.request(path, **body)
    assert response.status_code in (400, 422)
    assert response.json()["error"]["hint"]


async def test_who_may_what(calls: Calls) -> None:
    assert [wrong async for wrong in wrong_answers(calls.console)] == []
