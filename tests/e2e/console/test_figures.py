"""Figures, office hours and practice in a real browser: looked at for accessibility and room, practised by keyboard alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from koujing.clock import Clock
from koujing.desk.console.figures.pages import figure_routes
from koujing.desk.console.headers import ConsoleHeaders
from koujing.desk.console.hours_pages import hours_routes
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.parts import console_parts
from koujing.desk.console.passwords import Passwords, Scrypt
from koujing.desk.console.people_routes import people_routes, static_mount
from koujing.desk.console.practice.pages import practice_routes
from koujing.desk.errors import ApiError, api_error, http_error, unexpected_error
from koujing.desk.web.view import view
from koujing.knowledge.base import Knowledge
from koujing.settings import DEMO_DATE, Settings
from koujing.store.database import open_database
from koujing.store.store import Store
from tests.desk.conftest import blank_reply
from tests.desk.web.serving import serving

PASSWORD = "correct horse battery"
CLAUSE = "hld-2021-2:1"
SIZES = ((1366, 768), (1920, 1080), (320, 640))
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[str]:
    """The console alone, after some questions."""
    settings = Settings(data=Path(tmp_path_factory.mktemp("figures")), today=DEMO_DATE, secret="s" * 32)
    engine, clock = open_database(settings.data / "koujing.db"), Clock(DEMO_DATE)
    ask(Store(engine, clock))
    nobody: Any = SimpleNamespace()
    parts = console_parts(
        settings, knowledge, clock, engine, nobody, view, passwords=Passwords(Scrypt(n=2, r=1, p=1))
    )  # fmt: skip
    kit = ConsoleKit(parts)
    own = [*figure_routes(kit), *hours_routes(kit), *practice_routes(kit, Random(1))]
    app = Starlette(
        routes=kit.only_registered([*people_routes(kit, parts), *own, static_mount(), kit.rest_route()]),
        middleware=[Middleware(ConsoleHeaders)],
        exception_handlers={ApiError: api_error, HTTPException: http_error, Exception: unexpected_error},
    )
    app.state.close = lambda: None
    hashed = parts.passwords.hash(PASSWORD)
    for role in ("analyst", "administrator", "operator"):
        parts.staff.add(role, role.title(), [role], None, hashed)
    with serving(app) as address:
        yield address
    engine.dispose()


def ask(store: Store) -> None:
    """Some of each kind."""
    for n, status in enumerate(("answered", "determined", "referred", "outside_scope", "clarifying", "answered") * 4):
        client = ("web:demo", "wechat:wx1", "console")[n % 3]
        reply = blank_reply(
            status, f"第{n}次", dt.date(2021, 9, 15), question="稳岗返还能返多少", matter="job_retention_refund",
            region="huludao", aspect="amount", citations=[{"clause": CLAUSE}],
        )  # fmt: skip
        session = store.session(client, f"s{n}")
        store.record(session, "m1", "d", [reply])
        if n % 5 == 0:
            store.record(session, "m2", "d", [blank_reply("handed_off", "请拨12333。", dt.date(2021, 9, 15))])


@pytest.fixture
def sign_in(url: str, new_context: NewContext) -> Callable[[str], Page]:
    def sign_in(role: str) -> Page:
        page = new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.goto(f"{url}/console/sign-in")
        page.locator("[name=name]").fill(role)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button").click()
        expect(page.locator("#show-keys")).to_be_visible()
        return page

    return sign_in


def looked_at(page: Page) -> None:
    """Nobody is kept out, and nothing is cut off, whatever the width."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
    found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]]
    assert found == [], page.url
    page.set_viewport_size({"width": 1366, "height": 768})


def test_figures_are_seen_taken_along_and_followed_to_their_questions(url: str, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("analyst")
    page.goto(f"{url}/console/figures")
    expect(page.locator("svg.chart")).to_have_count(7)
    page.locator("summary").first.click()
    looked_at(page)
    with page.expect_download() as download:
        page.keyboard.press("x")
    assert download.value.suggested_filename.endswith(".xlsx")
    many = page.locator(".tiles dd a").first.inner_text()
    page.locator(".tiles dd a").first.click()
    expect(page.locator("h1")).to_have_text("问题")
    expect(page.locator("tbody tr")).to_have_count(int(many))
    looked_at(page)
    page.goto(f"{url}/console/figures/print")
    looked_at(page)
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()


def test_office_hours_are_set(url: str, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("administrator")
    page.goto(f"{url}/console/hours")
    page.get_by_label("星期六").check()
    page.get_by_label("开始").fill("08:30")
    page.locator("#reason").fill("试行")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".done")).to_be_visible()
    expect(page.locator("main")).to_contain_text("周一至周六 8:30–17:00")
    looked_at(page)


def test_a_round_of_practice_by_keyboard_alone(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("operator")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/console/practice")
    expect(page.locator("#show-keys")).to_be_visible()
    page.keyboard.press("s")
    for n in range(1, 11):
        expect(page.locator(".progress")).to_contain_text(f"第 {n} 题")
        expect(page.locator("#show-keys")).to_be_visible()
        if n == 1:
            looked_at(page)
        page.keyboard.press(str(n % 5 + 1))
        expect(page.locator(".result")).to_be_visible()
        expect(page.locator("#show-keys")).to_be_visible()
        if n == 1:
            looked_at(page)
        page.keyboard.press("Enter")
        expect(page.locator(".result")).to_have_count(0)
    expect(page.locator("h1")).to_have_text(re.compile("这一轮：[0-9]+／10"))
    looked_at(page)
