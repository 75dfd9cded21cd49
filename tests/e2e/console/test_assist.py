"""A call by the keyboard alone, from the first keyword to the next caller; the live transcript; two windows; a reload."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from koujing.settings import ROOT
from tests.e2e.running import Running

NewContext = Callable[..., BrowserContext]
COMPANY = "公司参保28人，去年裁了3个，能领稳岗返还吗"
DESK = {"width": 1366, "height": 768}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


class Seat:
    """An operator at the page of a call, who never touches the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.locator("#question")
        self.cards = page.locator(".card")
        self.verdict = page.locator("#card-1 .verdict")
        self.said = page.locator(".said li")
        self.note = page.locator("#note")
        self.missing = page.locator(".missing")

    def ready(self) -> None:
        """The page's script has begun, and the box waits."""
        expect(self.page.locator("#call[data-ready]")).to_be_attached()
        expect(self.box).to_be_focused()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def ask(self, text: str) -> Locator:
        """To the box, type, and read the first card."""
        self.press("/")
        expect(self.box).to_be_focused()
        self.type(text)
        self.press("Enter")
        expect(self.page.locator(".asked")).to_contain_text(text)
        return self.cards.first

    def row(self, fact: str) -> Locator:
        """A fact of the caller."""
        return self.page.locator(f'[data-row="{fact}"]')

    def flaws(self) -> list[str]:
        """What axe finds."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in found]


@pytest.fixture
def context(new_context: NewContext) -> BrowserContext:
    return new_context(viewport=DESK, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture
def home(stack: Running, context: BrowserContext) -> Page:
    """The page where calls begin, with the demonstration's operator signed in."""
    page = context.new_page()
    page.goto(f"{stack.url}/console/sign-in")
    page.locator("[name=name]").fill("demo")
    page.locator("[name=password]").fill("demo")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console(?!/sign-in)"))
    page.goto(f"{stack.url}/console/assist")
    return page


@pytest.fixture
def seat(home: Page) -> Seat:
    """A call just taken, in 葫芦岛."""
    home.keyboard.press("n")
    home.wait_for_url(re.compile("/console/assist/.+"))
    seat = Seat(home)
    seat.ready()
    seat.press("Escape", "r")
    seat.type("huludao")
    expect(home.locator("#region-list li").first).to_contain_text("葫芦岛市")
    seat.press("ArrowDown", "Enter")
    expect(home.locator("#region")).to_have_value("葫芦岛市")
    expect(seat.box).to_be_focused()
    return seat


def test_a_call_by_the_keyboard_alone(seat: Seat) -> None:
    page = seat.page
    seat.type("wengang")
    suggestions = page.locator("#suggestions li")
    expect(suggestions.first).to_contain_text("失业保险稳岗返还")
    expect(suggestions.first.locator(".badge")).to_have_text("待核")
    seat.press("ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    expect(page.locator("#card-1 > header .badge")).to_have_text("核准口径")
    expect(seat.cards.first).to_be_focused()
    expect(page.locator("#card-1 mark").first).to_be_visible()

    # The caller tells; what is missing is asked for, and answered by figures.
    card = seat.ask("公司28个人，去年裁了3个，能领稳岗返还吗")
    expect(card.locator(".badge").first).to_have_text("待核")
    expect(card.locator("[data-act=copy]")).to_have_count(0)
    seat.press("f")
    expect(seat.missing.first.locator("button").first).to_be_focused()
    expect(seat.missing.first).to_contain_text("28人")
    seat.press("1")
    expect(seat.verdict).to_have_text("符合")
    expect(card.locator("> header .badge")).to_have_text("规则判定")
    expect(seat.cards.first).to_be_focused()

    # Copied word for word, and kept with its caliber and receipt.
    words = card.get_attribute("data-text")
    seat.press("c")
    expect(seat.said).to_have_count(1)
    expect(seat.said.first).to_contain_text(re.compile("huludao.job_retention_refund.eligibility 回执 [0-9A-Z]{12}"))
    assert page.evaluate("navigator.clipboard.readText()") == words

    # Otherwise worded, with the reason.
    seat.press("x")
    expect(page.locator("#deviate")).to_be_visible()
    seat.type("能申请，年底前办就行")
    seat.press("Tab", "Space", "Control+Enter")
    expect(page.locator(".said .deviates")).to_contain_text("换成更好懂的说法")

    seat.press("n")
    seat.type("公司28人裁3人，问稳岗返还，已告知符合")
    expect(page.locator("#note-state")).to_contain_text("已保存")
    seat.press("Escape", "Escape")
    assert seat.flaws() == []

    seat.press("w")
    expect(page.locator("#wrap-up")).to_be_visible()
    assert seat.flaws() == []
    before = page.url
    seat.press("1", "Enter")
    page.wait_for_url(lambda url: url != before)
    seat.ready()
    expect(page.locator("#region")).to_have_value("葫芦岛市")
    expect(seat.cards).to_have_count(0)
    expect(seat.note).to_have_value("")


def test_the_keys_are_listed(seat: Seat) -> None:
    seat.press("Escape", "?")
    keys = seat.page.locator("dialog.keys")
    expect(keys).to_be_visible()
    for words in ("到输入框", "改地区", "改答复日期", "写记录", "小结、接下一通", "到要问的第一条"):
        expect(keys).to_contain_text(words)


def test_the_verdict_follows_the_facts(seat: Seat) -> None:
    seat.ask(COMPANY)
    expect(seat.verdict).to_have_text("符合")
    layoffs = seat.row("layoffs_last_year").locator("input")
    layoffs.focus()
    seat.press("Control+a")
    seat.type("9")
    seat.press("Enter")
    expect(seat.verdict).to_have_text("不符合")
    expect(seat.cards.first).to_contain_text("32.14％")
    expect(seat.page.locator(".screening li").filter(has_text="稳岗返还").locator(".tag")).to_have_text("不符合")
    layoffs.focus()
    seat.press("Control+a")
    seat.type("3")
    seat.press("Tab")
    expect(seat.verdict).to_have_text("符合")


def test_nothing_is_lost_on_a_reload(seat: Seat) -> None:
    page = seat.page
    seat.ask(COMPANY)
    seat.press("y")
    expect(seat.said).to_have_count(1)
    seat.press("n")
    seat.type("还没存就刷新")
    page.reload()
    seat.ready()
    expect(seat.note).to_have_value("还没存就刷新")
    expect(seat.verdict).to_have_text("符合")
    expect(seat.said).to_have_count(1)
    seat.press("Escape", "/")
    seat.type("打到一半")
    page.reload()
    expect(seat.box).to_have_value("打到一半")


def test_two_windows_of_one_call(seat: Seat, context: BrowserContext) -> None:
    other = Seat(context.new_page())
    other.page.goto(seat.page.url)
    other.ready()
    seat.page.bring_to_front()
    seat.ask(COMPANY)
    expect(other.verdict).to_have_text("符合")
    for window, words in ((seat, "甲窗口写的"), (other, "乙窗口写的")):
        window.note.focus()
        window.note.press_sequentially(words)
    expect(other.note).to_have_value(re.compile("甲窗口写的"))
    expect(other.note).to_have_value(re.compile("乙窗口写的"))
    expect(seat.note).to_have_value(re.compile("甲窗口写的\n?乙窗口写的|乙窗口写的\n?甲窗口写的"))


def test_the_live_transcript_fills_the_page(stack: Running, home: Page) -> None:
    replay = [sys.executable, "scripts/replay_call.py", "--url", stack.url, "--call", "e2e-call", "--speed", "30"]
    with subprocess.Popen(replay, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip().partition("：")[2]
        home.goto(address)
        home.keyboard.press("Enter")
        seat = Seat(home)
        seat.ready()
        expect(home.locator(".heard .lines")).to_contain_text("什么时候截止", timeout=20_000)
        assert running.wait(20) == 0
    for fact in ("is_unemployed", "was_insured", "unemployment_date", "assistance_received"):
        expect(seat.row(fact)).to_contain_text("从通话听到")
    # Typed and taken at once, before the list is there.
    seat.press("Escape", "r")
    seat.type("huludao")
    seat.press("Enter")
    expect(home.locator("#region")).to_have_value("葫芦岛市")
    expect(home.locator(".hints button").first).to_contain_text("失业补助金")
    expect(seat.box).to_be_focused()
    assert seat.flaws() == []
    seat.ask("能领失业补助金吗")
    expect(seat.verdict).to_be_visible()
