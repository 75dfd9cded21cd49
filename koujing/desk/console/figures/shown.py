"""Figures as people read them, and as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from koujing.desk.console.figures.report import TRANSFER_NAMES, Group, Report
from koujing.desk.console.figures.scope import Asked
from koujing.store.figures import Counts

__all__ = ["as_json", "duration", "share"]


def share(part: float | None, whole: float | None = None) -> str:
    """A share in percent, of `whole` where given; a dash where there is nothing to share."""
    if whole is not None:
        part = None if part is None or not whole else part / whole
    return "—" if part is None else f"{part:.1%}"


def duration(milliseconds: int | None) -> str:
    """0.35 秒 and the like; a dash where it is not known."""
    return "—" if milliseconds is None else f"{milliseconds / 1000:.2f} 秒"


def as_json(report: Report, asked: Asked, definitions: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The whole report. Shares are 0 to 1, or null where there is nothing to share."""
    groups = {
        "by_day": report.days,
        "by_channel": report.channels,
        "by_region": report.regions,
        "by_matter": report.matters,
        "by_clause": report.clauses,
    }
    return {
        "scope": asked.given,
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "unsettled": report.unsettled,
        "total": _counts(report.total),
        "before": _counts(report.before),
        **{name: [_group(group, report.total) for group in of] for name, of in groups.items()},
        "by_weekday_and_hour": [
            {"weekday": weekday, "hour": hour, "questions": n} for (weekday, hour), n in sorted(report.heat.items())
        ],
        "abstentions": [
            {"status": status, "kind": kind, "name": name, "count": n} for status, kind, name, n in report.abstentions
        ],
        "transfers": {kind: {"name": TRANSFER_NAMES[kind], "count": n} for kind, n in report.transfers.items()},
        "questions_back": [{"asked": asked_back, "verdicts": n} for asked_back, n in report.interviews.items()],
        "median_milliseconds": report.took,
        "definitions": list(definitions),
    }


def _group(group: Group, total: Counts) -> dict[str, Any]:
    part = group.counts.transfers / total.transfers if total.transfers else None
    id = group.id if group.id is None or isinstance(group.id, str) else group.id.isoformat()
    return {"id": id, "name": group.name, **_counts(group.counts), "share_of_transfers": part}


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "questions": counts.questions,
        "sessions": counts.sessions,
        "concluded": counts.concluded,
        "resolved_first": counts.resolved,
        "first_answer_rate": counts.rate,
        "first_answer_rate_of_concluded": counts.rate_concluded,
        "pointed_elsewhere": counts.pointed,
        "abstained": counts.abstained,
        "left_when_asked_back": counts.broken_off,
        "given_again": counts.repeated,
        "useful": counts.useful,
        "useless": counts.useless,
        "transfers": counts.transfers,
    }
