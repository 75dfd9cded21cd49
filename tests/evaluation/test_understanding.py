"""The whole evaluation but over HTTP and without the sentences of facts: what has been reached is not lost."""

from __future__ import annotations

import pytest

from koujing.knowledge.base import Knowledge
from tests.evaluation.__main__ import ask_all, hold_all
from tests.evaluation.asking import ask_here
from tests.evaluation.dialogue_judge import Judge
from tests.evaluation.dialogue_report import dialogue_values, success
from tests.evaluation.dialogues import load_dialogues
from tests.evaluation.grounds import Grounds
from tests.evaluation.measures import load_thresholds, missed, question_values
from tests.evaluation.questions import FOLDER, load
from tests.evaluation.talking import talk_here

# The ids of the dialogues that there were before the sets h, i and j, of those that came after k, after m, and after o.
_EARLIER = ("dlg-", "f-")
_NEWEST = ("l1-", "l2-", "m1-", "m2-")
_LATEST = ("n1-", "o1-")
_LAST = ("p1-", "q1-")


def _quiet(_line: str) -> None:
    """The progress is no part of a test's output."""


@pytest.mark.model
def test_nothing_reached_is_lost(knowledge: Knowledge) -> None:
    scores = ask_all(load(knowledge), ask_here(knowledge), Grounds(knowledge), _quiet)
    held = hold_all(load_dialogues(knowledge), talk_here(knowledge), Judge(knowledge), _quiet)
    assert len(scores) >= 1000
    assert len(held) >= 200
    floors = load_thresholds(FOLDER / "floors.yml")
    earlier = [score for score in held if score.dialogue.id.startswith(_EARLIER)]
    newest = [score for score in held if score.dialogue.id.startswith(_NEWEST)]
    latest = [score for score in held if score.dialogue.id.startswith(_LATEST)]
    last = [score for score in held if score.dialogue.id.startswith(_LAST)]
    known = [score for score in held if score not in (*newest, *latest, *last)]
    assert (len(earlier), len(known), len(newest), len(latest), len(last)) == (243, 478, 137, 120, 120)
    values = {
        "earlier_dialogue_success": ("前 243 段对话的成功率", success(earlier).value),
        "dialogue_success": ("前 478 段对话的成功率", success(known).value),
        "newest_dialogue_success": ("其后 137 段对话的成功率", success(newest).value),
        "latest_dialogue_success": ("再后 120 段对话的成功率", success(latest).value),
        "last_dialogue_success": ("最后 120 段对话的成功率", success(last).value),
    }
    assert missed({**question_values(scores), **dialogue_values(held), **values}, floors) == []
