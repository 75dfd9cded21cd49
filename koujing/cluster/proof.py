"""Whether a release may be used: its policies pass `koujing check`, its model loads, and it answers real questions with proof.

Run from inside the release, as `python -m koujing.cluster.proof`, so that its own code is what is tried.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from koujing.cluster.errors import ReleaseError
from koujing.errors import ProgramError
from koujing.process import quiet_environment

__all__ = ["answer_well", "check", "main", "prove", "questions"]

_QUESTIONS = Path("config") / "release" / "questions.yml"
_PROVEN = {"answered", "determined"}
_SECONDS = 600
_CHECK = "from koujing.cli import main; main()"


def check(release: Path) -> None:
    """Whether its policies pass, in a process of its own.

    Raises:
        ReleaseError: they do not, and where.
    """
    _run(
        release, [sys.executable, "-c", _CHECK, "check", "--policies", "policies"], "政策没有通过检查（koujing check）"
    )


def prove(release: Path) -> None:
    """Whether its model loads and answers, in a process of its own.

    Raises:
        ReleaseError: it does not, and what it said.
    """
    _run(release, [sys.executable, "-m", "koujing.cluster.proof"], "试答没有通过")


def questions(release: Path) -> list[Mapping[str, Any]]:
    """What a release must answer.

    Raises:
        ReleaseError: there is nothing.
    """
    found = (yaml.safe_load((release / _QUESTIONS).read_text(encoding="utf-8")) or {}).get("questions")
    if not found:
        raise ReleaseError(f"{_QUESTIONS} 里没有试答的问题，不能放行。")
    return list(found)


def answer_well(question: Mapping[str, Any], replies: Sequence[Mapping[str, Any]]) -> str | None:
    """What is wrong with these replies, None if nothing."""
    if not replies:
        return f"“{question['text']}”没有答复"
    for reply in replies:
        if reply["status"] not in _PROVEN:
            return f"“{question['text']}”的答复是 {reply['status']}，应为 {'或'.join(sorted(_PROVEN))}"
        if not reply["citations"]:
            return f"“{question['text']}”的答复没有条款依据"
    return None


def main() -> None:
    """Answer every question with this folder's policies and model; ends with 1 where one is not answered well."""
    from koujing.rasa.local import LocalSessions  # noqa: PLC0415 - slow, and only for this process

    here = Path.cwd()
    try:
        sessions = LocalSessions(here / "policies", here / "models" / "koujing.tar.gz")
        asked = questions(here)
    except ProgramError as error:
        sys.exit(str(error))
    for number, question in enumerate(asked):
        on = dt.date.fromisoformat(str(question["date"]))
        wrong = answer_well(question, sessions.ask(str(number), question["text"], question.get("region"), on))
        if wrong:
            sys.exit(wrong)


def _run(release: Path, command: list[str], what: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")}
    env = {**quiet_environment(kept), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603 # our own command, no shell
            command, cwd=release, env=env, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"{what}：{_SECONDS} 秒没有结果。") from error
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise ReleaseError(f"{what}：\n" + "\n".join(said[-20:]))


if __name__ == "__main__":
    main()
