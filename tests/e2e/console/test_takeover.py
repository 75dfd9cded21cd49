"""An operator takes a citizen's conversation over, answers and hands it back: on the website, and on WeChat."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import NewContext
from tests.e2e.console.phone import Phones
from tests.e2e.console.waiting import open_waiting
from tests.e2e.running import Running
from tests.e2e.web.window import Window


def answer(page: Page, text: str) -> None:
    """In one's own words."""
    page.locator("#text").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".talk-lines .operator", has_text=text)).to_be_visible()


def lines(page: Page) -> list[str]:
    return page.locator(".talk-lines .words").all_inner_texts()


def test_a_citizen_of_the_website(stack: Running, console: Page, new_context: NewContext) -> None:
    citizen = new_context().new_page()
    citizen.goto(f"{stack.url}/?region=huludao")
    window = Window(citizen, stack.url).open()
    window.ask("公司28个人，去年裁了3个，能领稳岗返还吗")
    window.ask("转人工")
    open_waiting(console, "去年裁了3个")
    expect(console.locator("[data-piece=side]")).to_contain_text("28")
    assert Axe().run(console).response["violations"] == []
    console.keyboard.press("t")
    expect(console.locator(".talk-head")).to_contain_text("由您答复")
    expect(window.root.get_by_text("工作人员已接入").first).to_be_visible()
    window.input.fill("28个人都交失业保险，去年只裁了1个")
    window.input.press("Enter")
    expect(console.locator(".talk-lines .citizen").last).to_contain_text("去年只裁了1个")
    expect(window.waiting).to_have_count(0)
    answer(console, "我帮您核一下。")
    said = window.root.locator("li.operator")
    expect(said).to_contain_text("工作人员")
    expect(said).to_contain_text("我帮您核一下。")
    # Approved words, by keyboard alone.
    console.locator("#text").blur()
    console.keyboard.press("/")
    console.keyboard.type("稳岗返还 条件")
    expect(console.locator("#found [role=option]").first).to_be_visible()
    console.keyboard.press("Enter")
    expect(console.locator("#mark")).to_have_text("核准口径")
    approved = console.locator("#text").input_value()
    assert Axe().run(console).response["violations"] == []
    console.keyboard.press("Control+Enter")
    expect(console.locator(".talk-lines .operator .badge.caliber")).to_be_visible()
    expect(said.last).to_contain_text(approved[:20])
    replies = window.replies.count()
    console.keyboard.press("Alt+b")
    expect(console.locator(".talk-head")).to_contain_text("智能助手答复中")
    # The bot knows what was told meanwhile, and asks nothing twice.
    reply = window.ask("那现在能领稳岗返还吗")
    expect(reply.locator(".verdict.eligible")).to_be_visible()
    expect(window.replies).to_have_count(replies + 1)


def test_a_follower_on_wechat(stack: Running, phones: Phones, console: Page) -> None:
    phone = phones.phone()
    phone.say("葫芦岛失业补助金怎么领")
    phone.sees("失业补助金")
    phone.say("转人工")
    phone.sees("工作人员")
    open_waiting(console, "失业补助金怎么领")
    console.keyboard.press("t")
    expect(console.locator(".room")).to_contain_text(re.compile("还可主动发送 .* 条"))
    before = len(phone.words)
    phone.say("我2021年3月1日失业的")
    expect(console.locator(".talk-lines .citizen").last).to_contain_text("2021年3月1日")
    assert len(phone.words) == before, phone.words
    assert not phone.typing
    answer(console, "收到，我看一下。")
    phone.sees("【人工】收到，我看一下。")
    expect(console.locator(".talk-lines .operator .how")).to_have_text("已送达")
    # The quota is spent: what is said then waits for the follower's next word.
    for n in range(5):
        answer(console, f"第{n}句")
    expect(console.locator(".room.none")).to_contain_text("下次发消息时送到")
    phone.say("好")
    phone.sees("第4句")
    expect(console.locator(".talk-lines .citizen").last).to_contain_text("好")
    console.keyboard.press("Alt+b")
    expect(console.locator(".talk-head")).to_contain_text("智能助手答复中")
    phone.say("失业补助金能领几个月")
    phone.sees("6个月") if phone.has("6个月") else phone.sees("失业补助金")


def test_what_is_being_written_is_not_lost(stack: Running, console: Page, new_context: NewContext) -> None:
    citizen = new_context().new_page()
    citizen.goto(f"{stack.url}/?region=huludao")
    window = Window(citizen, stack.url).open()
    window.ask("请给我转人工")
    open_waiting(console, "请给我转人工")
    console.keyboard.press("t")
    console.locator("#text").fill("写到一半")
    window.input.fill("还在吗")
    window.input.press("Enter")
    expect(console.locator(".talk-lines .citizen").last).to_contain_text("还在吗")
    expect(console.locator("#text")).to_have_value("写到一半")
    stack.kill_desk()
    stack.start_desk()
    console.reload()
    expect(console.locator(".talk-head")).to_contain_text("由您答复")
    expect(console.locator("#text")).to_have_value("写到一半")
    answer(console, "写完了")
    expect(window.root.locator("li.operator")).to_contain_text("写完了", timeout=60_000)
    assert lines(console).count("写完了") == 1
