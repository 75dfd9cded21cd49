"""What the running services export and log, after a few messages: every name that dashboard and alerts ask for; no words."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from koujing.cli import program
from koujing.settings import ROOT
from tests.e2e.running import Running
from tests.promql import GIVEN, expressions, grouped, used

pytestmark = pytest.mark.model

# Obviously nobody's: built of one digit.
PHONE = "139" + "0" * 7 + "1"
ASKED = ("我在葫芦岛被裁了失业补助金能领多少钱呢", f"我手机{PHONE}，失业补助金怎么领", "今天天气怎么样呀", "/restart")


@pytest.fixture(scope="module")
def exported(stack: Running) -> dict[str, set[str]]:
    """The labels of every series name, of the three services together."""
    for n, text in enumerate(ASKED):
        asked = stack.http.post("/api/v1/ask", json={"text": text, "region": "huludao", "session": f"watching{n}"})
        assert asked.is_success, asked.text
    found: dict[str, set[str]] = {"up": set()}
    for url in stack.urls():
        page = httpx.get(f"{url}/metrics", trust_env=False, timeout=30)
        assert page.status_code == 200
        assert all(text not in page.text for text in ASKED)
        for family in text_string_to_metric_families(page.text):
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_everything_that_is_asked_for_is_exported(exported: dict[str, set[str]]) -> None:
    for expression in expressions():
        for use in used(expression):
            assert use.metric in exported, f"{use.metric} in {expression}"
            missing = use.labels - exported[use.metric] - GIVEN
            assert not missing, f"{missing} of {use.metric} in {expression}"
        has = set().union(*(exported[use.metric] for use in used(expression)))
        assert grouped(expression) <= has | GIVEN, expression


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_the_inner_services_tell_that_they_are_ready(stack: Running, part: str) -> None:
    url = dict(zip(("desk", "rasa", "actions"), stack.urls(), strict=True))[part]
    assert httpx.get(f"{url}/ready", trust_env=False).json() == {"status": "ready"}
    assert httpx.get(f"{url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, trust_env=False).status_code == 401


def test_the_logs_hold_no_word_of_anybody(stack: Running, exported: dict[str, set[str]]) -> None:
    logs: list[Path] = sorted(stack.logs.glob("*.log"))
    assert {log.stem for log in logs} >= {"desk", "rasa", "actions"}
    for log in logs:
        text = log.read_text(encoding="utf-8")
        for asked in (*ASKED[:3], PHONE):
            assert asked not in text, log.name
            assert json.dumps(asked)[1:-1] not in text, log.name
    assert "answered" in (stack.logs / "desk.log").read_text(encoding="utf-8")


RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Asks for a password; is tested by itself and takes its time.
_ELSEWHERE = ("koujing staff add", "koujing check")
# Run in this process: a program that starts anew for each line takes seconds.
_HERE = "koujing receipts "


@pytest.fixture(scope="module")
def shell(stack: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who stands before the running services with a runbook in hand."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "koujing"
    program = "import sys; sys.argv[0] = 'koujing'; from koujing.cli import main; main()"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{program}" "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    path = f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder), "LANG": "C.UTF-8"}
    return {**given, **stack.environment()}


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_every_command_of_a_runbook_works(stack: Running, shell: dict[str, str], path: Path) -> None:
    blocks = _BLOCK.findall(path.read_text(encoding="utf-8"))
    lines = "\n".join(blocks).splitlines()
    script = "\n".join(line for line in lines if not line.startswith((*_ELSEWHERE, _HERE)))
    for line in (line for line in lines if line.startswith(_HERE)):
        words = [str(stack.logs / word) if word.endswith(".xlsx") else word for word in shlex.split(line)[1:]]
        ran = CliRunner().invoke(program, words, env=shell)
        assert ran.exit_code == 0, f"{line}\n{ran.output}"
    for name, url in zip(("DESK", "RASA", "ACTIONS"), stack.urls(), strict=True):
        script = re.sub(rf"\b{name}=http://\S+", f"{name}={url}", script)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], check=False, cwd=ROOT, env=shell, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
