"""A desk with WeChat's simulator beside it, and the console of its demonstration's operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.console.phone import Phones
from tests.e2e.running import Running

MANY = 100_000
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    with Phones() as phones:
        yield phones


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, phones: Phones) -> Iterator[Running]:
    data = Path(tmp_path_factory.mktemp("console"))
    running = Running(data, wechat_api_url=phones.url, web_address_per_minute=MANY, web_reads_per_minute=MANY)
    running.start()
    phones.reach(running.url)
    yield running
    running.stop()


@pytest.fixture
def console(stack: Running, new_context: NewContext) -> Page:
    """The console, with the demonstration's operator signed in."""
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{stack.url}/console/sign-in")
    page.locator("[name=name]").fill("demo")
    page.locator("[name=password]").fill("demo")
    page.locator("main button").click()
    page.goto(f"{stack.url}/console/conversations")
    return page
