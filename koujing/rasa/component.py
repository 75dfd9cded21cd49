"""The Rasa component: trains and runs `MessageReader` in Rasa's graph and hands its reading on with the message."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from koujing.answering.session import asked_back
from koujing.clock import Clock
from koujing.knowledge.act_examples import load_acts
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.knowledge.marked_facts import load_marked
from koujing.rasa.reader import MessageReader, train
from koujing.rasa.tools import Tools, build_tools
from koujing.rasa.trained import Trained
from koujing.settings import ROOT, Settings

__all__ = ["PolicyQuestionReader"]

_FILE = "reading.joblib"
_MEMORY = "memory"
_EXAMPLE = "葫芦岛28个人的公司去年裁了3个，稳岗返还能退多少"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PolicyQuestionReader(GraphComponent):
    """Sets `intent`, and `reading`: the questions with topic and intent, the facts and the places of the message.

    The topic of a training example is its `metadata: {topic: …}`.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PolicyQuestionReader:
        """A component before training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PolicyQuestionReader:
        """A component with its trained model."""
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            reader = component._use(joblib.load(folder / _FILE))
        # The first message fills what is kept for all; nobody has to wait for that.
        reader.read(_EXAMPLE, component._today())
        return component

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        settings = Settings.from_env(os.environ, demo=True)
        self._knowledge: Knowledge = load_knowledge(settings.policies)
        self._tools: Tools = build_tools(self._knowledge, settings.policies)
        self._today = Clock(settings.today).today
        self._reader: MessageReader | None = None

    def _use(self, trained: Trained) -> MessageReader:
        self._reader = MessageReader(self._knowledge, self._tools, trained)
        return self._reader

    def train(self, training_data: TrainingData) -> Resource:
        """Learn topics and intents from the examples, facts from the marked sentences beside them, acts from their wordings."""
        labelled = [
            (message.get(TEXT), message.get(METADATA)["intent"]["topic"], message.get(INTENT))
            for message in training_data.intent_examples
        ]
        marked = load_marked(ROOT / "data" / "facts", self._knowledge.facts, self._tools.facts.plain)
        steering = load_acts(ROOT / "data" / "acts", self._tools.facts.plain)
        trained = train(self._knowledge, self._tools, labelled, marked, steering)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(trained, folder / _FILE)
        self._use(trained)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for components after this one."""
        return training_data

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Read each message of a conversation; the date that relative dates count from travels in its metadata."""
        assert self._reader is not None
        asked = None if tracker is None else _asked_back(tracker)
        for message in messages:
            given = (message.get(METADATA) or {}).get("on")
            on = dt.date.fromisoformat(given) if given else self._today()
            reading = self._reader.read(message.get(TEXT) or "", on, asked)
            first = reading["questions"][0]
            message.set("reading", reading, add_to_output=True)
            message.set(INTENT, {"name": first["intent"], "confidence": 1 - first["outside"]}, add_to_output=True)
            ranking = [{"name": name, "confidence": share} for name, share in first["intents"]]
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _asked_back(tracker: DialogueStateTracker) -> frozenset[str]:
    slot = tracker.slots.get(_MEMORY)
    return asked_back((slot and slot.value) or {})
