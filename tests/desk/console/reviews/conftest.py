"""A console with review and open points, and turns in its store, made as the desk makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from koujing.desk.console.reviews.routes import ReviewParts, make_reviews, review_and_point_routes
from koujing.desk.console.reviews.trials import Trials
from koujing.store.feedback import Feedback
from koujing.store.review_patches import Tried
from koujing.store.store import Store
from tests.desk.conftest import DEMO_DATE, blank_reply
from tests.desk.console.conftest import Browser, Console, MakeConsole

TOPIC = "job_retention_refund"
CITATION = {
    "clause": "hld-2021-2:1", "notice": "葫人社发〔2021〕2号", "region": "huludao", "heading": "稳岗返还",
    "quote": "免申领直接拨付返还资金", "url": None,
}  # fmt: skip
HOME = "/console/review"
POINTS = "/console/open-points"


def reply(status: str, question: str, **given: Any) -> dict[str, Any]:
    """A reply of the core, as far as review reads it."""
    about = {"matter": TOPIC, "aspect": "deadline", "region": "huludao", "citations": [CITATION], "facts": {}}
    return blank_reply(status, f"答复“{question}”。", DEMO_DATE, question=question, **{**about, **given})


def silent(question: str = "稳岗返还去哪个窗口办") -> dict[str, Any]:
    """The notice does not say where."""
    return reply("referred", question, aspect="where")


@dataclass
class Desk:
    """The console, and conversations that take place beside it."""

    console: Console
    made: ReviewParts
    store: Store
    _messages: list[str] = field(default_factory=list)

    def say(self, *replies: dict[str, Any], client: str = "web:demo", name: str = "n", read: Any = None) -> list[str]:
        """A message with its replies; their receipts."""
        session = self.store.session(client, name)
        message = f"m{len(self._messages)}"
        self._messages.append(message)
        if read is not None:
            self.store.readings.keep(session, message, read)
        return [each["receipt"] for each in self.store.record(session, message, message, list(replies))]

    def useless(self, receipt: str, client: str = "web:demo", name: str = "n", **why: Any) -> None:
        session = self.store.session(client, name)
        feedback = Feedback(self.console.parts.engine, self.console.parts.clock)
        given = {"reason": "wrong", "note": None, **why}
        assert feedback.keep(session, receipt, useful=False, **given)

    async def reviewer(self) -> Browser:
        return await self.console.person("reviewer")

    async def editor(self) -> Browser:
        return await self.console.person("policy_editor")


@pytest.fixture
def desk(make_console: MakeConsole) -> Desk:
    made: list[ReviewParts] = []

    def more(kit: Any, parts: Any) -> Any:
        made.append(make_reviews(parts))
        return review_and_point_routes(kit, made[0])

    console = make_console(more)
    return Desk(console, made[0], Store(console.parts.engine, console.parts.clock))


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Trials take seconds; here they say at once what the test wants."""

    def say(fits: bool) -> None:
        monkeypatch.setattr(Trials, "run", lambda _self, _text: Tried(fits, "git apply 接受"))

    say(True)
    return say


EXAMPLE = {
    "text": "我们合作社今年还能不能申报呢",
    "matter": TOPIC,
    "aspect": "eligibility",
    "reason": "没听懂",
    "seen": "yes",
}
DRAFT = {
    "provision": f"huludao.{TOPIC}", "aspect": "where", "text": "到参保地的失业保险经办机构窗口办理。",
    "plain": "去经办机构窗口办。", "clause": "hld-2021-2:1", "quote": "免申领直接拨付返还资金", "reason": "科室答复了",
    "seen": "yes",
}  # fmt: skip
