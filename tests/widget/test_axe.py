"""axe finds nothing serious in any state, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.widget.chromium import NARROW, Desk, ask, opened, options, say, view

REASON = {"mark": "符合", "condition": "参保", "said": "12人", "clause": "（一）", "referred_to": None}
CITATION = {
    "id": "a:1",
    "notice": "葫人社发〔2021〕2号",
    "clause_label": "（一）",
    "heading": "返还",
    "quote": "原文",
    "url": "https://www.gov.cn/a",
    "official": True,
}
CONTACT = {
    "name": "热线",
    "phone": "12333",
    "tel": "tel:12333",
    "url": "https://example.com",
    "official": False,
    "hours": "全天",
}
VIEWS = {
    "符合": ("eligible", {"holds": True}),
    "不符合": ("ineligible", {"holds": False, "mark": "不符合"}),
    "还缺信息": ("need_info", {"holds": None, "mark": "待定"}),
    "另有文件规定": ("referred", {"holds": None, "mark": "另有规定", "referred_to": "人社部发〔2021〕29号"}),
}
Act = Callable[[Page], None]


def full(text: str) -> list[dict[str, object]]:
    verdict, reason = VIEWS[text]
    state = {"eligible": "open", "ineligible": "closed"}.get(verdict, "not_yet")
    return [
        view(
            status="determined", badge={"verdict": verdict, "text": text}, text=["结论。", "说明。"], plain=["简单说。"],
            reasons=[{**REASON, **reason}], changes=[{"text": "改一改", "earliest": None}],
            amounts=[{"label": "比例", "value": "最高 60%", "formula": "按上年"}],
            windows=[{"text": "申请受理：受理中", "state": state, "state_text": "受理中"}], citations=[CITATION], contacts=[CONTACT],
            ask=ask("失业吗？", *"一二三四五"), suggestions=options("怎么办"), feedback=True, region="葫芦岛市", basis="依据：（一）。",
            items=[{"name": "补贴", "verdict": verdict, "verdict_text": text, "summary": "要看", "option": {"id": "A.9", "label": "补贴"}}],
            handoff={"state": "offered", "ticket": None, "hours": None},
        )
    ]  # fmt: skip


def callback(page: Page) -> None:
    page.get_by_role("button", name="转人工").click()


def clearing(page: Page) -> None:
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="清除对话").click()


def answered(page: Page) -> None:
    for text in VIEWS:
        say(page, text)
    page.get_by_role("button", name="没用").last.click()
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")


def elder(page: Page) -> None:
    page.evaluate("KoujingChat.setMode('elder')")
    answered(page)


def closed(page: Page) -> None:
    page.keyboard.press("Escape")


STATES: list[Act] = [closed, lambda page: None, answered, elder, callback, clearing]
NAMES = ["closed", "opened", "answered", "elder", "callback", "clearing"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("act", STATES, ids=NAMES)
def test_axe_finds_nothing_serious(browser: Browser, desk: Desk, act: Act, width: int, scheme: str) -> None:
    desk.answer = full  # type: ignore[assignment]
    page = opened(
        browser, desk, color_scheme=scheme, viewport=NARROW if width == 320 else {"width": 1280, "height": 800}
    )
    act(page)
    found = Axe().run(page, context="koujing-chat").response
    serious = [
        (each["id"], node["target"], node.get("failureSummary"))
        for each in found["violations"]
        if each["impact"] in ("serious", "critical", "moderate")
        for node in each["nodes"]
    ]
    assert serious == []
    assert found["passes"]
