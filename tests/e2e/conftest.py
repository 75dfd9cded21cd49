"""One running stack for everything here, as a start takes longer than most of the tests; and the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.hosting import Host
from tests.e2e.running import Running
from tests.e2e.web.browser import chromium

# The website of the demonstration, open to the pages of one other host.
SITES = """\
sites:
  demo:
    title: 就业政策咨询
    bureau: 示范人力资源和社会保障局
    origins: [self, "{host}"]
    region: null
    hours: {{days: "1-5", from: "09:00", to: "17:00", text: 工作日 9:00–17:00}}
    notices: [{{text: 国庆期间人工坐席休息, until: null}}]
    kiosk_minutes: null
"""
MANY = 100_000


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    """Another bureau's web server."""
    with Host() as host:
        yield host


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Running]:
    folder = Path(tmp_path_factory.mktemp("var"))
    sites = folder / "sites.yml"
    sites.write_text(SITES.format(host=host.origin), encoding="utf-8")
    # Here everybody comes from one address.
    running = Running(folder / "data", sites=sites, web_address_per_minute=MANY, web_reads_per_minute=MANY)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """It ends with its module: while it runs, nothing else may run an event loop, nor a second browser begin."""
    expect.set_options(timeout=10_000)
    with chromium() as browser:
        yield browser


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Fresh visitors; what goes wrong in their pages fails the test."""
    made: list[BrowserContext] = []
    wrong: list[str] = []

    def new(**options: Any) -> BrowserContext:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        made.append(context)
        return context

    yield new
    for context in made:
        context.close()
    assert wrong == []
