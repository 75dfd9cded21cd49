"""Trains a peer once and keeps its model by what it is made of: Rasa's defaults take an hour or so."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.speed.peer_files import digest
from koujing.errors import TrainingError
from koujing.process import Child, quiet_environment
from koujing.settings import ROOT
from koujing.training import inputs_digest

__all__ = ["CACHE", "Trained", "trained", "trained_ours"]

CACHE = ROOT / "var" / "bench"
_MODEL, _TIMES = "model.tar.gz", "training.json"
_POLL_SECONDS = 1
_CLASSIFIER = "DIETClassifier"
_STEP = re.compile(
    rf"^(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d) INFO .*?(Starting to train|Finished training) component '{_CLASSIFIER}'",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Trained:
    """A model, and the seconds that its training took: on a clock, and of the processor."""

    model: Path
    seconds: float
    cpu_seconds: float
    classifier_seconds: float | None = None

    def numbers(self, epochs: int | None = None, wanted: int | None = None) -> dict[str, float]:
        """As it is printed and kept.

        Args:
            epochs: how many the classifier was trained for, where these are fewer than the `wanted` ones: what the
                others would take beside is reckoned by its time for each.
        """
        found = {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds}
        if epochs is None or wanted is None or self.classifier_seconds is None:
            return found
        more = 1 + (wanted - epochs) * self.classifier_seconds / epochs / self.seconds
        return {**found, **{f"reckoned_{name}": round(value * more) for name, value in found.items()}}


def trained(project: Path, name: str, cache: Path = CACHE) -> Trained:
    """The model of a peer, from the cache where it was made before.

    Raises:
        TrainingError: Rasa failed.
    """
    return _kept(project, name, cache / f"{name}-{digest(project)}")


def trained_ours(cache: Path = CACHE) -> Trained:
    """This project's, trained as `make train` does, for the time it takes.

    Raises:
        TrainingError: Rasa failed.
    """
    return _kept(ROOT, "koujing", cache / f"koujing-{inputs_digest(ROOT)[:16]}")


def _kept(project: Path, name: str, kept: Path) -> Trained:
    if not (kept / _TIMES).is_file():
        kept.mkdir(parents=True, exist_ok=True)
        (kept / _TIMES).write_text(json.dumps(_train(project, name, kept)), encoding="utf-8")
    return Trained(kept / _MODEL, **json.loads((kept / _TIMES).read_text(encoding="utf-8")))


def _train(project: Path, name: str, kept: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "rasa", "train", "--force", "--config", "config.yml", "--domain", "domain.yml"]
    command += ["--data", "data", "--out", str(kept), "--fixed-model-name", _MODEL.removesuffix(".tar.gz")]
    env = {**quiet_environment(os.environ), "PYTHONHASHSEED": "0"}
    began, used = time.monotonic(), os.times()
    child = Child(name, command, env, project, kept / "train.log")
    try:
        while child.exit_code is None:
            time.sleep(_POLL_SECONDS)
    finally:
        child.ask_to_stop()
        child.stop(5)
    now = os.times()
    if child.exit_code != 0 or not (kept / _MODEL).is_file():
        raise TrainingError(f"{name} 没有训练成功。最后的输出：\n{child.tail()}")
    cpu = now.children_user + now.children_system - used.children_user - used.children_system
    times = {"seconds": round(time.monotonic() - began, 1), "cpu_seconds": round(cpu, 1)}
    steps = [
        dt.datetime.fromisoformat(at)
        for at, _ in _STEP.findall(child.log.read_text(encoding="utf-8", errors="replace"))
    ]
    return {**times, **({"classifier_seconds": (steps[1] - steps[0]).total_seconds()} if len(steps) == 2 else {})}
