"""The offices (科室) that owe answers: what they own, and in how many working days. Data: `config/console/offices.yml`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.desk.fields import Place, mapping, words
from koujing.knowledge.base import Knowledge
from koujing.knowledge.regions import Regions
from koujing.knowledge.yaml_lines import Document, read_document
from koujing.settings import ROOT
from koujing.workdays import Counted, OfficeHours, Workdays

__all__ = ["FILE", "URGENT", "Kind", "Office", "Offices", "load_offices"]

FILE = ROOT / "config" / "console" / "offices.yml"
URGENT = "urgent"
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_LONGEST = 40
_MOST_DAYS = 250


@dataclass(frozen=True)
class Kind:
    """A kind of ticket, and in how many working days it is answered where an office has no number of its own."""

    id: str
    name: str
    days: int


@dataclass(frozen=True)
class Office:
    """One office: the matters and the regions (empty: all) that it owns, and its own days by kind."""

    id: str
    name: str
    owns: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    days: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Offices:
    """All of them, and how long they have."""

    all: tuple[Office, ...]
    kinds: Mapping[str, Kind]
    hours: OfficeHours
    urgent_days: int
    areas: Regions

    def get(self, id: str | None) -> Office | None:
        """The office of this id."""
        return next((office for office in self.all if office.id == id), None)

    def name(self, id: str | None) -> str:
        """Its name; its id where it is no longer in the file."""
        office = self.get(id)
        return office.name if office else id or ""

    def named(self, name: str | None) -> Office | None:
        """The office of this name, as it stands in an account."""
        return next((office for office in self.all if office.name == name), None)

    def owner(self, matter: str | None, region: str | None) -> Office:
        """Who owns a matter in a region; there is always one."""
        able = [office for office in self.all if matter in office.owns and self._serves(office, region)]
        near = [office for office in able if office.regions]
        return next(iter([*near, *able]), self.all[-1])

    def days(self, office: str | None, kind: str, priority: str) -> int:
        """How many working days an office has for a ticket."""
        own = self.get(office)
        plain = ((own.days if own else None) or {}).get(kind)
        days = self.kinds[kind].days if plain is None else plain
        return min(days, self.urgent_days) if priority == URGENT else days

    def due(self, workdays: Workdays, office: str | None, kind: str, priority: str, at: dt.datetime) -> Counted:
        """The last day for a ticket that counts from a moment in Shanghai time."""
        return workdays.due(self.hours, at, self.days(office, kind, priority))

    def _serves(self, office: Office, region: str | None) -> bool:
        if not office.regions:
            return True
        return region is not None and any(self.areas.within(region, each) for each in office.regions)


def load_offices(knowledge: Knowledge, path: Path = FILE) -> Offices:
    """The offices.

    Raises:
        PolicyFileError: the file cannot be used; says the line, what, why and how to mend.
    """
    document = read_document(path)
    needed = {"hours", "urgent_days", "kinds", "offices"}
    data = mapping(document, (), needed, needed)
    kinds = _kinds(document)
    listed = data["offices"]
    if not isinstance(listed, dict) or not listed:
        raise document.error(("offices",), "没有科室", "工单要有人答复", "至少写一个，如 general: {name: 综合科}")
    offices = tuple(_office(document, id, kinds, knowledge) for id in listed)
    names = [office.name for office in offices]
    for office in offices:
        if names.count(office.name) > 1:
            raise document.error(("offices", office.id), f"“{office.name}”写了两次", "按名称认科室", "改其中一个的名称")
    if offices[-1].owns or offices[-1].regions:
        raise document.error(
            ("offices", offices[-1].id), "最后一个科室写了 owns 或 regions", "它兜底，负责其余一切", "去掉，或另加一个"
        )
    return Offices(offices, kinds, _hours(document), _days(document, ("urgent_days",)), knowledge.regions)


def _kinds(document: Document) -> Mapping[str, Kind]:
    listed = document.data["kinds"]
    if not isinstance(listed, dict) or not listed:
        raise document.error(("kinds",), "没有工单类别", "每张工单有一个类别", "如 question: {name: 政策咨询, days: 3}")
    found = {}
    for id in listed:
        place = ("kinds", _known(document, ("kinds", id)))
        data = mapping(document, place, {"name", "days"}, {"name", "days"})
        name = words(document, (*place, "name"), data["name"], longest=_LONGEST)
        found[id] = Kind(id, name, _days(document, (*place, "days")))
    return found


def _office(document: Document, id: str, kinds: Mapping[str, Kind], knowledge: Knowledge) -> Office:
    place = ("offices", _known(document, ("offices", id)))
    data = mapping(document, place, {"name"}, {"name", "owns", "regions", "days"})
    days = data.get("days")
    if days is not None:
        mapping(document, (*place, "days"), set(), set(kinds))
        days = {kind: _days(document, (*place, "days", kind)) for kind in days}
    return Office(
        id=id,
        name=words(document, (*place, "name"), data["name"], longest=_LONGEST),
        owns=_ids(document, (*place, "owns"), data.get("owns"), set(knowledge.matters), "事项"),
        regions=_ids(document, (*place, "regions"), data.get("regions"), set(knowledge.regions.ids()), "地区"),
        days=days,
    )


def _ids(document: Document, place: Place, value: Any, known: set[str], what: str) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        raise document.error(place, f"{what}应为列表", "可以有几个", "写成 [a, b]")
    for n, each in enumerate(value):
        if each not in known:
            raise document.error((*place, n), f"没有“{each}”这个{what}", "按 id 认", f"写已有{what}的 id")
    return frozenset(value)


def _known(document: Document, place: Place) -> str:
    id = place[-1]
    if not (isinstance(id, str) and _ID.fullmatch(id)):
        raise document.error(place, f"id “{id}”不对", "工单里按它记", "用 1 到 40 个小写字母、数字和下划线")
    return id


def _days(document: Document, place: Place) -> int:
    value = document.data
    for step in place:
        value = value[step]
    # A boolean is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_DAYS:
        raise document.error(place, f"“{value}”不对", "是几个工作日", f"写 0 到 {_MOST_DAYS} 的整数")
    return value


def _hours(document: Document) -> OfficeHours:
    data = mapping(document, ("hours",), {"from", "to"}, {"from", "to"})
    for key in ("from", "to"):
        if not (isinstance(data[key], str) and _TIME.fullmatch(data[key])):
            raise document.error(("hours", key), f"“{data[key]}”不对", "按它算到期日", '如 "09:00"，加引号')
    begin, end = (dt.time.fromisoformat(data[key]) for key in ("from", "to"))
    if begin >= end:
        raise document.error(("hours", "to"), "下班不晚于上班", "这样没有一刻在上班", "改正 from 或 to")
    return OfficeHours(begin, end)
