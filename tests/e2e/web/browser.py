"""Debian's Chromium under Playwright. Without it the tests fail and say what to install: nothing is skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

MISSING = "没有找到 Chromium，网站的测试要用它。Debian/Ubuntu 请先执行：apt-get install chromium fonts-wqy-microhei"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable")
# It talks to nobody but the page's own host.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str:
    """Its path.

    Raises:
        RuntimeError: it is not installed.
    """
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return found
    raise RuntimeError(MISSING)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, until the end of the block."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()
