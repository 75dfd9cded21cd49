"""The offices of the file: who owns what, how long they have, and mistakes told with their line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from koujing.clock import SHANGHAI
from koujing.desk.console.tickets.offices import FILE, Offices, load_offices
from koujing.desk.console.tickets.wordings import load_wordings
from koujing.knowledge.base import Knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.workdays import Workdays

GOOD = """\
hours: {from: "09:00", to: "17:00"}
urgent_days: 1
kinds:
  question: {name: 咨询, days: 3}
offices:
  county: {name: 县办, owns: [internship_subsidy], regions: [xingcheng]}
  city: {name: 市办, owns: [internship_subsidy], days: {question: 5}}
  rest: {name: 综合科}
"""


@pytest.fixture
def offices(knowledge: Knowledge, tmp_path: Path) -> Offices:
    return written(knowledge, tmp_path, GOOD)


def written(knowledge: Knowledge, folder: Path, text: str) -> Offices:
    path = folder / "offices.yml"
    path.write_text(text, encoding="utf-8")
    return load_offices(knowledge, path)


def test_the_files_of_the_repository_can_be_used(knowledge: Knowledge) -> None:
    offices = load_offices(knowledge, FILE)
    # Every matter has one owner, and only one office says so.
    owners = [office.id for matter in knowledge.matters for office in offices.all if matter in office.owns]
    assert len(owners) <= len(knowledge.matters)
    assert all(offices.owner(matter, "huludao") for matter in knowledge.matters)
    assert len(load_wordings().reply) > 10


def test_the_nearest_owner_has_it(offices: Offices) -> None:
    assert offices.owner("internship_subsidy", "xingcheng").id == "county"
    assert offices.owner("internship_subsidy", "huludao").id == "city"
    assert offices.owner("internship_subsidy", None).id == "city"
    assert offices.owner("unemployment_benefit", "xingcheng").id == "rest"
    assert offices.owner(None, None).id == "rest"
    assert offices.name("gone") == "gone"
    assert offices.named("市办") == offices.get("city")
    assert offices.named(None) is None


def test_days_are_of_the_office_the_kind_and_the_hurry(offices: Offices) -> None:
    assert offices.days("rest", "question", "normal") == 3
    assert offices.days("city", "question", "normal") == 5
    assert offices.days("city", "question", "urgent") == 1
    assert offices.days(None, "question", "normal") == 3


@pytest.mark.parametrize(
    ("at", "due", "sure"),
    [
        ("2026-11-20 09:00", "2026-11-25", True),  # a Friday
        ("2026-11-20 16:59", "2026-11-25", True),
        ("2026-11-20 17:00", "2026-11-26", True),  # counts as Monday
        ("2026-11-21 10:00", "2026-11-26", True),
        ("2026-09-30 18:00", "2026-10-12", True),  # the holidays, and a Saturday that is worked
        ("2026-12-30 10:00", "2027-01-04", False),
        ("2028-03-03 10:00", "2028-03-08", False),
    ],
)
def test_days_are_counted_from_when_it_came(offices: Offices, at: str, due: str, sure: bool) -> None:
    moment = dt.datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    counted = offices.due(Workdays(), "rest", "question", "normal", moment)
    assert (counted.day.isoformat(), counted.sure) == (due, sure)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"09:00"', '"9"', 1), ('"17:00"', '"08:00"', 1), ("urgent_days: 1", "urgent_days: x", 2),
        ("days: 3", "days: true", 4), ("days: 3", "days: -1", 4), ("question: {name: 咨询", "Q: {name: 咨询", 4),
        ("[internship_subsidy], regions", "[none], regions", 6), ("[xingcheng]", "[nowhere]", 6),
        ("name: 市办", "name: 县办", 6), ("{question: 5}", "{other: 5}", 7), ("{name: 综合科}", "{name: 综合科, owns: [tax_relief]}", 8),
        ("name: 综合科", "title: 综合科", 8), ("[internship_subsidy], days", "internship_subsidy, days", 7),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(knowledge: Knowledge, tmp_path: Path, old: str, new: str, line: int) -> None:
    assert old in GOOD
    with pytest.raises(PolicyFileError) as found:
        written(knowledge, tmp_path, GOOD.replace(old, new))
    assert found.value.line == line, found.value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("opened: 好{x}\nreply: '{reply}'\nlongest_reply: 800\n", 1),
        ("opened: 好\nreply: 没有\nlongest_reply: 800\n", 2),
        ("opened: 好{\nreply: '{reply}'\nlongest_reply: 800\n", 1),
        ("opened: 好\nreply: '{reply}'\nlongest_reply: 1\n", 3),
    ],
)
def test_a_mistake_in_the_wordings_too(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "tickets.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError) as found:
        load_wordings(path)
    assert found.value.line == line
