"""Trains the component on a few examples, loads what it stored, reads messages with both and prints them as JSON.

A program of its own: Rasa's recipe loads libraries that forbid this process to start others afterwards.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from koujing.rasa import component
from koujing.rasa.component import PolicyQuestionReader
from koujing.settings import ROOT
from koujing.text.marked import Marked
from tests.search.examples import LABELLED
from tests.search.marked_examples import ANSWERED, MARKED

ANSWER = {"text": "如今在家抠脚"}
CONTEXT = ExecutionContext(GraphSchema({}), "test")


def main(folder: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What the trained and the loaded component make of the messages."""
    storage, resource = LocalModelStorage.create(Path(folder)), Resource("reader")
    trained = PolicyQuestionReader.create({}, storage, resource, CONTEXT)
    # As Rasa reads a training example with `metadata: {topic: …}` on its intent.
    data = TrainingData(
        [
            Message({"text": text, "intent": intent, "metadata": {"intent": {"topic": topic}}})
            for text, topic, intent in LABELLED
        ]
    )
    folders: list[str] = []

    def few(folder: Path, *_: object) -> Sequence[Marked]:
        """In place of the thousands of sentences of the project, which take minutes."""
        folders.append(folder.relative_to(ROOT).as_posix())
        return [*MARKED, *ANSWERED]

    with patch.object(component, "load_marked", few):
        trained_resource = trained.train(data)
    loaded = PolicyQuestionReader.load({}, storage, resource, CONTEXT)
    return {
        "resource": trained_resource.name,
        "marked": folders,
        "unchanged": trained.process_training_data(data) is data,
        "trained": _processed(trained, messages),
        "loaded": _processed(loaded, messages),
        "answers": [_answers(loaded, ANSWER, asked) for asked in ([], ["is_unemployed"])],
    }


def _answers(component: PolicyQuestionReader, message: dict[str, Any], asked: Sequence[str]) -> dict[str, Any]:
    """What is told of a message as an answer in a conversation where these facts were asked for."""
    memory = {"open": [{"fact": fact} for fact in asked]}
    talk = DialogueStateTracker("someone", [AnySlot("memory", [{"type": "custom"}])])
    talk.update(SlotSet("memory", memory))
    (read,) = component.process([Message(dict(message))], talk)
    answers: dict[str, Any] = read.get("reading")["answers"]
    return answers


def _processed(component: PolicyQuestionReader, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    processed = component.process([Message(dict(message)) for message in messages])
    return [message.as_dict(only_output_properties=True) for message in processed]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], json.load(sys.stdin)), ensure_ascii=False))
