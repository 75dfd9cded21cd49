"""Everyone: keyboard only, input methods, small screens, 长者模式, and what axe finds in every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.running import Running
from tests.e2e.web.window import Window

LAW_FIRM = "律所12个人参保去年一个没裁能领稳岗返还吗"
ASSISTANCE = "我失业了能领失业补助金吗"
PHONE = {"width": 320, "height": 568}
# WCAG 2.2 AA, and what axe calls good practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

# In dark nothing else is another.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is written or pressed below a root, with its size; what only screen readers hear is left out.
SMALL_TEXT = """(root) => {
  const found = [];
  const below = root.shadowRoot || root;
  const walker = document.createTreeWalker(below, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('.hidden, .skip, style')) continue;
    const size = parseFloat(getComputedStyle(node).fontSize);
    if (size < 18) found.push(`${size} ${walker.currentNode.data.trim().slice(0, 20)}`);
  }
  return found;
}"""
SMALL_TARGETS = """(root) => {
  const found = [];
  const below = root.shadowRoot || root;
  below.querySelectorAll('button, input, textarea, summary, a.button, .switches a, .acts a, .places a').forEach((node) => {
    if (!node.checkVisibility() || node.closest('.hidden, .skip')) return;
    // Of a box to tick the words beside it can be pressed as well.
    const box = (node.closest('label') || node).getBoundingClientRect();
    if (box.height < 59.5 || box.width < 59.5) found.push(`${node.textContent || node.name} ${box.width}x${box.height}`);
  });
  return found;
}"""


def test_keyboard_alone(stack: Running, page: Page) -> None:
    page.goto(f"{stack.url}/?region=huludao")
    window = Window(page, stack.url)
    window.launcher.focus()
    page.keyboard.press("Enter")
    expect(window.input).to_be_focused()
    page.keyboard.type("公司28个人，去年裁了3个，能领稳岗返还吗")
    page.keyboard.press("Enter")
    window.expect_replies(1)
    expect(window.input).to_be_focused()
    # Back from the input into the conversation, to the first option.
    _tab_to(page, window.last.locator("[data-option]").first, "Shift+Tab")
    page.keyboard.press("Enter")
    window.expect_replies(2)
    expect(window.last.locator(".verdict.eligible")).to_be_visible()
    # Used buttons keep the focus: nobody is thrown back to the top.
    expect(window.replies.first.locator("[data-option]").first).to_be_focused()
    summary = window.last.locator("summary", has_text="依据与原文")
    _tab_to(page, summary, "Tab")
    page.keyboard.press("Space")
    expect(window.last.locator("blockquote").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(window.panel).not_to_be_visible()
    expect(window.launcher).to_be_focused()


def _tab_to(page: Page, wanted: Any, key: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press(key)
        if wanted.evaluate("(node) => node.getRootNode().activeElement === node"):
            return
    raise AssertionError("not reached by keyboard")


def test_enter_of_an_input_method_sends_nothing(window: Window) -> None:
    window.input.fill("shiye")
    for how in ("isComposing: true", "keyCode: 229"):
        window.input.evaluate(
            "(node) => node.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{key: 'Enter', bubbles: true, cancelable: true, {how}}}))"
        )
    expect(window.input).to_have_value("shiye")
    expect(window.said).to_have_count(0)
    window.input.press("Shift+Enter")
    expect(window.input).to_have_value("shiye\n")
    assert window.record() == []


def test_nothing_is_wider_than_a_small_phone(stack: Running, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{stack.url}/?region=huludao")
    assert page.evaluate(WIDER) <= 0
    window = Window(page, stack.url).open()
    expect(window.panel).to_have_attribute("role", "dialog")
    window.ask(LAW_FIRM)
    for summary in window.last.locator("summary").all():
        summary.click()
    assert page.evaluate(WIDER) <= 0
    assert window.root.locator(".scroller").evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    assert window.panel.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    for address in ("/chat?site=demo&region=huludao", "/privacy", "/chat/callback?site=demo"):
        page.goto(stack.url + address)
        assert page.evaluate(WIDER) <= 0, address


def test_pages_without_script_fit_a_small_phone(stack: Running, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(f"{stack.url}/chat?site=demo&region=huludao&mode=elder")
    page.locator("#text").fill(LAW_FIRM)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".badge")).to_be_visible()
    page.evaluate("0")
    assert page.locator("body").evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0


def test_everything_is_large_for_the_old(window: Window) -> None:
    window.elder.click()
    window.ask(LAW_FIRM)
    window.ask("我失业了")
    window.root.get_by_role("button", name="更多").first.click()
    for summary in window.root.locator("li.reply summary:visible").all():
        summary.click()
    assert window.root.evaluate(SMALL_TEXT) == []
    assert window.root.evaluate(SMALL_TARGETS) == []
    # No more than three choices at a time.
    for options in window.root.locator("section > .options").all():
        assert options.locator("[data-option]:visible").count() <= 3
    window.page.reload()
    expect(window.elder).to_have_text("退出长者版")


def test_everything_is_large_on_the_page_without_script(
    stack: Running, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{stack.url}/chat?site=demo&region=huludao&mode=elder")
    page.locator("#text").fill(ASSISTANCE)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".asked")).to_be_visible()
    assert page.locator("body").evaluate(SMALL_TEXT) == []
    assert page.locator("body").evaluate(SMALL_TARGETS) == []


def shut_out(page: Page) -> list[str]:
    """What axe finds that is serious or critical."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found = Axe().run(page, options=COLOURS if dark else RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_window(
    stack: Running, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.goto(f"{stack.url}/?region=huludao")
    window = Window(page, stack.url)
    expect(window.launcher).to_be_visible()
    assert shut_out(page) == [], "closed"
    window.open()
    assert shut_out(page) == [], "open"
    window.ask(LAW_FIRM)
    for summary in window.last.locator("summary").all():
        if summary.evaluate("(node) => !node.parentNode.open"):
            summary.click()
    assert shut_out(page) == [], "verdict with everything unfolded"
    window.ask("不对，是去年裁了5个")
    window.ask(ASSISTANCE)
    window.press("是")
    assert shut_out(page) == [], "interview"
    window.root.get_by_role("button", name="转人工").click()
    expect(window.root.get_by_role("dialog")).to_be_visible()
    assert shut_out(page) == [], "call back"
    window.root.get_by_role("dialog").get_by_role("button", name="返回").click()
    window.elder.click()
    assert shut_out(page) == [], "for the old"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages(
    stack: Running, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    context = new_context(color_scheme=scheme, bypass_csp=True)
    # axe is a script: what it looks at here is the page as it is when only the widget's script is kept away.
    context.route("**/widget/**", lambda route: route.abort())
    page = context.new_page()
    for address in ("/", "/privacy", "/chat/callback?site=demo", "/chat?site=demo&region=huludao"):
        page.goto(stack.url + address)
        assert shut_out(page) == [], address
    page.locator("#text").fill(LAW_FIRM)
    page.get_by_role("button", name="发送").click()
    for summary in page.locator("article.reply summary").all():
        summary.click()
    assert shut_out(page) == [], "verdict"
    page.locator("#text").fill(ASSISTANCE)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".asked")).to_be_visible()
    assert shut_out(page) == [], "interview"
    page.get_by_role("link", name="长者版").click()
    assert shut_out(page) == [], "for the old"
