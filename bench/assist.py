"""An operator's page in a real browser: suggestions while typing, and the full reply to a question, on the running stack.

The peer of the reply is `POST /api/v1/ask` on the same stack in the same run with the same questions: what the answer
itself takes, without page, sheet and screening. The peer of the suggestions is an empty round trip to the same desk.
`python -m bench.assist`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from koujing.desk.console.demo import DEMO_NAME, DEMO_PASSWORD
from tests.e2e.running import Running
from tests.e2e.web.browser import chromium

ROUNDS = 3
SUGGESTED_MS, ANSWERED_MS = 50, 300
TYPED = (
    "稳岗返还什么时候截止",
    "失业补助金怎么领",
    "sybzj",
    "wengang",
    "公司28个人，去年裁了3个",
    "第六项",
    "见习 留用",
)
QUESTIONS = (
    "稳岗返还什么时候截止",
    "公司28个人，去年裁了3个，能领稳岗返还吗",
    "失业补助金怎么领",
    "律所12个人参保去年一个没裁能领稳岗返还吗",
    "失业补助金标准是多少",
    "见习补贴要什么条件",
    "技能提升补贴怎么申请",
)
DESK: ViewportSize = {"width": 1366, "height": 768}
# From the key to the frame in which the list, or the answer, stands.
SUGGEST = """(text) => new Promise((done) => {
  const field = document.getElementById("question");
  field.focus();
  const begun = performance.now();
  // Set anew whenever the list is, even to nothing.
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  seen.observe(field, { attributeFilter: ["aria-expanded"] });
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""
CLEAR = """() => {
  const field = document.getElementById("question");
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
ASK = """(text) => new Promise((done) => {
  const cards = document.getElementById("part-cards");
  document.getElementById("question").value = text;
  const begun = performance.now();
  const seen = new MutationObserver(() => {
    if (!cards.querySelector(".card")) return;
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  seen.observe(cards, { childList: true });
  document.getElementById("ask").requestSubmit();
})"""


@dataclass(frozen=True)
class Row:
    """Milliseconds of one thing, beside those of its peer; `most` is what p95 may be."""

    name: str
    took: Sequence[float]
    peer: Sequence[float]
    most: float

    @property
    def p95(self) -> float:
        """What one in twenty is slower than."""
        return _p95(self.took)

    def __str__(self) -> str:
        shown = f"{statistics.median(self.took):8.1f}{self.p95:8.1f}{max(self.took):8.1f}"
        peer = f"{statistics.median(self.peer):10.1f}{_p95(self.peer):8.1f}"
        ratio = statistics.median(self.took) / statistics.median(self.peer)
        return f"{self.name:<12}{len(self.took):>6}{shown}{peer}{ratio:8.1f}{self.most:8.0f}"


def measure(page: Page, running: Running) -> list[Row]:
    """Both rows."""
    _begin(page, running.url)
    page.evaluate(SUGGEST, TYPED[0])
    suggested, trips = [], []
    for text in TYPED * ROUNDS:
        for end in range(2, len(text) + 1):
            page.evaluate(CLEAR)
            suggested.append(page.evaluate(SUGGEST, text[:end]))
        trips.append(_timed(lambda: running.http.get("/openapi.json").raise_for_status()))
    answered, plain = [], []
    for turn in range(ROUNDS):
        _begin(page, running.url)
        for text in QUESTIONS:
            answered.append(page.evaluate(ASK, text))
            page.locator("body:not([aria-busy])").wait_for()
            ask = {"text": text, "session": f"bench-{turn}", "region": "huludao"}
            plain.append(_timed(partial(_plainly, running, ask)))
    return [Row("候选", suggested, trips, SUGGESTED_MS), Row("完整答复", answered, plain, ANSWERED_MS)]


def _plainly(running: Running, ask: dict[str, str]) -> None:
    running.http.post("/api/v1/ask", json=ask).raise_for_status()


def _begin(page: Page, url: str) -> None:
    """A new call in 葫芦岛."""
    page.goto(f"{url}/console/assist")
    if "sign-in" in page.url:
        page.locator("[name=name]").fill(DEMO_NAME)
        page.locator("[name=password]").fill(DEMO_PASSWORD)
        page.keyboard.press("Enter")
    page.locator("[data-key=n]").click()
    page.locator("#call[data-ready]").wait_for()
    page.locator("[data-region=huludao]").click()
    page.locator("[data-region=huludao][aria-pressed=true]").wait_for()


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> int:
    """0 when both are quick enough."""
    with ExitStack() as stack:
        running = Running(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        stack.callback(running.stop)
        running.start()
        browser = stack.enter_context(chromium())
        page = browser.new_context(locale="zh-CN", viewport=DESK, reduced_motion="reduce").new_page()
        rows = measure(page, running)
    sys.stdout.write(
        f"{'毫秒':<12}{'次数':>6}{'p50':>8}{'p95':>8}{'max':>8}{'对照p50':>10}{'p95':>8}{'倍':>8}{'上限':>8}\n"
    )
    for row in rows:
        sys.stdout.write(f"{row}\n")
    return 0 if all(row.p95 <= row.most for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
