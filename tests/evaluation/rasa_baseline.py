"""The trained baseline: Rasa's default Chinese pipeline with one intent for each topic."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from koujing.errors import TrainingError
from koujing.knowledge.base import Knowledge
from koujing.process import Child, quiet_environment
from tests.evaluation.training_examples import TrainingExample

__all__ = ["RasaBaseline", "Training"]

_MODEL = "baseline"
_POLL_SECONDS = 1
_PROGRESS_SECONDS = 20
_GRACE_SECONDS = 5
_EPOCHS = re.compile(r"Epochs:\s+(\d+)%")


class Training:
    """Rasa's training of the baseline in a folder, started at once; a context that ends it if it still runs."""

    def __init__(self, examples: Sequence[TrainingExample], folder: Path, epochs: int) -> None:
        _write(folder / "config.yml", _config(epochs))
        _write(folder / "nlu.yml", _examples(examples))
        command = [sys.executable, "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml"]
        command += ["--out", str(folder), "--fixed-model-name", _MODEL]
        env = {**quiet_environment(os.environ), "PYTHONHASHSEED": "0"}
        self._child = Child("baseline", command, env, folder, folder / "train.log")
        self._model = folder / f"{_MODEL}.tar.gz"
        self._began = time.monotonic()

    def __enter__(self) -> Training:
        return self

    def __exit__(self, *_error: object) -> None:
        self._child.ask_to_stop()
        self._child.stop(_GRACE_SECONDS)

    def finish(self, say: Callable[[str], None]) -> Path:
        """Wait for the model, telling how far it is.

        Raises:
            TrainingError: Rasa failed.
        """
        said = time.monotonic()
        while self._child.exit_code is None:
            time.sleep(_POLL_SECONDS)
            if time.monotonic() - said >= _PROGRESS_SECONDS:
                said = time.monotonic()
                percents = _EPOCHS.findall(self._child.tail())
                done = f"，第 {percents[-1]}％" if percents else ""
                say(f"  DIET 训练中{done}，已用 {said - self._began:.0f} 秒……")
        if self._child.exit_code != 0 or not self._model.is_file():
            raise TrainingError(f"DIET 对照没有训练成功。最后的输出：\n{self._child.tail()}")
        return self._model


class RasaBaseline:
    """Predicts a topic by DIET; a matter stands for the main clause of its narrowest provision in the region."""

    def __init__(self, knowledge: Knowledge, model: Path) -> None:
        # Rasa is slow to import, and only this baseline needs it.
        from rasa.core.agent import Agent
        from rasa.utils.log_utils import configure_structlog

        configure_structlog(logging.ERROR)
        self._knowledge = knowledge
        self._agent = Agent.load(str(model))
        self._loop = asyncio.new_event_loop()

    def topic(self, text: str) -> str | None:
        """The topic predicted for a question."""
        parsed = self._loop.run_until_complete(self._agent.parse_message(text))
        name: str | None = parsed["intent"]["name"]
        return name

    def __call__(self, text: str, region: str | None) -> str | None:
        """The clause for a question, None to decline: out of scope, or not treated in the region."""
        topic = self.topic(text)
        if topic is None or topic not in self._knowledge.matters:
            return None
        if region is None:
            provisions = [each for each in self._knowledge.provisions.values() if each.matter == topic]
        else:
            provisions = list(self._knowledge.chain(topic, region))
        return provisions[0].clauses[0] if provisions else None


def _config(epochs: int) -> dict[str, Any]:
    return {
        "recipe": "default.v1",
        "language": "zh",
        "pipeline": [
            {"name": "JiebaTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 1},
        ],
    }


def _examples(examples: Sequence[TrainingExample]) -> dict[str, Any]:
    topics: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        topics[example.topic].append(example.text)
    blocks = [
        {"intent": topic, "examples": "".join(f"- {text}\n" for text in texts)}
        for topic, texts in sorted(topics.items())
    ]
    return {"version": "3.1", "nlu": blocks}


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
