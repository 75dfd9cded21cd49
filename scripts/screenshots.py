"""Writes the pictures of docs/images/ from the real website: `make screenshots`.

The desk, Rasa and the action server are started with the model, on a data folder of their own.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from koujing.settings import ROOT
from tests.e2e.running import Running
from tests.e2e.web.browser import chromium
from tests.e2e.web.window import Window

FOLDER = ROOT / "docs" / "images"
MOST_BYTES = 200 * 1024
COMPANY = "公司28个人，去年裁了3个，能领稳岗返还吗"
LAW_FIRM = "律所12个人参保去年一个没裁能领稳岗返还吗"
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 1.5,
    "is_mobile": True,
    "has_touch": True,
}
TALL = {"viewport": {"width": 900, "height": 1840}}


def desktop(page: Page, url: str) -> None:
    """The bureau's page with the window, in an interview."""
    window = _opened(page, url)
    window.ask(COMPANY)


def phone(page: Page, url: str) -> None:
    """The same on a telephone."""
    window = _opened(page, url)
    window.ask("失业补助金每个月多少钱")


def elder(page: Page, url: str) -> None:
    """长者模式 in the window."""
    window = _opened(page, url)
    window.elder.click()
    window.ask("稳岗返还什么时候截止")


def verdict(page: Page, url: str) -> None:
    """A verdict with its reasons and a source unfolded, on the page of its own."""
    page.goto(f"{url}/chat?site=demo&region=huludao")
    window = Window(page, url)
    reply = window.ask(LAW_FIRM)
    reply.locator("summary", has_text="依据与原文").click()


PICTURES: tuple[tuple[Callable[[Page, str], None], dict[str, Any]], ...] = (
    (desktop, DESKTOP),
    (phone, PHONE),
    (elder, DESKTOP),
    (verdict, TALL),
)


def _opened(page: Page, url: str) -> Window:
    page.goto(f"{url}/?region=huludao")
    window = Window(page, url).open()
    # What is asked once at the first visit would stand in every picture.
    window.root.get_by_role("button", name="不用了").click()
    return window


def take(browser: Browser, url: str) -> list[Path]:
    """All pictures; where they are."""
    made = []
    for show, options in PICTURES:
        context = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light", reduced_motion="reduce", **options
        )
        page = context.new_page()
        show(page, url)
        path = FOLDER / f"{show.__name__}.png"
        page.mouse.move(0, 0)
        _keep(page.screenshot(), path)
        context.close()
        made.append(path)
    return made


def _keep(png: bytes, path: Path) -> None:
    """Write a picture with as many colours as a page has, which takes a third of the room."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """0 when every picture is small enough to be kept in the repository."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        running = Running(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        stack.callback(running.stop)
        running.start()
        made = take(stack.enter_context(chromium()), running.url)
    large = [path for path in made if path.stat().st_size > MOST_BYTES]
    for path in made:
        sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} KB\n")
    for path in large:
        sys.stderr.write(f"{path.name} 超过 {MOST_BYTES // 1024} KB\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
