"""What is asked on any channel is counted in the figures of the finished desk, and followed to the conversation."""

from __future__ import annotations

import json

import pytest

from tests.desk.console.conftest import Time
from tests.desk.console.talks.conftest import Desk, handed_off
from tests.desk.web.conftest import answered, say

pytestmark = pytest.mark.anyio


async def test_a_conversation_is_counted_until_a_person_takes_it(desk: Desk, time: Time) -> None:
    reviewer = (await desk.operator("zhao", "reviewer")).browser

    async def total() -> dict[str, int]:
        response = await reviewer.get("/console/figures/report.json", Accept="application/json")
        return dict(json.loads(response.text)["total"])

    visitor = await desk.visitor()
    say(desk.rasa, answered(question="稳岗返还要什么条件", matter="job_retention_refund", aspect="conditions"))
    await visitor.ask("稳岗返还要什么条件")
    first = await total()
    assert (first["questions"], first["resolved_first"], first["transfers"]) == (1, 1, 0)
    say(desk.rasa, handed_off())
    await visitor.ask("转人工")
    operator = await desk.operator()
    [talk] = desk.talks.waiting()
    time.pass_(minutes=2)
    await operator.take(talk.session_id)
    then = await total()
    assert (then["questions"], then["resolved_first"], then["transfers"]) == (1, 0, 1)
    page = await reviewer.page("/console/figures/questions?what=transfers")
    assert "要求人工" in page.text
    assert "坐席接手" in page.text
    await reviewer.page(page.one("tbody").one("a")["href"])
