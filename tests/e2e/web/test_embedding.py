"""The widget on other people's pages: strict policies, pinned versions, origins, and what it costs to load."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from koujing.desk.web.embed import csp_lines, tag
from tests.e2e.hosting import Host
from tests.e2e.running import Running
from tests.e2e.web.window import Window

BUDGET = 25 * 1024
BLANK = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>某局</title>{tag}</head><body><h1>某局</h1></body></html>'


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complains about, violations of the policy among it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    return said


def strict(host: Host, stack: Running, tag: str) -> str:
    """A page under the strictest policy and the documented lines."""
    policy = "; ".join(["default-src 'none'", *csp_lines(stack.url)])
    return host.page("/strict", BLANK.format(tag=tag), Content_Security_Policy=policy)


def _pinned(stack: Running) -> str:
    """The line for exactly one version, as the first page gives it to be copied."""
    page = stack.http.get("/?region=huludao").text
    (line,) = [
        html.unescape(code) for code in re.findall(r"<code>(.*?)</code>", page, re.DOTALL) if "integrity" in code
    ]
    return line


@pytest.mark.parametrize("pinned", [False, True], ids=["alias", "pinned"])
def test_a_page_with_a_strict_policy(
    stack: Running, host: Host, page: Page, complaints: list[str], pinned: bool
) -> None:
    one = _pinned(stack) if pinned else tag(stack.url, "demo", region="huludao")
    page.add_init_script(
        "window.violations = []; document.addEventListener('securitypolicyviolation',"
        " (event) => window.violations.push(event.effectiveDirective + ' ' + event.blockedURI));"
    )
    page.goto(strict(host, stack, one))
    window = Window(page, stack.url).open()
    expect(window.ask("律所12个人参保去年一个没裁能领稳岗返还吗").locator(".verdict.eligible")).to_be_visible()
    window.last.get_by_role("button", name="有用", exact=True).click()
    window.elder.click()
    window.root.get_by_role("button", name="转人工").click()
    expect(window.root.get_by_role("dialog")).to_be_visible()
    # The styles have come: the panel stands over the page, at its right.
    assert window.panel.evaluate("(node) => getComputedStyle(node).position") == "fixed"
    assert page.evaluate("violations") == []
    # The page's own icon is the only thing that the policy may have kept away.
    assert [text for text in complaints if "favicon" not in text] == []


def test_a_page_that_is_not_listed_is_refused(stack: Running, page: Page) -> None:
    with Host() as stranger:
        page.goto(stranger.page("/", BLANK.format(tag=tag(stack.url, "demo"))))
        window = Window(page, stack.url)
        window.launcher.click()
        # The browser tells the window no more than that nothing comes.
        expect(window.root.get_by_text("网络断开了").first).to_be_visible()
        assert "session" not in page.evaluate("JSON.parse(sessionStorage['koujing-chat:demo'])")


def test_the_styles_of_the_page_stay_out(stack: Running, host: Host, page: Page) -> None:
    wild = "<style>* { display: none !important; font-size: 3px !important } button, textarea { all: unset !important }</style>"
    page.goto(host.page("/wild", BLANK.format(tag=wild + tag(stack.url, "demo"))))
    window = Window(page, stack.url)
    if page.locator("body").evaluate("(node) => getComputedStyle(node).display") == "none":
        page.evaluate(
            "for (const node of [document.documentElement, document.body]) node.style.setProperty('display', 'block', 'important')"
        )
    window.open()
    assert window.input.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)") >= 16


def test_it_loads_within_the_budget_and_from_nowhere_else(
    stack: Running, host: Host, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    loaded: list[Response] = []

    def note(response: Response) -> None:
        loaded.append(response)

    page.on("response", note)
    page.goto(host.page("/plain", BLANK.format(tag=tag(stack.url, "demo"))))
    Window(page, stack.url).open()
    ours = [response for response in loaded if "/widget/" in response.url]
    assert ours
    assert all(response.header_value("content-encoding") == "gzip" for response in ours)
    size = sum(response.request.sizes()["responseBodySize"] for response in ours)
    assert size <= BUDGET
    assert {response.url.split("/")[2] for response in loaded} == {stack.url.split("/")[2], host.origin.split("/")[2]}
