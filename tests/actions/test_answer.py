"""The action between rasa-sdk and the core."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import answer as module
from koujing.clock import Clock
from koujing.settings import DEMO_DATE
from tests.answering.replies import misfits, policies

QUESTION = {"text": "稳岗返还什么时候截止", "topic": "job_retention_refund", "intent": "ask_deadline"}
READING = {"text": QUESTION["text"], "questions": [QUESTION], "facts": [], "places": []}

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_loaded", lambda: (Clock(DEMO_DATE), policies()))


def tracker(reading: dict[str, Any] | None, metadata: dict[str, Any] | None, memory: Any = None) -> Tracker:
    """As Rasa sends it."""
    message = {"text": "…", "reading": reading, "metadata": metadata}
    return Tracker("somebody", {"memory": memory}, message, [], False, None, {}, "action_listen")


async def run(*given: Any) -> tuple[list[dict[str, Any]], Any]:
    """The replies uttered, and the memory kept."""
    dispatcher = CollectingDispatcher()
    events = await module.ActionAnswer().run(dispatcher, tracker(*given), {})
    (slot,) = events
    assert (slot["event"], slot["name"]) == ("slot", "memory")
    replies = [message["custom"]["reply"] for message in dispatcher.messages]
    for reply in replies:
        assert misfits(reply) == []
    json.dumps(slot["value"])
    return replies, slot["value"]


def test_its_name_is_that_of_the_domain() -> None:
    import yaml

    from koujing.settings import ROOT

    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert domain["actions"] == [module.ActionAnswer().name()]


async def test_one_reply_for_each_question() -> None:
    other = {"text": "失业补助金多少", "topic": "unemployment_assistance", "intent": "ask_amount"}
    replies, _ = await run({**READING, "questions": [QUESTION, other]}, {"region": "huludao", "on": "2021-09-15"})
    assert [reply["matter"] for reply in replies] == [QUESTION["topic"], other["topic"]]


async def test_the_date_of_the_message_decides_else_the_clock() -> None:
    (late,), _ = await run(READING, {"region": "huludao", "on": "2022-01-01"})
    (demo,), _ = await run(READING, {"region": "huludao"})
    assert (late["on"], demo["on"]) == ("2022-01-01", "2021-09-15")
    assert "截止" in late["text"].split("。")[0]


async def test_what_was_learnt_is_kept_for_the_next_message() -> None:
    (first,), memory = await run(READING, {})
    assert first["ask"]["fact"] == "region"
    place = {"surface": "葫芦岛", "regions": ["huludao"], "start": 0, "end": 3}
    answer = {"text": "葫芦岛", "questions": [{**QUESTION, "topic": "notice_basics"}], "facts": [], "places": [place]}
    kept = copy.deepcopy(memory)
    (second,), memory = await run(answer, {}, memory)
    assert (second["status"], second["matter"], second["region"]) == ("answered", QUESTION["topic"], "huludao")
    assert memory["region"] == "huludao"
    assert kept["open"][0]["fact"] == "region"


async def test_a_message_without_a_reading_is_not_understood() -> None:
    for reading, metadata in ((None, None), ({}, {})):
        replies, _ = await run(reading, metadata)
        assert [reply["kind"] for reply in replies] == ["nonsense"]


async def test_a_message_sent_again_is_answered_the_same_and_learnt_from_once() -> None:
    message = {"event": "user", "text": "稳岗返还什么时候截止", "reading": READING, "metadata": {"message_id": "m1"}}
    earlier = {"event": "bot", "data": {"custom": {"reply": {"text": "说过的"}}}}
    memory = {"region": "huludao"}
    events = [message, earlier, message]
    dispatcher = CollectingDispatcher()
    again = Tracker("somebody", {"memory": memory}, message, events, False, None, {}, "action_listen")
    (slot,) = await module.ActionAnswer().run(dispatcher, again, {})
    assert [sent["custom"]["reply"] for sent in dispatcher.messages] == [{"text": "说过的"}]
    assert slot["value"] == memory
