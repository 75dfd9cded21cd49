"""When the model is trained, and when not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from koujing.errors import TrainingError
from koujing.process import Child
from koujing.training import MODEL, Start, ensure_model, inputs_digest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("config.yml", "data/nlu/a.yml", "policies/facts.yml", "koujing/text/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def trainer(code: str) -> Start:
    def start(folder: Path, log: Path) -> Child:
        return Child("train", [sys.executable, "-c", code, str(folder)], os.environ, folder, log)

    return start


MAKES_A_MODEL = trainer(f"import sys; open(sys.argv[1] + '/{MODEL.name}', 'w').write('model')")
FAILS = trainer("import sys; print('第3行不对'); sys.exit(1)")
MAKES_NOTHING = trainer("pass")


def test_it_trains_first_and_then_only_after_a_change(root: Path) -> None:
    said: list[str] = []
    model = ensure_model(root, root / "log", said.append, MAKES_A_MODEL)
    assert model.read_text() == "model"
    assert "训练完成" in said[-1]
    said.clear()
    ensure_model(root, root / "log", said.append, FAILS)
    assert said == ["模型是最新的，不用训练。"]
    (root / "policies/facts.yml").write_text("changed")
    with pytest.raises(TrainingError, match="第3行不对"):
        ensure_model(root, root / "log", said.append, FAILS)


def test_force_trains_anyway(root: Path) -> None:
    ensure_model(root, root / "log", print, MAKES_A_MODEL)
    with pytest.raises(TrainingError):
        ensure_model(root, root / "log", print, FAILS, force=True)


def test_a_failed_training_leaves_the_old_model_and_tries_again(root: Path) -> None:
    ensure_model(root, root / "log", print, MAKES_A_MODEL)
    (root / "data/nlu/a.yml").write_text("changed")
    with pytest.raises(TrainingError):
        ensure_model(root, root / "log", print, MAKES_NOTHING)
    assert (root / MODEL).read_text() == "model"
    assert [path.name for path in (root / "models").iterdir() if path.name.startswith(".")] == []
    said: list[str] = []
    ensure_model(root, root / "log", said.append, MAKES_A_MODEL)
    assert "训练完成" in said[-1]


def test_the_digest_sees_contents_and_paths_but_not_times_or_other_files(root: Path) -> None:
    before = inputs_digest(root)
    os.utime(root / "config.yml", (0, 0))
    (root / "README.md").write_text("x")
    (root / "koujing/text/__pycache__").mkdir()
    (root / "koujing/text/__pycache__/a.pyc").write_text("x")
    assert inputs_digest(root) == before
    (root / "data/nlu/a.yml").rename(root / "data/nlu/b.yml")
    assert inputs_digest(root) != before
