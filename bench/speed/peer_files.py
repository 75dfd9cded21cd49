"""The two peers as Rasa projects of their own in a folder, made from this project's files and Rasa's own defaults.

`default`: this project's examples, domain and rule with the pipeline and policies that Rasa writes into a configuration that
has none, the tokenizer for Chinese in the place of that for English; no stores, so Rasa's own; the same action.
`bare`: one rule of RulePolicy that answers everything with one fixed string; no component reads the message.
"""

from __future__ import annotations

import hashlib
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from koujing.settings import ROOT

__all__ = ["ASKED", "FIXED", "bare_project", "default_epochs", "default_project", "digest"]

FIXED = "请拨打12333咨询。"
ASKED = "/ask"
"""What the bare one is asked: it understands nothing, so it is told the intent; that costs it least."""
_VERSION = "3.1"
# What Rasa's documentation asks of whoever uses FallbackClassifier: a rule for what it makes of doubtful messages. Without
# it those would be answered with nothing.
_DOUBTFUL = {"intent": "nlu_fallback"}


def default_project(folder: Path, epochs: int | None = None, *, stories: bool = False) -> None:
    """Write the peer with Rasa's defaults.

    Args:
        epochs: in the place of the default number, to have a model soon.
        stories: say what the rule says as stories too, a turn each: two of the default policies learn from stories alone,
            and without any do nothing.
    """
    config = _rasas_own()
    config["language"], config["assistant_id"] = "zh", "default"
    config["pipeline"][0] = {"name": "JiebaTokenizer"}
    for part in (*config["pipeline"], *config["policies"]):
        if epochs is not None and "epochs" in part:
            part["epochs"] = epochs
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "config.yml", config)
    shutil.copy(ROOT / "domain.yml", folder / "domain.yml")
    rules = yaml.safe_load((ROOT / "data" / "rules.yml").read_text(encoding="utf-8"))
    rules["rules"][0]["steps"][0]["or"].append(_DOUBTFUL)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    _write(data / "rules.yml", rules)
    if stories:
        answers = [step["intent"] for step in rules["rules"][0]["steps"][0]["or"] if step != _DOUBTFUL]
        told = [
            {"story": f"answer {intent}", "steps": [{"intent": intent}, {"action": "action_answer"}]}
            for intent in answers
        ]
        _write(data / "stories.yml", {"version": _VERSION, "stories": told})
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        shutil.copy(path, data / path.name)
    _write(folder / "credentials.yml", {"rest": {}})


def default_epochs() -> int:
    """How long Rasa's own configuration trains its classifier."""
    return int(next(part["epochs"] for part in _rasas_own()["pipeline"] if part["name"] == "DIETClassifier"))


def bare_project(folder: Path) -> None:
    """Write the peer that only echoes."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "config.yml",
        {
            "recipe": "default.v1",
            "language": "zh",
            "assistant_id": "bare",
            "pipeline": [],
            "policies": [{"name": "RulePolicy"}],
        },
    )
    _write(
        folder / "domain.yml",
        {"version": _VERSION, "intents": ["ask"], "responses": {"utter_fixed": [{"text": FIXED}]}},
    )
    data = folder / "data"
    data.mkdir(exist_ok=True)
    rule = {"rule": "answer", "steps": [{"intent": "ask"}, {"action": "utter_fixed"}]}
    _write(data / "rules.yml", {"version": _VERSION, "rules": [rule]})
    _write(folder / "credentials.yml", {"rest": {}})


def digest(folder: Path) -> str:
    """Of what the model of a peer is made of."""
    found = hashlib.sha256()
    for path in (folder / "config.yml", folder / "domain.yml", *sorted((folder / "data").glob("*.yml"))):
        found.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()[:16]


def _rasas_own() -> dict[str, Any]:
    """What Rasa writes into a configuration that has none."""
    path = files("rasa.engine.recipes").joinpath("config_files/default_config.yml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
