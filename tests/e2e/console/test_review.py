"""From a citizen's answer of no use to a patch that git takes: found by itself, labelled, made an example, gathered."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from koujing.clock import Clock
from koujing.desk.console.passwords import Passwords
from koujing.settings import ROOT
from koujing.store.database import open_database
from koujing.store.staff import StaffStore
from tests.e2e.running import Running
from tests.e2e.web.window import Window

MANY = 100_000
PASSWORD = "correct horse battery"
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = Path(tmp_path_factory.mktemp("review"))
    running = Running(data, web_address_per_minute=MANY, web_reads_per_minute=MANY)
    running.start()
    engine = open_database(data / "koujing.db")
    hashed = Passwords().hash(PASSWORD)
    StaffStore(engine, Clock()).add("editor", "政策编辑员", ["reviewer", "policy_editor"], None, hashed)
    engine.dispose()
    yield running
    running.stop()


@pytest.fixture
def console(stack: Running, new_context: NewContext) -> Page:
    """The console, with somebody signed in who reviews and who makes patches."""
    page = new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True).new_page()
    page.goto(f"{stack.url}/console/sign-in")
    page.locator("[name=name]").fill("editor")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    # What follows must not overtake the answer.
    expect(page.locator(".me")).to_be_visible()
    return page


def clean(page: Page) -> None:
    """The page is without flaws for those who do not see it, and its keys are ready."""
    expect(page.locator("#show-keys")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def open_turn(page: Page, url: str, question: str) -> None:
    """By keyboard: J to the first row, Enter."""
    page.goto(url)
    clean(page)
    page.keyboard.press("j")
    expect(page.locator("[data-row]:focus")).to_contain_text(question)
    page.keyboard.press("Enter")
    expect(page.locator("#label-title")).to_be_visible()
    clean(page)


def test_from_an_answer_of_no_use_to_a_patch(
    stack: Running, console: Page, new_context: NewContext, tmp_path: Path
) -> None:
    citizen = new_context().new_page()
    citizen.goto(f"{stack.url}/?region=huludao")
    window = Window(citizen, stack.url).open()
    reply = window.ask("稳岗返还要什么材料")
    reply.get_by_role("button", name="没用").click()
    expect(reply.get_by_text("谢谢，已记下")).to_be_visible()
    # Without a word of the citizen's own the answer stands in the list by itself, with both reasons.
    open_turn(console, f"{stack.url}/console/review?kind=useless", "稳岗返还要什么材料")
    expect(console.locator(".head-line")).to_contain_text("没答上")
    console.keyboard.press("3")
    console.locator("#aspect").select_option("how")
    console.keyboard.press("Control+Enter")
    expect(console.locator(".done")).to_contain_text("标注已保存")
    expect(console.locator("#show-keys")).to_be_visible()
    console.keyboard.press("e")
    console.locator("#example-text").fill("办这个退费要不要自己跑去申报一趟")
    console.locator("#example-reason").fill("问的是怎么办")
    console.locator("#example-seen").check()
    console.get_by_role("button", name="记下例句").click()
    expect(console.locator(".done")).to_contain_text("例句已记下")
    # What the notice leaves open was counted under a number at the same time.
    expect(console.locator("#points-title + ul")).to_contain_text("DM-001")
    console.goto(f"{stack.url}/console/review/patches")
    clean(console)
    console.locator("#title").fill("复核一条")
    console.locator("#reason").fill("方面认错")
    console.get_by_role("button", name="合成补丁并试一遍").click(timeout=60_000)
    expect(console.locator(".tag.good", has_text="通过")).to_be_visible(timeout=60_000)
    clean(console)
    with console.expect_download() as download:
        console.get_by_role("link", name="下载补丁").click()
    patch = tmp_path / "review.patch"
    download.value.save_as(patch)
    text = patch.read_text(encoding="utf-8")
    assert "+    - 办这个退费要不要自己跑去申报一趟" in text
    assert "# 作者角色：政策编辑" in text
    subprocess.run(["git", "apply", "--check", str(patch)], cwd=ROOT, check=True)


def test_from_an_open_point_to_a_draft(stack: Running, console: Page, new_context: NewContext) -> None:
    citizen = new_context().new_page()
    citizen.goto(f"{stack.url}/?region=huludao")
    Window(citizen, stack.url).open().ask("稳岗返还的钱从哪个资金里出")
    console.goto(f"{stack.url}/console/open-points")
    clean(console)
    console.locator("[data-row]", has_text="资金来源").click()
    expect(console.locator("#hits-title + ul")).to_contain_text("资金")
    clean(console)
    console.keyboard.press("a")
    expect(console.locator(".done")).to_contain_text("已问科室")
    console.locator("#answer").fill("从失业保险基金中列支。")
    console.locator("#answer_source").fill("电话答复")
    console.locator("#answer_on").fill("2026-01-05")
    console.get_by_role("button", name="记录答复").click()
    expect(console.locator(".done")).to_contain_text("答复已记录")
    console.locator("#draft-text").fill("稳岗返还的资金从失业保险基金中列支。")
    console.locator("#draft-plain").fill("钱从失业保险基金里出。")
    console.locator("#draft-quote").fill("失业保险稳岗返还")
    console.locator("#draft-reason").fill("科室答复")
    console.locator("#draft-seen").check()
    clean(console)
    console.get_by_role("button", name="记下草稿").click()
    expect(console.locator(".done")).to_contain_text("草稿已记下")
