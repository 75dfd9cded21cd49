"""A short run of `make soak` on the embedded stack: every kind of process dies once, the disk fills, callers
hang up; the ledger balances. The long one, against the cluster, is `make soak`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from soak.faults import known
from soak.report import shown
from soak.run import Plan, soak
from soak.stacks import running

pytestmark = [pytest.mark.anyio, pytest.mark.model]

RATE, SEED = 2.0, 7
# Rasa's death last: it takes longest to come back, and nothing waits for it but the end.
CLASSES = ("cut-clients", "full-disk", "kill-actions", "kill-desk", "kill-rasa")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, since sockets are in it."""
    with tempfile.TemporaryDirectory(prefix="koujing-soak-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def test_the_ledger_balances(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    async with running("embedded", folder) as (stack, platform):
        there = known(stack)
        # Where nobody may mount a file system there is none to fill.
        faults = [there[id] for id in CLASSES if id in there]
        assert len(faults) >= len(CLASSES) - 1
        report = await soak(stack, platform, Plan(faults, RATE, SEED, pause=1.0), told.append)
    text = shown(report, "tests/e2e/faults/test_short_soak.py")
    assert report.well, "\n".join([*told, text])
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")
    assert report.said > 50
    assert report.replayed > 20
    assert {one.id for one in report.timeline.struck} == {fault.id for fault in faults}
