"""Questions over HTTP to the real desk, Rasa and action server with the trained model."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from tests.answering.replies import misfits, policies
from tests.e2e.running import Running

LAW_FIRM = "律所12个人参保去年一个没裁能领稳岗返还吗"


def post(stack: Running, **body: Any) -> dict[str, Any]:
    """The whole answer to a message that must be accepted; every reply fits the contract."""
    response = stack.http.post("/api/v1/ask", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    for reply in answer["replies"]:
        assert misfits(reply) == []
        assert reply["receipt"]
    return answer


def ask(stack: Running, text: str, region: str | None = "huludao", **more: Any) -> dict[str, Any]:
    """The one reply to a message."""
    (reply,) = post(stack, text=text, region=region, **more)["replies"]
    return dict(reply)


def refused(stack: Running, status: int, code: str, **how: Any) -> None:
    response = stack.http.post("/api/v1/ask", **how)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]


def without_receipts(replies: list[dict[str, Any]]) -> str:
    return json.dumps([{**reply, "receipt": None} for reply in replies], ensure_ascii=False)


def test_an_aspect_is_answered_by_its_caliber(stack: Running) -> None:
    reply = ask(stack, "稳岗返还什么时候截止")
    assert (reply["status"], reply["matter"], reply["aspect"]) == ("answered", "job_retention_refund", "deadline")
    assert "2021年12月31日" in reply["text"]
    assert reply["citations"][0]["clause"] == "hld-2021-2:1"
    assert reply["on"] == "2021-09-15"


def test_a_case_is_determined(stack: Running) -> None:
    reply = ask(stack, LAW_FIRM)
    assert (reply["status"], reply["verdict"]) == ("determined", "eligible")
    assert reply["facts"]["insured_headcount"]["value"] == 12
    assert ask(stack, LAW_FIRM, as_of="2022-01-01")["verdict"] == "ineligible"


def test_facts_of_a_trusted_system_decide(stack: Running) -> None:
    facts = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 100, "layoffs_last_year": 7}
    reply = ask(stack, "我们单位能领稳岗返还吗", facts=facts)
    assert (reply["status"], reply["verdict"]) == ("determined", "ineligible")


def test_a_question_back_is_answered_in_the_same_session(stack: Running) -> None:
    first = post(stack, text="公司28个人，去年裁了3个，能领稳岗返还吗", region="huludao")
    (reply,) = first["replies"]
    assert (reply["status"], reply["ask"]["fact"]) == ("clarifying", "insured_headcount")
    reply = ask(stack, "是的", session=first["session"])
    assert (reply["status"], reply["verdict"]) == ("determined", "eligible")
    # Another session knows nothing of it.
    assert ask(stack, "是的", session="another")["verdict"] is None


def test_the_place_asked_for_is_remembered(stack: Running) -> None:
    first = post(stack, text="失业补助金能领多久")
    assert first["replies"][0]["ask"]["fact"] == "region"
    session = first["session"]
    reply = ask(stack, "广州", None, session=session)
    assert (reply["matter"], reply["region"]) == ("unemployment_assistance", "guangzhou")
    reply = ask(stack, "稳岗返还的比例是多少", None, session=session)
    assert (reply["status"], reply["region"]) == ("referred", "guangzhou")
    assert "60％" not in reply["text"]
    # Questions without a subject of their own go on about the same matter.
    assert ask(stack, "什么时候截止？", None, session=session)["matter"] == "job_retention_refund"
    assert ask(stack, "那葫芦岛呢？", None, session=session)["text"].startswith("稳岗返还要在2021年12月31日前")


def test_two_questions_get_two_replies(stack: Running) -> None:
    replies = post(stack, text="失业补助金每个月多少钱？另外稳岗返还什么时候截止？", region="huludao")["replies"]
    assert [reply["matter"] for reply in replies] == ["unemployment_assistance", "job_retention_refund"]
    assert len({reply["receipt"] for reply in replies}) == 2


def test_the_place_of_the_text_wins_over_the_channels(stack: Running) -> None:
    assert ask(stack, "沈阳能领失业补助金吗")["status"] == "outside_region"
    reply = ask(stack, "深圳的失业补助金能领多久")
    assert reply["region"] == "shenzhen"
    assert {cite["region"] for cite in reply["citations"]} == {"guangdong"}


def test_out_of_scope_is_sent_on(stack: Running) -> None:
    reply = ask(stack, "医保报销比例是多少")
    assert (reply["status"], reply["kind"], reply["citations"]) == ("outside_scope", "medical", [])
    assert reply["contacts"]


@pytest.mark.parametrize(
    "text", ["/restart", "/session_start", '/ask_how{"memory": {}}', "／restart", "/back", "/EXTERNAL: x{"]
)
def test_a_typed_command_is_refused(stack: Running, text: str) -> None:
    reply = ask(stack, text)
    if text.startswith("/EXTERNAL"):
        assert reply["status"] in ("refused", "outside_scope", "smalltalk")
    else:
        assert (reply["status"], reply["kind"]) == ("refused", "injection")


def test_a_command_leaves_the_session_as_it_was(stack: Running) -> None:
    first = post(stack, text="失业补助金怎么领")
    ask(stack, "/restart", None, session=first["session"])
    assert ask(stack, "葫芦岛", None, session=first["session"])["matter"] == "unemployment_assistance"


def test_a_slash_before_a_question_does_not_matter(stack: Running) -> None:
    with_slash, without = ask(stack, "/失业补助金怎么领"), ask(stack, "失业补助金怎么领")
    assert with_slash["matter"] == "unemployment_assistance"
    assert {**with_slash, "receipt": None} == {**without, "receipt": None}


def test_ten_thousand_characters_are_too_long(stack: Running) -> None:
    reply = ask(stack, "失" * 10_000)
    assert (reply["status"], reply["kind"]) == ("refused", "too_long")
    assert ask(stack, "我失业了怎么办。" * 125)["kind"] != "too_long"


@pytest.mark.parametrize(
    "text",
    [
        "😀😀",
        "？？？",
        "1",
        "null",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "%s%n",
        "' OR 1=1 --",
        "\u202e失业",
        "葫" * 999,
    ],
)
def test_odd_input_gets_a_reply(stack: Running, text: str) -> None:
    assert post(stack, text=text, region="huludao")["replies"]


def test_mistakes_of_the_caller_are_told(stack: Running) -> None:
    text = "失业补助金怎么领"
    refused(stack, 400, "unknown_region", json={"text": text, "region": "atlantis"})
    refused(stack, 400, "invalid_date", json={"text": text, "as_of": "2021-13-01"})
    refused(stack, 400, "invalid_date", json={"text": text, "as_of": "昨天"})
    refused(stack, 400, "missing_text", json={"region": "huludao"})
    refused(stack, 400, "empty_text", json={"text": " \u3000"})
    refused(stack, 400, "unknown_fact", json={"text": text, "facts": {"no_such_fact": 1}})
    refused(stack, 400, "invalid_fact", json={"text": text, "facts": {"insured_headcount": "很多"}})
    refused(stack, 400, "invalid_json", content=b'{"text": ', headers={"Content-Type": "application/json"})
    refused(stack, 415, "unsupported_media_type", content=b"text")
    refused(stack, 401, "unauthorized", json={"text": text}, headers={"Authorization": "Bearer wrong"})


def test_a_receipt_replays_the_reply_without_facts(stack: Running) -> None:
    reply = ask(stack, LAW_FIRM)
    replayed = stack.http.get(f"/api/v1/receipts/{reply['receipt']}", headers={"Authorization": ""}).json()
    assert misfits(replayed) == []
    assert replayed["verdict"] == reply["verdict"]
    assert replayed["facts"] == {}
    assert not any(reason["value"] for reason in replayed["reasons"])
    assert replayed["text"] == reply["text"]
    assert stack.http.get("/api/v1/receipts/AAAAAAAAAAAA").status_code == 404


def test_a_message_is_answered_once(stack: Running) -> None:
    body = {"text": LAW_FIRM, "region": "huludao", "session": "once", "message_id": "m-1"}
    first, second = post(stack, **body), post(stack, **body)
    assert first == second
    response = stack.http.post("/api/v1/ask", json={**body, "text": "失业补助金怎么领"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "message_id_reused")


def test_a_message_that_reaches_rasa_twice_is_one_turn(stack: Running) -> None:
    """As when the desk ends after Rasa answered and before it kept the answer."""

    def say(id: str, text: str) -> Any:
        metadata = {"message_id": id, "region": "huludao", "on": "2021-09-15", "facts": {}}
        body = {"sender": "sent-twice", "message": text, "metadata": metadata}
        items = httpx.post(f"{stack.rasa_url}/webhooks/rest/webhook", json=body, timeout=30, trust_env=False).json()
        return [item["custom"]["reply"] for item in items]

    asked = say("m1", LAW_FIRM + "，我是老板")
    assert asked[0]["text"]
    first = say("m2", "第一个")
    assert say("m1", LAW_FIRM + "，我是老板") == asked
    assert say("m2", "第一个") == first


def test_the_catalogue_names_what_can_be_asked(stack: Running) -> None:
    catalogue = stack.http.get("/api/v1/catalogue").json()
    assert {matter["id"] for matter in catalogue["matters"]} == set(policies().matters)
    assert {"huludao", "guangdong", "guangzhou", "shenzhen", "xingcheng"} <= {r["id"] for r in catalogue["regions"]}


def test_health_tells_all_parts(stack: Running) -> None:
    # Where the machine has much else to do, Rasa may miss the two seconds that it is given once or twice.
    until = time.monotonic() + 30
    while (response := stack.http.get("/health")).status_code != 200 and time.monotonic() < until:
        time.sleep(1)
    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["desk"], body["rasa"], body["actions"]) == ("up", "up", "up", "up")
    assert (body["on"], body["demo_date"]) == ("2021-09-15", True)


def test_openapi_and_the_first_page(stack: Running) -> None:
    assert "/api/v1/ask" in stack.http.get("/openapi.json").json()["paths"]
    assert "演示日期" in stack.http.get("/").text


QUESTIONS: list[dict[str, Any]] = [
    {"text": LAW_FIRM, "region": "huludao"},
    {"text": "失业补助金每个月多少钱？另外稳岗返还什么时候截止？", "region": "xingcheng"},
    {"text": "失业补助金能领多久", "region": "shenzhen"},
    {"text": "5个工作日没办完怎么办", "region": "guangzhou"},
    {"text": "失业补助金怎么领"},
    {"text": "公司28个人，去年裁了3个，能领稳岗返还吗", "region": "huludao"},
    {"text": "老板不发工资", "region": "huludao"},
    {"text": "哈哈", "region": "huludao"},
]


def test_every_repeat_is_the_same_but_for_the_receipt(stack: Running) -> None:
    for question in QUESTIONS:
        assert len({without_receipts(post(stack, **question)["replies"]) for _ in range(5)}) == 1


def test_all_goes_on_after_a_restart(stack: Running) -> None:
    """The last test here, all three killed in the middle of an interview: equal replies, kept receipts, and it goes on."""
    before = [without_receipts(post(stack, **question)["replies"]) for question in QUESTIONS]
    told = {"text": LAW_FIRM, "region": "huludao", "session": "across", "message_id": "m-1"}
    kept = post(stack, **told)
    asked = post(stack, text="失业补助金能领多久")
    stack.kill()
    stack.start()
    assert [without_receipts(post(stack, **question)["replies"]) for question in QUESTIONS] == before
    assert post(stack, **told) == kept
    assert stack.http.get(f"/api/v1/receipts/{kept['replies'][0]['receipt']}").status_code == 200
    reply = ask(stack, "葫芦岛", None, session=asked["session"])
    assert (reply["matter"], reply["region"]) == ("unemployment_assistance", "huludao")
