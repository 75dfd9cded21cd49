"""Trains the model when it is older than what it is made of, judged by content, not by time."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from koujing.errors import TrainingError
from koujing.process import Child, quiet_environment

__all__ = ["DIGEST", "MODEL", "ensure_model", "fits", "inputs_digest"]

MODEL = Path("models/koujing.tar.gz")
DIGEST = Path("models/koujing.inputs")
_INPUTS = ("config.yml", "domain.yml", "requirements.txt")
_INPUT_FOLDERS = ("data", "policies", "koujing/rasa", "koujing/text", "koujing/search", "koujing/knowledge")
_SUFFIXES = {".yml", ".yaml", ".py", ".json", ".txt"}
_POLL_SECONDS = 0.2
_PROGRESS_SECONDS = 10
_GRACE_SECONDS = 5

Say = Callable[[str], None]
Start = Callable[[Path, Path], Child]


def inputs_digest(root: Path) -> str:
    """A digest of the paths and contents of everything the model is made of."""
    digest = hashlib.sha256()
    for path in _inputs(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def fits(root: Path, digest: str | None = None) -> bool:
    """Whether the model is there and made of what there is now."""
    made_of = root / DIGEST
    return (root / MODEL).is_file() and made_of.is_file() and made_of.read_text() == (digest or inputs_digest(root))


def ensure_model(root: Path, log: Path, say: Say, start: Start | None = None, *, force: bool = False) -> Path:
    """The model, trained first where there is none or its inputs have changed.

    Args:
        root: the project's folder.
        log: where the training writes what it has to say.
        say: shows progress to a person.
        start: starts a training that puts the model into a folder; by default Rasa's.
        force: train even if nothing has changed.

    Raises:
        TrainingError: the training failed.
    """
    model, made_of = root / MODEL, root / DIGEST
    digest = inputs_digest(root)
    if not force and fits(root, digest):
        say("模型是最新的，不用训练。")
        return model
    say("训练数据或政策有变化，正在训练模型……" if model.is_file() else "正在训练模型（首次）……")
    model.parent.mkdir(exist_ok=True)
    # Made beside and moved in whole: a training that is interrupted leaves the old model as it was.
    with tempfile.TemporaryDirectory(prefix=".training-", dir=model.parent) as folder:
        _train(Path(folder), log, say, start or _start_rasa(root))
        made_of.unlink(missing_ok=True)
        (Path(folder) / model.name).replace(model)
    made_of.write_text(digest)
    return model


def _train(folder: Path, log: Path, say: Say, start: Start) -> None:
    began = time.monotonic()
    said = began
    child = start(folder, log)
    try:
        while child.exit_code is None:
            time.sleep(_POLL_SECONDS)
            if time.monotonic() - said >= _PROGRESS_SECONDS:
                said = time.monotonic()
                say(f"  训练中，已用 {said - began:.0f} 秒……")
    finally:
        child.ask_to_stop()
        child.stop(_GRACE_SECONDS)
    if child.exit_code != 0 or not (folder / MODEL.name).is_file():
        raise TrainingError(f"训练没有成功。最后的输出：\n{child.tail()}\n全部输出见 {log}")
    say(f"训练完成，用时 {time.monotonic() - began:.0f} 秒。")


def _start_rasa(root: Path) -> Start:
    def start(folder: Path, log: Path) -> Child:
        command = [sys.executable, "-m", "rasa", "train", "--force", "--config", "config.yml", "--domain", "domain.yml"]
        command += ["--data", "data", "--out", str(folder), "--fixed-model-name", MODEL.name.removesuffix(".tar.gz")]
        # The order of sets must not change what is learnt.
        return Child("train", command, {**quiet_environment(os.environ), "PYTHONHASHSEED": "0"}, root, log)

    return start


def _inputs(root: Path) -> Iterator[Path]:
    for name in _INPUTS:
        if (root / name).is_file():
            yield root / name
    for folder in _INPUT_FOLDERS:
        files = (path for path in (root / folder).rglob("*") if path.suffix in _SUFFIXES and path.is_file())
        yield from sorted(files)
