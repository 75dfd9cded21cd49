"""The pages that stand in the head of every page of the console, for those who may."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from koujing.desk.console.access import Staff

__all__ = ["PAGES", "Page", "pages_for"]


@dataclass(frozen=True)
class Page:
    """One of them, with the key that leads there."""

    path: str
    name: str
    permission: str
    key: str


PAGES = (
    Page("/console/assist", "接听", "assist", "g a"),
    Page("/console/conversations", "会话", "conversations", "g c"),
    Page("/console/tickets", "工单", "tickets", "g t"),
    Page("/console/open-points", "待明确", "open_points", "g o"),
    Page("/console/review", "复核", "review", "g r"),
    Page("/console/figures", "数据", "figures", "g d"),
    Page("/console/practice", "练习", "practice", "g p"),
    Page("/console/switches", "停用与公告", "switches", "g s"),
    Page("/console/hours", "服务时间", "switches", "g h"),
    Page("/console/staff", "人员", "staff", "g m"),
    Page("/console/audit", "审计", "audit", "g u"),
)


def pages_for(staff: Staff | None, there: Container[str]) -> list[Page]:
    """Those that exist and that this person may open."""
    return [page for page in PAGES if staff is not None and page.path in there and staff.may(page.permission)]
