"""A conversation in the window: verdicts, interviews by buttons, corrections, and what one may do with a reply."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.running import Running
from tests.e2e.web.window import Window, kinds

LAW_FIRM = "律所12个人参保去年一个没裁能领稳岗返还吗"
COMPANY = "公司28个人，去年裁了3个，能领稳岗返还吗"
ASSISTANCE = "我失业了能领失业补助金吗"


def test_a_verdict_stands_with_its_reasons_and_sources(window: Window) -> None:
    reply = window.ask(LAW_FIRM)
    expect(reply.locator(".verdict.eligible")).to_contain_text("符合")
    expect(reply.locator(".reasons li").first).to_contain_text("符合")
    sources = reply.locator("details", has_text="依据与原文")
    quote = sources.locator("blockquote").first
    expect(quote).not_to_be_visible()
    sources.locator("summary").first.click()
    expect(quote).to_be_visible()
    expect(sources).to_contain_text("葫人社发〔2021〕2号")
    expect(reply.locator(".windows")).to_contain_text("2021年12月31日")
    expect(reply.locator("footer")).to_contain_text(re.compile("葫芦岛市.*回执 .*以官方文件为准.*12345"))


def test_an_interview_by_buttons_comes_to_a_verdict(window: Window) -> None:
    window.ask(ASSISTANCE)
    for label in ("是", "是"):
        expect(window.last.locator(".ask")).to_be_visible()
        window.press(label)
    expect(window.last.locator(".ask")).to_contain_text("哪一天")
    expect(window.input).to_have_attribute("placeholder", re.compile("2021年"))
    window.ask("2021年3月1日")
    reply = window.press("否")
    expect(reply.locator(".verdict.eligible")).to_be_visible()
    # The buttons of before stay to be read, and do nothing.
    expect(window.root.locator("[data-option][aria-pressed=true]")).to_have_count(3)
    expect(window.replies.nth(0).locator("[data-option]:not([aria-disabled])")).to_have_count(0)
    window.replies.nth(0).locator("[data-option]").last.click(force=True)
    window.expect_replies(5)
    assert [event["text"] for event in window.record() if event["type"] == "message"] == [
        ASSISTANCE,
        "是",
        "是",
        "2021年3月1日",
        "否",
    ]


def test_a_correction_turns_the_verdict(window: Window) -> None:
    expect(window.ask(LAW_FIRM).locator(".verdict.eligible")).to_be_visible()
    reply = window.ask("不对，是去年裁了5个")
    expect(reply.locator(".verdict.ineligible")).to_contain_text("不符合")


def test_the_place_is_asked_for(stack: Running, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(stack.url)
    window = Window(page, stack.url).open()
    expect(window.ask("失业补助金能领多久").locator(".ask")).to_contain_text("哪个地方")
    reply = window.press("葫芦岛市")
    expect(reply).to_contain_text("2022年6月30日")
    expect(reply.locator("footer")).to_contain_text("葫芦岛市")


def test_whether_it_was_of_use_is_told_with_a_reason(window: Window) -> None:
    reply = window.ask("稳岗返还什么时候截止")
    reply.get_by_role("button", name="没用", exact=True).click()
    reply.get_by_role("button", name="看不懂").click()
    expect(reply.get_by_role("button", name="看不懂")).to_have_attribute("aria-pressed", "true")
    expect(reply.locator("footer")).to_contain_text("谢谢，已记下")
    reply.get_by_role("button", name="有用", exact=True).click()
    expect(reply.get_by_role("button", name="有用", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(reply.get_by_role("button", name="看不懂")).not_to_be_visible()


def test_a_call_back_needs_consent_and_can_be_taken_back(window: Window) -> None:
    window.root.get_by_role("button", name="转人工").click()
    dialog = window.root.get_by_role("dialog", name="请工作人员回电")
    phone = dialog.get_by_label("电话号码", exact=True)
    expect(phone).to_be_disabled()
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("alert")).to_contain_text("先勾选同意")
    dialog.get_by_label("我同意").check()
    phone.fill("12")
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("alert")).to_contain_text("电话号码不对")
    phone.fill("13800000000")
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("status")).to_contain_text("已留下回电请求")
    dialog.get_by_role("button", name="撤回请求").click()
    expect(dialog.get_by_role("status")).to_contain_text("已撤回")
    notices = [event["text"] for event in window.record() if event["type"] == "notice"]
    assert len(notices) == 2
    assert not any("13800000000" in text for text in notices)


def test_the_conversation_is_saved_and_cleared(window: Window) -> None:
    window.ask(COMPANY)
    more = window.root.get_by_role("button", name="更多")
    more.click()
    with window.page.expect_download() as download:
        window.root.get_by_role("button", name="保存对话").click()
    assert download.value.suggested_filename == "政策咨询对话.txt"
    text = download.value.path().read_text(encoding="utf-8")
    assert COMPANY in text
    assert "以官方文件为准" in text
    old = window.session["token"]
    window.root.get_by_role("button", name="清除对话").click()
    window.root.get_by_role("dialog").get_by_role("button", name="清除对话").click()
    expect(window.replies).to_have_count(0)
    expect(window.root.get_by_text("对话已清除").first).to_be_visible()
    window.wait_for(lambda kept: kept.get("session", {}).get("token", old) != old)
    assert kinds(window.record()) == []


def test_the_other_script_changes_all_but_the_quotes(window: Window) -> None:
    window.ask("稳岗返还什么时候截止")
    quote = window.last.locator("blockquote").first.text_content()
    window.root.get_by_role("button", name="繁體").click()
    expect(window.last).to_contain_text("穩崗返還")
    expect(window.input).to_have_count(0)  # its label is in the other script now
    assert window.last.locator("blockquote").first.text_content() == quote


def test_pages_use_it_by_script(stack: Running, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    page.goto(f"{stack.url}/?region=huludao")
    window = Window(page, stack.url)
    expect(window.launcher).to_be_visible()
    page.evaluate("void KoujingChat.on('reply', (event) => { window.heard = event.view.status; })")
    page.evaluate("KoujingChat.send('稳岗返还什么时候截止')")
    window.expect_replies(1)
    assert page.evaluate("window.heard") == "answered"
    page.evaluate("KoujingChat.close()")
    expect(window.panel).not_to_be_visible()
