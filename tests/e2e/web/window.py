"""The chat window as somebody uses it, and the desk's record of the same conversation."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

ELEMENT = "koujing-chat"
ANSWERED = 20_000


class Window:
    """The widget on a page."""

    def __init__(self, page: Page, desk: str) -> None:
        self.page, self._desk = page, desk
        self.root = page.locator(ELEMENT)
        self.launcher = self.root.get_by_role("button", name="政策咨询")
        self.panel = self.root.locator("#panel")
        self.input = self.root.get_by_role("textbox", name="输入您的问题")
        self.elder = self.root.locator(".bar").get_by_role("button", name="长者版")
        self.said = self.root.locator("li.person")
        self.replies = self.root.locator("li.reply")
        self.last = self.replies.last
        self.waiting = self.root.locator(".thinking:not(:empty)")

    def open(self) -> Window:
        """Open it, and wait for its session."""
        self.launcher.click()
        expect(self.root.get_by_text("本库收录至").first).to_be_visible()
        return self

    def ask(self, text: str, replies: int = 1) -> Locator:
        """Type and send; the last of the replies."""
        self.input.fill(text)
        return self.answer(lambda: self.input.press("Enter"), replies)

    def press(self, label: str, replies: int = 1) -> Locator:
        """Press a button of the last reply; the reply to that."""
        button = self.last.locator("[data-option]:not([aria-disabled])").filter(has_text=label)
        return self.answer(button.first.click, replies)

    def answer(self, act: Any, replies: int = 1) -> Locator:
        """Do something that is answered."""
        before = self.replies.count()
        act()
        self.expect_replies(before + replies)
        return self.last

    def expect_replies(self, count: int) -> None:
        """As many replies stand there, and nothing is waited for."""
        expect(self.replies).to_have_count(count, timeout=ANSWERED)
        expect(self.waiting).to_have_count(0)

    def wait_for(self, condition: Callable[[dict[str, Any]], bool], seconds: float = 60) -> None:
        """Wait until what this tab keeps is as wanted."""
        # No wait_for_function: it evaluates strings in the page, which the page's own policy forbids.
        until = time.monotonic() + seconds
        while not condition(self.kept):
            assert time.monotonic() < until, self.kept
            self.page.wait_for_timeout(50)

    @property
    def kept(self) -> dict[str, Any]:
        """What this tab keeps."""
        return dict(json.loads(self.page.evaluate("sessionStorage.getItem('koujing-chat:demo')")))

    @property
    def session(self) -> dict[str, Any]:
        """What this tab keeps of its session."""
        return dict(self.kept["session"])

    def record(self) -> list[dict[str, Any]]:
        """All events of this conversation, as the desk keeps them."""
        return record(self._desk, self.session["token"])


def record(desk: str, token: str) -> list[dict[str, Any]]:
    """All events of a conversation, as the desk keeps them."""
    headers = {"Authorization": f"Bearer {token}"}
    response = httpx.get(f"{desk}/api/v1/web/events", headers=headers, trust_env=False)
    assert response.status_code == 200, response.text
    return list(response.json()["events"])


def kinds(events: list[dict[str, Any]]) -> list[str]:
    """What happened, in order."""
    return [event["type"] for event in events]
