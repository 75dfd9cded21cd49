"""Below /chat: whether a reply helped, being called back, clearing and keeping the conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette

from koujing.desk.web.page_kit import COOKIE
from tests.desk.web.conftest import Time, database_bytes
from tests.desk.web.html import Element
from tests.desk.web.surfing import Surfer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def surfer(web_app: Callable[..., Starlette]) -> AsyncIterator[Surfer]:
    """After one answer."""
    surfer = Surfer(web_app())
    async with surfer.http:
        await surfer.go("/chat")
        await surfer.ask("甲")
        yield surfer


def receipt(page: Element) -> str:
    return page.one("input", name="receipt")["value"]


async def test_useful_is_noted_and_can_be_changed(surfer: Surfer) -> None:
    page = await surfer.press("有用")
    assert surfer.location == f"/chat?site=demo#r-{receipt(page)}"
    assert "已记下：有用" in page.one(class_="noted").text
    page = await surfer.press("提交“没用”", {"reason": "unclear", "note": "看不懂"})
    assert "已记下：没用" in page.one(class_="noted").text
    assert page.one(class_="noted")["role"] == "status"


async def test_the_reasons_have_words(surfer: Surfer) -> None:
    form = surfer.page.one("form", class_="feedback")
    assert form.one("legend").text == "哪里不好？（可不选）"
    values = [field["value"] for field in form.all("input", type="radio")]
    assert values == ["unclear", "wrong", "not_my_question", "incomplete", "other"]


async def test_a_call_back_needs_a_number_and_consent(surfer: Surfer, tmp_path: Path) -> None:
    page = await surfer.go("/chat/callback?site=demo")
    assert page.one("input", id="phone")["type"] == "tel"
    assert page.one("input", id="phone")["autocomplete"] == "tel"
    assert page.one("input", name="consent").get("checked") is None
    page = await surfer.press("提交", {"phone": "13800138000", "note": "想问补贴"})
    assert surfer.response.status_code == 400
    assert "还没有提交" in page.one(role="alert").text
    assert page.one("input", id="phone")["value"] == "13800138000"
    assert page.one("textarea", id="note").text == "想问补贴"
    page = await surfer.press("提交", {"phone": "123", "consent": "yes", "when": "morning"})
    assert page.one("input", id="phone")["aria-invalid"] == "true"
    assert page.one("input", value="morning").get("checked") == ""
    assert page.one("input", name="consent").get("checked") == ""
    page = await surfer.press("提交", {"phone": "138 0013 8000", "consent": "yes"})
    assert surfer.response.status_code == 200
    assert page.one("h1").text == "已留下回电请求"
    assert b"13800138000" not in database_bytes(tmp_path)


async def test_a_call_back_can_be_taken_back_for_ten_minutes(surfer: Surfer) -> None:
    await surfer.go("/chat/callback")
    await surfer.press("提交", {"phone": "024-12345678", "consent": "yes"})
    code = surfer.page.one(class_="code").text
    page = await surfer.press("撤回这个请求")
    assert [line.text for line in page.all(class_="system")] == [
        f"系统提示：已留下回电请求，编号 {code}。10 分钟内可以撤回。",
        f"系统提示：已撤回回电请求 {code}。",
    ]


async def test_after_that_it_is_too_late_and_said_so(surfer: Surfer, time: Time) -> None:
    await surfer.go("/chat/callback")
    await surfer.press("提交", {"phone": "13800138000", "consent": "yes"})
    time.pass_(minutes=11)
    page = await surfer.press("撤回这个请求")
    assert surfer.response.status_code == 409
    assert "10 分钟" in page.one("h1").text


async def test_clearing_asks_first_and_then_forgets_everything(surfer: Surfer) -> None:
    token = surfer.http.cookies[COOKIE]
    page = await surfer.go("/chat/clear?site=demo")
    assert page.one("h1").text == "要清除这次对话吗？"
    assert page.one("form").one("a").text == "不清除，回到对话"
    page = await surfer.press("清除对话")
    assert page.all("li", class_="turn") == []
    assert surfer.http.cookies[COOKIE] != token
    dead = await surfer.http.get("/api/v1/web/events", headers={"Authorization": f"Bearer {token}"})
    assert dead.status_code == 401


async def test_clearing_without_a_conversation_does_no_harm(web_app: Callable[..., Starlette]) -> None:
    surfer = Surfer(web_app())
    await surfer.go("/chat/clear")
    page = await surfer.press("清除对话")
    assert page.one("h1").text == "就业政策咨询"


async def test_the_conversation_can_be_kept_as_a_text(surfer: Surfer) -> None:
    address = next(link["href"] for link in surfer.page.all("a") if link.text == "保存对话（文本）")
    response = await surfer.http.get(address)
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    assert "可以申领。" in response.text
    assert "以官方文件为准" in response.text


async def test_feedback_for_a_reply_of_someone_else_is_refused(
    surfer: Surfer, web_app: Callable[..., Starlette]
) -> None:
    other = Surfer(web_app())
    await other.go("/chat")
    page = await other.post("/chat/feedback", {"site": "demo", "receipt": receipt(surfer.page), "useful": "true"})
    assert other.response.status_code == 404
    assert page.one("h1").text == "本次对话里没有这个回执。"
