"""The component in Rasa's graph: trained, stored, loaded again, and reading messages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from koujing.rasa.component import PolicyQuestionReader
from tests.search.examples import ASSISTANCE, LABELLED

CONTEXT = ExecutionContext(GraphSchema({}), "test")


def example(text: str, topic: str, intent: str) -> Message:
    """As Rasa reads a training example with `metadata: {topic: …}` on its intent."""
    return Message({"text": text, "intent": intent, "metadata": {"intent": {"topic": topic}}})


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[PolicyQuestionReader, PolicyQuestionReader]:
    """The component that was trained, and one loaded from what it stored."""
    storage, resource = LocalModelStorage.create(Path(tmp_path_factory.mktemp("model"))), Resource("reader")
    trained = PolicyQuestionReader.create({}, storage, resource, CONTEXT)
    data = TrainingData([example(*labelled) for labelled in LABELLED])
    assert trained.train(data) == resource
    assert trained.process_training_data(data) is data
    return trained, PolicyQuestionReader.load({}, storage, resource, CONTEXT)


def process(component: PolicyQuestionReader, text: str, **metadata: Any) -> dict[str, Any]:
    (message,) = component.process([Message({"text": text, "metadata": metadata} if metadata else {"text": text})])
    return dict(message.as_dict(only_output_properties=True))


def test_what_is_loaded_reads_as_what_was_trained(parts: tuple[PolicyQuestionReader, PolicyQuestionReader]) -> None:
    for text, *_ in LABELLED:
        assert process(parts[0], text) == process(parts[1], text)


def test_intent_and_reading_travel_with_the_message(parts: tuple[PolicyQuestionReader, PolicyQuestionReader]) -> None:
    out = process(parts[1], "失业补助金一个月多少钱")
    assert out["intent"]["name"] == "ask_amount"
    assert 0 <= out["intent"]["confidence"] <= 1
    assert out["intent_ranking"][0]["name"] == "ask_amount"
    assert out["reading"]["questions"][0]["topic"] == ASSISTANCE


def test_relative_dates_count_from_the_day_in_the_metadata(parts: tuple[PolicyQuestionReader, PolicyQuestionReader]) -> None:
    def day(on: str) -> Any:
        facts = process(parts[1], "我昨天失业了，能领失业补助金吗", on=on)["reading"]["facts"]
        return {fact["fact"]: fact["value"] for fact in facts}.get("unemployment_date")

    assert day("2021-09-15") == "2021-09-14"
    assert day("2022-01-01") == "2021-12-31"


def test_without_metadata_the_clock_tells_the_day(parts: tuple[PolicyQuestionReader, PolicyQuestionReader]) -> None:
    facts = process(parts[1], "我昨天失业了，能领失业补助金吗")["reading"]["facts"]
    assert dt.date.fromisoformat({f["fact"]: f["value"] for f in facts}["unemployment_date"])


def test_several_messages_at_once_and_an_empty_one(parts: tuple[PolicyQuestionReader, PolicyQuestionReader]) -> None:
    messages = parts[1].process([Message({"text": ""}), Message({"text": "你好"}), Message({})])
    assert all(message.get("reading")["questions"] for message in messages)
