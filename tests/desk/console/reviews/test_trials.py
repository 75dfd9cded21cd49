"""A patch is tried on a copy; the repository's own files are never touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from koujing.desk.console.reviews.diffs import headed, unified
from koujing.desk.console.reviews.drafts import Draft, draft_path, with_draft
from koujing.desk.console.reviews.examples import Example, example_path, with_example
from koujing.desk.console.reviews.trials import Trials
from koujing.settings import ROOT

TOPIC = "job_retention_refund"


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(ROOT)


def edited(text: str) -> str:
    """A patch with an example, and a draft of what the notice says nothing of."""
    path, nlu = draft_path("huludao", TOPIC), example_path(TOPIC)
    before, examples = ((ROOT / each).read_text(encoding="utf-8") for each in (path, nlu))
    cite = ("hld-2021-2:1", "免申领直接拨付返还资金")
    draft = Draft("huludao", TOPIC, "where", text, "去办事大厅。", (cite,), "政策编辑", dt.date(2026, 11, 20))
    made = with_example(examples, Example("我们合作社算不算参保单位呢", TOPIC, "ask_eligibility"))
    return headed(["试"], unified({path: (before, with_draft(before, draft)), nlu: (examples, made)}))


def test_what_git_and_the_check_accept(trials: Trials) -> None:
    tried = trials.run(edited("到参保地的失业保险经办机构窗口办理。"))
    assert tried.fits, tried.told
    assert "全部通过" in tried.told


def test_what_the_check_refuses_is_told(trials: Trials) -> None:
    tried = trials.run(edited("最多能返还60％，到窗口办理。"))
    assert not tried.fits
    assert "手写的数字" in tried.told
    assert "/tmp" not in tried.told


def test_what_git_refuses_is_told(trials: Trials) -> None:
    tried = trials.run(unified({"policies/matters.yml": ("没有的行\n", "别的\n")}))
    assert not tried.fits
    assert "git apply 不接受" in tried.told


def test_examples_without_labels_are_told(trials: Trials) -> None:
    path = example_path(TOPIC)
    before = (ROOT / path).read_text(encoding="utf-8")
    tried = trials.run(unified({path: (before, before.replace(f"topic: {TOPIC}", "topics: x", 1))}))
    assert not tried.fits
    assert "没有标签" in tried.told


def test_without_git_nothing_is_claimed() -> None:
    trials = Trials(ROOT)
    trials._git = None
    assert not trials.run("").fits


def test_programs_that_are_not_there(tmp_path: Path) -> None:
    assert "没有试成" in Trials(ROOT, str(tmp_path / "git")).run("x").told
