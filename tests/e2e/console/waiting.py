"""What an operator does to reach who waits."""

from __future__ import annotations

from playwright.sync_api import Page, expect

__all__ = ["keys_work", "open_waiting"]


def open_waiting(page: Page, said: str) -> None:
    """Open who waits, as soon as the list shows them by itself."""
    row = page.locator(".list tbody tr.waits", has_text=said).first
    expect(row).to_be_visible(timeout=15_000)
    row.locator("a").click()
    expect(page.locator(".talk-head")).to_be_visible()
    keys_work(page)


def keys_work(page: Page) -> None:
    """Wait for the script that reads the keys."""
    expect(page.locator("#show-keys")).to_be_visible()
