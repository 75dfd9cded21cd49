"""Names of tickets' states, acts and fields, for people; and a change in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from koujing.desk.console.tickets.offices import Offices
from koujing.knowledge.base import Knowledge
from koujing.store.ticket_rows import Event, Ticket
from koujing.store.ticket_states import OPEN

__all__ = ["EVENTS", "FIELDS", "PRIORITIES", "SOURCES", "STATES", "TAGS", "Naming", "urgency"]

STATES: Mapping[str, str] = {
    "new": "新建", "assigned": "已派", "working": "办理中", "lacking": "待答复人补充", "returned": "退回",
    "reopened": "重开", "undelivered": "待送达", "replied": "已答复", "closed": "办结", "void": "作废",
}  # fmt: skip
# The colour of a state: to be looked at, under way, done.
TAGS: Mapping[str, str] = {
    "new": "wait", "returned": "bad", "undelivered": "wait", "lacking": "wait", "reopened": "wait",
    "assigned": "else", "working": "else", "replied": "good", "closed": "", "void": "",
}  # fmt: skip
SOURCES: Mapping[str, str] = {"talk": "会话", "call": "来电", "callback": "回电请求", "manual": "手工"}
PRIORITIES: Mapping[str, str] = {"normal": "普通", "urgent": "紧急"}
DELIVERIES: Mapping[str, str] = {"failed": "没有送到", "handed": "正在送", "sent": "已送达", "told": "已当面或电话告知"}
EVENTS: Mapping[str, str] = {
    "opened": "建工单", "edit": "修改", "assign": "派单", "accept": "开始办理", "lack": "请补充", "supply": "已补充",
    "return": "退回", "reply": "答复", "deliver": "再次送达", "told": "已告知市民", "close": "办结", "reopen": "重开",
    "void": "作废", "note": "备注", "phone": "查看号码", "delivered": "已送达", "failed": "没有送到",
}  # fmt: skip
FIELDS: Mapping[str, str] = {
    "title": "标题", "question": "问题", "region": "地区", "matter": "事项", "aspect": "问题方面", "clause": "条款",
    "receipt": "回执", "kind": "类别", "priority": "轻重", "office": "承办科室", "staff_id": "承办人", "state": "状态",
    "due_on": "到期日", "reply": "答复", "phone": "电话号码",
}  # fmt: skip
_NOTHING = "无"


class Naming:
    """Names of what a ticket is about. `staff` tells the names of staff by id."""

    def __init__(self, knowledge: Knowledge, offices: Offices, staff: Callable[[], Mapping[int, str]]) -> None:
        self._knowledge, self._offices, self._staff = knowledge, offices, staff

    def region(self, id: str | None) -> str:
        """A region, a county with its city before it."""
        region = self._knowledge.regions.get(id) if id else None
        if region is None:
            return id or ""
        above = self._knowledge.regions.name(region.parent) if region.level == "county" and region.parent else ""
        return f"{above}{region.name}"

    def matter(self, id: str | None) -> str:
        """A matter."""
        matter = self._knowledge.matters.get(id) if id else None
        return matter.name if matter else id or ""

    def clause(self, id: str | None) -> str:
        """A clause with its notice."""
        clause = self._knowledge.clauses.get(id) if id else None
        return f"{self._knowledge.notices[clause.notice].name}{clause.label}" if clause else id or ""

    def office(self, id: str | None) -> str:
        """An office."""
        return self._offices.name(id)

    def kind(self, id: str) -> str:
        """A kind of ticket."""
        kind = self._offices.kinds.get(id)
        return kind.name if kind else id

    def changes(self, event: Event) -> list[tuple[str, str, str]]:
        """What an event changed: field, before, after."""
        found = []
        for field, (before, after) in event.data.items():
            if field == "phone":
                found.append((FIELDS[field], "", "补记" if not before else "更换"))
            elif field in FIELDS:
                found.append((FIELDS[field], self._value(field, before), self._value(field, after)))
        return found

    def _value(self, field: str, value: Any) -> str:
        if value in (None, ""):
            return _NOTHING
        named: Mapping[str, Callable[[Any], str]] = {
            "region": self.region,
            "matter": self.matter,
            "clause": self.clause,
            "office": self.office,
            "kind": self.kind,
            "aspect": lambda id: str(self._knowledge.wordings["aspects"].get(id, {}).get("name", id)),
            "priority": lambda id: PRIORITIES.get(id, id),
            "state": lambda id: STATES.get(id, id),
            "staff_id": lambda id: self._staff().get(int(id), str(id)),
        }
        return named.get(field, str)(value)


def urgency(ticket: Ticket, today: dt.date, soon: dt.date) -> tuple[str, str]:
    """How near its day is, in words and as a colour; nothing where no answer is owed."""
    if ticket.state not in OPEN:
        return "", ""
    if ticket.due_on < today:
        return f"超期 {(today - ticket.due_on).days} 天", "bad"
    if ticket.due_on == today:
        return "今天到期", "wait"
    return (
        ("明天到期" if ticket.due_on - today == dt.timedelta(1) else "下一工作日到期", "else")
        if (ticket.due_on <= soon)
        else ("", "")
    )
