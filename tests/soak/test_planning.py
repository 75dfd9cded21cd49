"""Which faults are done, in which order, and what a report says of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import pytest

from soak.__main__ import planned
from soak.faults import Fault
from soak.ledger import Ledger
from soak.report import shown, write
from soak.run import Plan, Report
from soak.timeline import Growth, Struck, Timeline


async def nothing(_scene: object) -> str:
    return ""


THERE = {id: Fault(id, id, nothing) for id in "abc"}


def test_every_class_comes_equally_often_in_an_order_of_the_seed() -> None:
    faults = [fault.id for fault in planned(THERE, [], 9, 1)]
    assert set(Counter(faults).values()) == {3}
    assert faults == [fault.id for fault in planned(THERE, [], 9, 1)]
    assert faults != [fault.id for fault in planned(THERE, [], 9, 2)]
    assert {fault.id for fault in planned(THERE, ["a", "b"], 4, 1)} == {"a", "b"}


def test_a_class_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(click.UsageError, match="x；可用：a、b、c"):
        planned(THERE, ["x"], 1, 1)


def report(*struck: Struck) -> Report:
    made = Report(Plan([], 4, 1), "embedded")
    made.timeline = Timeline(list(struck))
    return made


def test_a_fault_without_recovery_fails_the_run() -> None:
    assert report(Struck("a", "甲", "x", 1.0, 2.0, 0.5)).well
    lost = report(Struck("a", "甲", "x", None, 2.0, 0.5))
    assert not lost.well
    assert "账不平" in shown(lost, "make soak")


def test_books_that_do_not_balance_fail_the_run() -> None:
    made = report()
    made.balance.none_of(["m"], "丢了")
    assert not made.well
    assert "丢了：1 例，如 m" in shown(made, "make soak")


def test_recovery_is_told_by_class() -> None:
    rows = report(
        Struck("a", "甲", "x", 1.0, 2.0, 0.5),
        Struck("a", "甲", "y", 3.0, 8.0, 0.7),
        Struck("b", "乙", "z", None, 1.0, 0),
    ).timeline.recoveries()
    assert rows[0] == ("甲", "2", "1.0 / 2.0 / 3.0", "2.0 / 5.0 / 8.0", "0.7")
    assert rows[1][2] == "有没恢复的"


def test_memory_is_counted_from_when_loading_is_done() -> None:
    growth = Growth()
    for used in [*range(1, 21), 25, 22]:
        growth.seen(7, used)
    growth.seen(7, 0)
    assert (growth.starts, growth.first, growth.last, growth.most, growth.grown) == (1, 20, 22, 25, 5)
    growth.seen(8, 3)
    assert (growth.starts, growth.first, growth.grown) == (2, 3, 5)


def test_the_result_is_written_in_its_place(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text("前\n<!-- soak:cluster -->\n旧\n<!-- /soak:cluster -->\n后\n", encoding="utf-8")
    write(page, "cluster", "新")
    assert page.read_text(encoding="utf-8") == "前\n<!-- soak:cluster -->\n新\n<!-- /soak:cluster -->\n后\n"
    with pytest.raises(ValueError, match="soak:embedded"):
        write(page, "embedded", "新")


def test_what_nobody_answered_is_open() -> None:
    ledger = Ledger()
    ledger.said("ask", "1", "问", 0.0)
    ledger.said("ask", "2", "问", 0.0).failures = 1
    assert [entry.id for entry in ledger.open] == ["1"]
