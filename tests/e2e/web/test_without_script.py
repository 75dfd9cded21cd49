"""/chat with script off: an interview, a verdict, feedback and a call back by plain forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.running import Running


@pytest.fixture
def plain(stack: Running, new_context: Callable[..., BrowserContext]) -> Page:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{stack.url}/chat?site=demo&region=huludao")
    return page


def ask(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.get_by_role("button", name="发送").click()


def test_an_interview_by_plain_forms(plain: Page) -> None:
    ask(plain, "我失业了能领失业补助金吗")
    newest = plain.locator(".turn.newest")
    for label in ("是", "是"):
        newest.locator(".choices").get_by_role("button", name=label, exact=True).click()
    expect(newest.locator(".asked")).to_contain_text("哪一天")
    newest.locator("#answer").fill("2021-03-01")
    newest.get_by_role("button", name="回答").click()
    newest.locator(".choices").get_by_role("button", name="否", exact=True).click()
    expect(newest.locator(".badge")).to_have_text("符合")
    expect(plain.locator("article.reply")).to_have_count(5)
    # A reload posts nothing again.
    plain.reload()
    expect(plain.locator("article.reply")).to_have_count(5)
    newest.locator(".feedback").get_by_role("button", name="有用", exact=True).click()
    expect(newest.locator(".noted")).to_contain_text("已记下")


def test_a_correction_by_plain_forms(plain: Page) -> None:
    ask(plain, "律所12个人参保去年一个没裁能领稳岗返还吗")
    expect(plain.locator(".turn.newest .badge")).to_have_text("符合")
    source = plain.locator(".turn.newest .source").first
    source.locator("summary").click()
    expect(source.locator("blockquote")).to_be_visible()
    ask(plain, "不对，是去年裁了5个")
    expect(plain.locator(".turn.newest .badge")).to_have_text("不符合")


def test_a_call_back_by_plain_forms(plain: Page) -> None:
    plain.get_by_role("link", name="转人工").click()
    plain.get_by_label("电话号码").fill("12")
    plain.get_by_label("我同意").check()
    plain.get_by_role("button", name="提交").click()
    expect(plain.get_by_role("alert")).to_contain_text("还没有提交")
    plain.get_by_label("电话号码").fill("0429-3111111")
    plain.get_by_role("button", name="提交").click()
    expect(plain.get_by_role("status")).to_contain_text("编号")
    plain.get_by_role("button", name="撤回").click()
    expect(plain.get_by_text("已撤回").first).to_be_visible()


def test_what_was_said_is_cleared(plain: Page) -> None:
    ask(plain, "稳岗返还什么时候截止")
    plain.get_by_role("link", name="清除对话").click()
    plain.get_by_role("button", name="清除对话").click()
    expect(plain.locator("article.reply")).to_have_count(0)


def test_the_first_page_leads_here(stack: Running, plain: Page) -> None:
    plain.goto(f"{stack.url}/?region=huludao")
    plain.locator(".try button").first.click()
    expect(plain.locator("article.reply")).to_have_count(1)


def test_page_and_window_show_one_conversation(stack: Running, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{stack.url}/chat?site=demo&region=huludao")
    window = page.locator("koujing-chat")
    window.get_by_role("textbox", name="输入您的问题").fill("稳岗返还什么时候截止")
    window.get_by_role("button", name="发送").click()
    expect(window.locator("li.reply")).to_have_count(1, timeout=20_000)
    page.reload()
    expect(window.locator("li.reply")).to_have_count(1)
    # The form below it, which the window covers, knows the same.
    expect(window.locator("article.reply")).to_have_count(1)
    expect(page.locator("form.composer[action='/chat']")).not_to_be_visible()
