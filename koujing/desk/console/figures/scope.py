"""What figures are asked for: days, channel, region, matter and clause, from the page's address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from koujing.clock import Clock
from koujing.desk.console.errors import InputError
from koujing.knowledge.base import Knowledge
from koujing.store.figures import Scope
from koujing.store.turn_rows import PHONE

__all__ = ["CHANNELS", "FIELDS", "Asked", "presets", "read"]

CHANNELS: Mapping[str, str] = {"web": "网站", "wechat": "微信", PHONE: "电话（坐席）", "api": "接口"}
FIELDS = ("from", "to", "channel", "region", "matter", "clause")
_LONGEST = 366


@dataclass(frozen=True)
class Asked:
    """A scope and how it stands in the address."""

    scope: Scope
    given: Mapping[str, str]

    @property
    def query(self) -> dict[str, str]:
        """The fields that are given, for links."""
        return {name: value for name, value in self.given.items() if value}


def read(query: Mapping[str, str], knowledge: Knowledge, clock: Clock) -> Asked:
    """The scope of an address; this month where no days are given.

    Raises:
        InputError: a field cannot be so.
    """
    given = {name: query.get(name, "").strip() for name in FIELDS}
    today = clock.now().date()
    last = _day(given["to"], "to") or today
    first = _day(given["from"], "from") or last.replace(day=1)
    if first > last:
        raise InputError("from", "开始的日子在结束之后。", "请把“从”填得早一些。")
    if (last - first).days >= _LONGEST:
        raise InputError("from", f"一次最多看 {_LONGEST} 天。", "请缩短日期范围，或分几次看。")
    scope = Scope(
        first,
        last,
        channel=_of(given, "channel", CHANNELS, "渠道"),
        regions=_regions(given, knowledge),
        matter=_of(given, "matter", knowledge.matters, "事项"),
        clause=_of(given, "clause", knowledge.clauses, "条款"),
    )
    return Asked(scope, given | {"from": first.isoformat(), "to": last.isoformat()})


def presets(clock: Clock) -> list[tuple[str, dt.date, dt.date]]:
    """Usual ranges of days: name, first and last."""
    today = clock.now().date()
    month = today.replace(day=1)
    before = month - dt.timedelta(days=1)
    return [
        ("今天", today, today),
        ("近7天", today - dt.timedelta(days=6), today),
        ("本月", month, today),
        ("上月", before.replace(day=1), before),
        ("今年", today.replace(month=1, day=1), today),
    ]


def _day(given: str, field: str) -> dt.date | None:
    if not given:
        return None
    try:
        day = dt.date.fromisoformat(given)
    except ValueError as error:
        raise InputError(field, f"日期“{given:.20}”不对。", "应写成 2021-09-15 这样，且确有这一天。") from error
    if not 2000 <= day.year <= 2200:
        raise InputError(field, f"日期“{given:.20}”太远了。", "请填 2000 年到 2200 年之间的日子。")
    return day


def _of(given: Mapping[str, str], field: str, known: Mapping[str, object], label: str) -> str | None:
    if not given[field]:
        return None
    if given[field] not in known:
        raise InputError(field, f"没有{label}“{given[field]:.40}”。", "请从列表里选。")
    return given[field]


def _regions(given: Mapping[str, str], knowledge: Knowledge) -> frozenset[str] | None:
    id, regions = given["region"], knowledge.regions
    if not id:
        return None
    if regions.get(id) is None:
        raise InputError("region", f"没有地区“{id:.40}”。", "请从列表里选。")
    return frozenset(each for each in regions.ids() if regions.within(each, id))
