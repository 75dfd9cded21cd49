"""The charts of a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from koujing.desk.console.figures.charts import Series, bars, columns, heat, line
from koujing.desk.console.figures.report import Group, Report
from koujing.store.figures import Counts

__all__ = ["MOST_BARS", "WEEK", "drawn"]

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MOST_BARS = 12
_MOST_DAYS = 62


def drawn(report: Report) -> Mapping[str, Markup]:
    """Each chart by its name."""
    days = _merged(report.days)
    labels = [group.name for group in days]
    unit = "每天" if days is report.days else "每月"
    return {
        "days": columns("days", f"{unit}的问题", "按结果分层的柱图，数字见下表。", labels, _layers(days)),
        "rates": line("rates", f"{unit}的首答解决率", "折线图，没有问题的日子断开。", labels, [g.counts.rate for g in days]),
        "matters": _bars("matters", "各事项的问题和首答解决率", report.matters[:MOST_BARS]),
        "channels": _bars("channels", "各渠道的问题和首答解决率", report.channels),
        "regions": _bars("regions", "各地区的问题和首答解决率", report.regions[:MOST_BARS]),
        "clauses": _transfers(report),
        "heat": heat("heat", "一周各时段的问题数", "行是星期，列是钟点，颜色越深问题越多。", WEEK, report.heat),
    }  # fmt: skip


def _layers(groups: Sequence[Group]) -> list[Series]:
    def of(name: str, mark: str, count: int) -> Series:
        return Series(name, mark, [parts[count] for parts in split])

    split = [_split(group.counts) for group in groups]
    return [
        of("首答解决", "a", 0),
        of("有结论、没解决", "b", 1),
        of("原文或另有文件", "c", 2),
        of("未作结论、追问后离开", "d", 3),
    ]


def _split(counts: Counts) -> tuple[int, int, int, int]:
    return (
        counts.resolved,
        counts.concluded - counts.resolved,
        counts.pointed,
        counts.abstained + counts.broken_off,
    )


def _bars(id: str, title: str, groups: Sequence[Group]) -> Markup:
    shown = [group for group in groups if group.counts.questions]
    rows = [(g.name, f"{g.counts.questions:,}（{_percent(g.counts.rate)}）") for g in shown]
    return bars(id, title, "横条长短是问题数，分层是结果；括号里是首答解决率。数字见下表。", rows, _layers(shown))


def _transfers(report: Report) -> Markup:
    shown = [group for group in report.clauses if group.counts.transfers][:MOST_BARS]
    most = report.total.transfers or 1
    rows = [(g.name, f"{g.counts.transfers:,} 次，{g.counts.transfers / most:.0%}") for g in shown]
    series = [Series("转出", "d", [g.counts.transfers for g in shown])]
    return bars(
        "clauses", "各条款的转出次数和占比", "横条是转出前最后一个问题引用该条款的次数。数字见下表。", rows, series
    )


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.0%}"


def _merged(days: Sequence[Group]) -> Sequence[Group]:
    """Months in place of days where there are too many days."""
    if len(days) <= _MOST_DAYS:
        return days
    months: dict[dt.date, Counts] = {}
    for group in days:
        months.setdefault(group.id.replace(day=1), Counts()).add(group.counts)
    return [Group(month, f"{month:%Y-%m}", counts) for month, counts in months.items()]
