"""The record of a call: what was said, otherwise said, noted, and how it ended."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.store.audit import Filter
from tests.desk.console.assist.conftest import Calls, Desk, MakeCalls
from tests.desk.console.assist.reading import part

pytestmark = pytest.mark.anyio
COMPANY = "公司参保28人，去年裁了3个，能领稳岗返还吗"


@pytest.fixture
async def desk(calls: Calls) -> Desk:
    return await (await calls.operator()).open()


def key(state: dict[str, Any]) -> str:
    return part(state, "cards").all("article")[0]["data-card"]


async def test_what_was_said_is_kept_word_for_word_with_receipt_and_calibers(desk: Desk, calls: Calls) -> None:
    state = await desk.ask(COMPANY)
    card = part(state, "cards").one("article")
    state = await desk.act("said", key=card["data-card"], plain=False)
    (said,) = calls.assist.records.said(desk.id)
    assert said.text == card["data-text"]
    assert said.receipt == part(state, "cards").one("span", class_="receipt").text
    assert [each["id"] for each in said.calibers] == ["huludao.job_retention_refund.eligibility"]
    assert "huludao.job_retention_refund.eligibility" in part(state, "record").text
    await desk.act("said", key=card["data-card"], plain=True)
    (said,) = calls.assist.records.said(desk.id)
    assert said.text == card["data-plain"]


async def test_a_reply_worked_out_anew_gets_a_receipt_when_it_is_said(desk: Desk, calls: Calls) -> None:
    await desk.ask(COMPANY)
    state = await desk.fact("layoffs_last_year", "9")
    assert part(state, "cards").all("span", class_="receipt") == []
    await desk.act("said", key=key(state), plain=False)
    await desk.act("said", key=key(state), plain=False)
    (said,) = calls.assist.records.said(desk.id)
    kept = calls.console.parts.conversations.store.receipt(said.receipt)
    assert kept is not None
    assert kept["text"] == said.text
    assert kept["verdict"] == "ineligible"


async def test_what_is_no_longer_shown_cannot_be_said(desk: Desk, calls: Calls) -> None:
    before = key(await desk.ask(COMPANY))
    await desk.fact("layoffs_last_year", "9")
    response = await desk.request("said", key=before, plain=False)
    assert response.status_code == 409
    assert calls.assist.records.said(desk.id) == []


@pytest.mark.parametrize("text", ["公司28个人能领稳岗返还吗", "今天天气怎么样"])
async def test_what_is_not_proved_cannot_be_said(desk: Desk, text: str) -> None:
    state = await desk.ask(text)
    assert part(state, "cards").all("button", **{"data-act": "copy"}) == []
    assert (await desk.request("said", key=key(state), plain=False)).status_code == 409


async def test_a_deviation_needs_words_and_a_reason(desk: Desk, calls: Calls) -> None:
    state = await desk.ask(COMPANY)
    for body in ({"worded": "大概能领"}, {"worded": "", "reason": "plainer"}):
        assert (await desk.request("said", key=key(state), **body)).status_code == 422
    told = {"worded": "大概能领，打13800000000问", "reason": "more", "remark": "来电人很急"}
    state = await desk.act("said", key=key(state), **told)
    (said,) = calls.assist.records.said(desk.id)
    assert said.deviates
    assert said.worded == "大概能领，打【手机号】问"
    assert said.text == part(state, "cards").one("article")["data-text"]
    assert "另有说法：补充了别的情况" in part(state, "record").text
    assert "call_deviation" in [entry.action for entry in calls.console.parts.audit.find(Filter())]


async def test_a_slip_is_struck(desk: Desk, calls: Calls) -> None:
    state = await desk.ask(COMPANY)
    state = await desk.act("said", key=key(state), plain=False)
    number = part(state, "record").one("button")["data-strike"]
    state = await desk.act(f"said/{number}/strike")
    assert calls.assist.records.said(desk.id) == []


async def test_two_windows_lose_no_note(desk: Desk) -> None:
    first = await desk.act("note", base=0, text="问稳岗")
    assert first == {"text": "问稳岗", "version": 1}
    await desk.act("note", base=1, text="问稳岗\n28人")
    both = await desk.act("note", base=1, text="问稳岗\n电话13800000000")
    assert both["text"] == "问稳岗\n28人\n电话【手机号】"
    assert (await desk.get("state")).json()["note"] == both


async def test_the_text_for_the_caller_is_the_approved_one(desk: Desk) -> None:
    state = await desk.ask(COMPANY)
    card = part(state, "cards").one("article")
    empty = await desk.browser.page(f"/console/assist/{desk.id}/text")
    assert "还没有记为" in empty.text
    await desk.act("said", key=card["data-card"], worded="大概行", reason="plainer")
    page = await desk.browser.page(f"/console/assist/{desk.id}/text")
    message = page.one("pre", id="message").text
    assert card["data-text"] in message
    assert "大概行" not in message
    assert "葫芦岛市，按2021年9月15日答复" in message
    assert "以官方文件为准" in message


async def test_the_next_caller_follows_and_the_last_stays_as_it_was(desk: Desk) -> None:
    before = desk.id
    await desk.ask(COMPANY)
    following = (await desk.act("wrap-up", code="answered", next=True))["location"]
    assert following.startswith("/console/assist/")
    assert before not in following
    assert (await desk.request("ask", text=COMPANY, message_id="message-9")).status_code == 409
    assert (await desk.request("facts", fact="insured_headcount", value="3")).status_code == 409
    page = await desk.page()
    assert page.one("span", class_="call-acts").one("span", class_="tag").text == "当场答清"
    assert page.all("button", **{"data-act": "copy"}) == []
    # The next begins with nothing of the last but its region.
    desk.id = following.rpartition("/")[2]
    state = (await desk.get("state")).json()
    assert part(state, "facts").all("li", class_="text") == []
    assert part(state, "place").one("input", id="region")["value"] == "葫芦岛市"


async def test_only_wrapped_up_goes_home_and_may_be_reopened(desk: Desk) -> None:
    await desk.ask(COMPANY)
    assert (await desk.act("wrap-up", code="cut", next=False))["location"] == "/console/assist"
    home = await desk.browser.page("/console/assist")
    assert "中断或无人说话" in home.text
    state = await desk.act("reopen")
    assert not state["ended"]
    await desk.ask(COMPANY)


async def test_an_open_call_stands_on_the_home_page_after_a_restart(desk: Desk, make_calls: MakeCalls) -> None:
    await desk.act("note", base=0, text="问到一半")
    browser = await make_calls().console.person("operator")
    home = await browser.page("/console/assist")
    assert desk.id in home.one("section", **{"aria-labelledby": "going"}).one("a")["href"]
    assert "问到一半" in home.text
