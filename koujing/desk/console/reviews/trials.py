"""Tries a patch on a copy of the files: whether `git apply` takes it, and whether `koujing check` accepts what comes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from koujing.store.review_patches import Tried

__all__ = ["Trials"]

_COPIED = ("policies", "data/nlu")
_CHECK = "from koujing.cli import main; main()"
_SECONDS = 120
_LONGEST = 4000


class Trials:
    """Blocking, some seconds long. `root` is the repository's folder; it is only read."""

    def __init__(self, root: Path, git: str | None = None) -> None:
        self._root, self._git = root, git or shutil.which("git")

    def run(self, text: str) -> Tried:
        """What a trial of this patch says."""
        if self._git is None:
            return Tried(False, "本机没有 git，没有试。请在有 git 的地方先跑 git apply --check。")
        with tempfile.TemporaryDirectory(prefix="koujing-patch-") as name:
            folder = Path(name)
            for part in _COPIED:
                shutil.copytree(self._root / part, folder / part)
            return self._in(folder, text)

    def _in(self, folder: Path, text: str) -> Tried:
        patch = folder / "new.patch"
        patch.write_text(text, encoding="utf-8")
        assert self._git is not None
        # Whatever repository stands around the copy, or is named by the environment, is none of its.
        own = {"PATH": os.environ.get("PATH", ""), "GIT_CEILING_DIRECTORIES": str(folder.parent), "LC_ALL": "C.UTF-8"}
        try:
            for how in (["--check"], []):
                done = _run([self._git, "apply", *how, patch.name], folder, own)
                if done.returncode:
                    return Tried(False, _told("git apply 不接受：文件可能已经改过，请重新生成。", done))
            wrong = _examples(folder)
            if wrong:
                return Tried(False, f"git apply 接受；{wrong}")
            command = [sys.executable, "-c", _CHECK, "check", "--policies", str(folder / "policies")]
            done = _run(command, self._root, {**os.environ, "PYTHONIOENCODING": "utf-8"})
        except (OSError, subprocess.TimeoutExpired) as error:
            return Tried(False, f"没有试成：{type(error).__name__}。")
        told = _told("git apply 接受；koujing check：", done).replace(f"{folder}/", "")
        return Tried(done.returncode == 0, told)


def _run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # nosec B603 # our own programs, no shell
        command, cwd=folder, env=dict(env), capture_output=True, text=True, timeout=_SECONDS, check=False
    )


def _told(first: str, done: subprocess.CompletedProcess[str]) -> str:
    said = (done.stdout + done.stderr).strip()
    return f"{first}\n{said}".strip()[:_LONGEST]


def _examples(folder: Path) -> str | None:
    """What is wrong with the examples, where anything is."""
    for path in sorted((folder / "data" / "nlu").glob("*.yml")):
        try:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # nosec B506 # both are safe
        except yaml.YAMLError:
            return f"{path.name} 不是合法的 YAML。"
        if any("intent" not in block or "topic" not in block.get("metadata", {}) for block in data["nlu"]):
            return f"{path.name} 里有一段例句没有标签。"
    return None
