"""How long what is kept: the file of the project, and mistakes in one of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from koujing.desk.keeping.schedule import CLASSES, RetentionError, load_schedule
from koujing.settings import ROOT

OURS = ROOT / "config" / "retention.yml"


def test_every_class_has_its_time_and_its_reason() -> None:
    schedule = load_schedule(OURS)
    assert tuple(schedule.classes) == CLASSES
    assert all(kept.least <= kept.days <= kept.most and kept.basis for kept in schedule.classes.values())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"hour": 24}, "hour 应为 0 到 23"),
        ({"classes": None}, "应只有 hour 和 classes"),
        ({"classes.wechat": None}, "wechat 应正好有这几项"),
        ({"classes.emails": {}}, "没有 emails 这一类"),
        ({"classes.audit.days": 90}, "audit 的 days 是 90，应在 180 到 3650 之间"),
        ({"classes.audit.days": "三年"}, "audit 的 days 应为正整数"),
        ({"classes.audit.basis": ""}, "audit 的 basis 应为文字"),
        ({"classes.receipts.days": 365, "classes.conversations.days": 400}, "回执的 days 不能比"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    given = yaml.safe_load(OURS.read_text(encoding="utf-8"))
    for path, value in change.items():
        *outer, last = path.split(".")
        place = given
        for name in outer:
            place = place[name]
        place[last] = value
    file = tmp_path / "retention.yml"
    file.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(RetentionError, match=r"retention\.yml:[0-9]+") as told:
        load_schedule(file)
    assert why in str(told.value)


def test_a_missing_class_and_a_missing_file_are_told(tmp_path: Path) -> None:
    given = yaml.safe_load(OURS.read_text(encoding="utf-8"))
    del given["classes"]["tickets"]
    file = tmp_path / "retention.yml"
    file.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    with pytest.raises(RetentionError, match="缺少这些类：tickets"):
        load_schedule(file)
    with pytest.raises(RetentionError, match="读不出"):
        load_schedule(tmp_path / "none.yml")
