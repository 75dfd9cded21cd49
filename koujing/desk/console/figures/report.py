"""All figures of a scope, with their names; what the page, the printed page, the workbook and the JSON are made of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from koujing.desk.console.figures.scope import CHANNELS
from koujing.knowledge.base import Knowledge
from koujing.knowledge.regions import UnknownRegionError
from koujing.labels import STATUS
from koujing.store.figures import Counts, Figures, Scope
from koujing.store.figures_transfers import KINDS, Passed, Transfer, Transfers

__all__ = ["NO_QUESTION", "TRANSFER_NAMES", "Group", "Names", "Report", "make_report"]

TRANSFER_NAMES: Mapping[str, str] = {
    "asked": "要求人工",
    "taken": "坐席接手",
    "callback": "预约回电",
    "ticket": "开工单",
}
NO_QUESTION = "没有问过问题"
_NONE = {"matter": "没有认出事项", "region": "未说明", "clause": "没有引用条款"}
_BEFORE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Group:
    """The figures of one day, channel, region, matter or clause; `id` is null for those without."""

    id: Any
    name: str
    counts: Counts


@dataclass(frozen=True)
class Report:
    """Everything of a scope. Groups come in the order shown."""

    scope: Scope
    made_at: dt.datetime
    total: Counts
    before: Counts
    days: Sequence[Group]
    channels: Sequence[Group]
    regions: Sequence[Group]
    matters: Sequence[Group]
    clauses: Sequence[Group]
    heat: Mapping[tuple[int, int], int]
    abstentions: Sequence[tuple[str, str | None, str, int]]
    transfers: Mapping[str, int]
    passed: Passed = field(repr=False)
    interviews: Mapping[int, int] = field(default_factory=dict)
    took: int | None = None
    unsettled: bool = False

    @property
    def asked_back(self) -> float | None:
        """Questions back per verdict, on average."""
        many = sum(self.interviews.values())
        return sum(asked * n for asked, n in self.interviews.items()) / many if many else None


class Names:
    """What ids are called."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def of(self, dimension: str, id: Any) -> str:
        """A day, channel, region, matter or clause by its id; the id itself where the knowledge has it no more."""
        if id is None or id == NO_QUESTION:
            return _NONE.get(dimension, "无") if id is None else NO_QUESTION
        known: Mapping[str, Callable[[], str]] = {
            "day": lambda: f"{id:%m-%d}",
            "channel": lambda: CHANNELS.get(id, id),
            "region": lambda: self._knowledge.regions.name(id),
            "matter": lambda: self._knowledge.matters[id].name,
            "clause": lambda: self.clause(id),
        }
        try:
            return known[dimension]()
        except (LookupError, UnknownRegionError):
            return str(id)

    def clause(self, id: str) -> str:
        """A clause as people cite it: 葫人社发〔2021〕2号 第（一）项."""
        return f"{self._knowledge.notice_of(id).short}{self._knowledge.clauses[id].label}"

    def kind(self, status: str, kind: str | None) -> str:
        """Why nothing was decided."""
        entry = self._knowledge.refusals["kinds"].get(kind)
        return f"{STATUS[status]}：{entry['label']}" if entry else STATUS.get(status, status)


def make_report(
    figures: Figures, transfers: Transfers, names: Names, scope: Scope, now: dt.datetime, *, before: bool = True
) -> Report:
    """Count everything. Blocking.

    Args:
        now: in Shanghai.
        before: count as many days before too, to compare.
    """
    passed = transfers.of(scope)
    days = _groups("day", figures.by("day", scope), passed, names)
    known = {group.id: group for group in days}
    every = [scope.first + dt.timedelta(days=n) for n in range((scope.last - scope.first).days + 1)]
    channels = _channels(figures, scope, passed, names)
    total = _sum(channels)
    total.transfers = len(passed.transfers)
    heat: Counter[tuple[int, int]] = Counter()
    for (day, hour), n in figures.heat(scope).items():
        heat[day.isoweekday(), hour] += n
    abstained = figures.abstentions(scope)
    return Report(
        scope=scope,
        made_at=now,
        total=total,
        before=_before(figures, transfers, scope) if before else Counts(),
        days=[known.get(day) or Group(day, names.of("day", day), Counts()) for day in every],
        channels=channels,
        regions=_ordered(_groups("region", figures.by("region", scope), passed, names)),
        matters=_ordered(_groups("matter", figures.by("matter", scope), passed, names)),
        clauses=_ordered(_groups("clause", figures.by("clause", scope), passed, names), by_transfers=True),
        heat=heat,
        abstentions=sorted(
            ((status, kind, names.kind(status, kind), n) for (status, kind), n in abstained.items()), key=lambda x: -x[3]
        ),
        transfers={kind: sum(kind in one.kinds for one in passed.transfers) for kind in KINDS},
        passed=passed,
        interviews=dict(sorted(figures.interviews(scope).items())),
        took=figures.took(scope, 0.5),
        unsettled=scope.last >= (now - _BEFORE).date(),
    )  # fmt: skip


def _before(figures: Figures, transfers: Transfers, scope: Scope) -> Counts:
    passed = transfers.of(scope.before)
    total = _sum(Group(day, "", counts) for day, counts in figures.by("day", scope.before).items())
    total.transfers, total.lost = len(passed.transfers), len(passed.lost)
    total.sessions = sum(figures.sessions(scope.before).values())
    return total


def _channels(figures: Figures, scope: Scope, passed: Passed, names: Names) -> list[Group]:
    """By kind of channel: several websites are one."""
    found: dict[str, Counts] = {}
    for id, counts in figures.by("channel", scope).items():
        found.setdefault(id.partition(":")[0], Counts()).add(counts)
    for id, sessions in figures.sessions(scope).items():
        found[id.partition(":")[0]].sessions += sessions
    return _ordered(_groups("channel", found, passed, names))


def _groups(dimension: str, counted: Mapping[Any, Counts], passed: Passed, names: Names) -> list[Group]:
    counts = dict(counted)
    for turn in passed.lost:
        for id in _ids(dimension, turn):
            counts.setdefault(id, Counts()).lost += 1
    for one in passed.transfers:
        for id in _ids_of_transfer(dimension, one):
            counts.setdefault(id, Counts()).transfers += 1
    return [Group(id, names.of(dimension, id), each) for id, each in counts.items()]


def _ids(dimension: str, turn: Any) -> Sequence[Any]:
    if dimension == "clause":
        return list(turn.clauses)
    if dimension == "channel":
        return [turn.channel.partition(":")[0]]
    return [getattr(turn, dimension)]


def _ids_of_transfer(dimension: str, one: Transfer) -> Sequence[Any]:
    if dimension == "day":
        return [one.at.date()]
    if dimension == "channel":
        return [one.channel.partition(":")[0]] if one.channel else []
    return _ids(dimension, one.turn) or [None] if one.turn else [NO_QUESTION]


def _sum(groups: Iterable[Group]) -> Counts:
    total = Counts()
    for group in groups:
        total.add(group.counts)
    return total


def _ordered(groups: list[Group], *, by_transfers: bool = False) -> list[Group]:
    """The greatest first; those without an id last."""

    def place(group: Group) -> tuple[bool, int, int, str]:
        numbers = (-group.counts.questions, -group.counts.transfers)
        first, second = reversed(numbers) if by_transfers else numbers
        return group.id is None or group.id == NO_QUESTION, first, second, group.name

    return sorted(groups, key=place)
