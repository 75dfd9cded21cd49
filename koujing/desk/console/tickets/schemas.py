"""What is due, in the desk's own description (OpenAPI)."""

from __future__ import annotations

from typing import Any

from koujing.desk.console.tickets.files import OPS
from koujing.desk.describing import json_body, operation, ref
from koujing.store.ticket_states import OPEN, STATES

__all__ = ["ticket_paths", "ticket_schemas"]


def ticket_paths() -> dict[str, Any]:
    """The paths."""
    get = operation("ticketsDue", "到期和超期的工单", json_body("工单", ref("TicketsDue")), "401", "429")
    get["description"] = (
        "给运维和值班提醒用：只有编号、科室、状态和到期日，没有市民的话和号码。最多列 500 张，最急的在前。"
    )
    return {OPS: {"get": get}}


def ticket_schemas() -> dict[str, Any]:
    """The schemas by name."""
    count, day = {"type": "integer", "minimum": 0}, {"type": "string", "format": "date"}
    ticket = {
        "type": "object",
        "required": ["number", "office", "state", "state_name", "due_on", "overdue", "undelivered"],
        "properties": {
            "number": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{6,}$"},
            "office": {"type": ["string", "null"], "description": "承办科室的名称；没有派的为 null。"},
            "state": {"enum": [state for state in STATES if state in OPEN]},
            "state_name": {"type": "string"},
            "due_on": day,
            "overdue": {"type": "boolean"},
            "undelivered": {"type": "boolean", "description": "已有答复，还没有送到市民。"},
        },
    }
    counts: dict[str, Any] = {"type": "object", "required": ["overdue", "today", "next"]}
    counts["properties"] = {"overdue": count, "today": count, "next": {**count, "description": "下一工作日到期。"}}
    return {
        "TicketsDue": {
            "type": "object",
            "required": ["on", "next_workday", "counts", "tickets"],
            "properties": {
                "on": day,
                "next_workday": day,
                "counts": counts,
                "tickets": {"type": "array", "items": ticket},
            },
        }
    }
