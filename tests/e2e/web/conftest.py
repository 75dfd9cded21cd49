"""Visitors of the website in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.running import Running
from tests.e2e.web.window import Window

Open = Callable[..., Window]


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def window(page: Page, stack: Running) -> Window:
    """The window on the demonstration page of 葫芦岛, open."""
    page.goto(f"{stack.url}/?region=huludao")
    return Window(page, stack.url).open()
