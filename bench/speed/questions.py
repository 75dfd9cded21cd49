"""The questions of the benchmark: every so many of the evaluation's own, all kinds of them, in a fixed order."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from koujing.answering.conversation import respond
from koujing.knowledge.base import Knowledge
from koujing.rasa.local import load_reader
from koujing.settings import DEMO_DATE
from tests.evaluation.questions import load

__all__ = ["REGION", "answered_here", "chosen", "write_readings"]

REGION = "huludao"
_MANY = 200


def chosen(knowledge: Knowledge) -> tuple[str, ...]:
    """The texts."""
    found = list(dict.fromkeys(question.text for question in load(knowledge)))
    return tuple(Random(7).sample(found, _MANY))


def write_readings(knowledge: Knowledge, path: Path) -> None:
    """Keep how this project reads every question, for the peer's action to look up."""
    reader = load_reader(knowledge)
    readings = {text: reader.read(text, DEMO_DATE) for text in chosen(knowledge)}
    path.write_text(json.dumps(readings, ensure_ascii=False), encoding="utf-8")


def answered_here(knowledge: Knowledge, readings: Path, text: str) -> list[dict[str, Any]]:
    """What the core says to a question that begins a conversation."""
    reading = json.loads(readings.read_text(encoding="utf-8"))[text]
    return respond(knowledge, reading, {"region": REGION, "facts": {}}, {}, DEMO_DATE)[0]
