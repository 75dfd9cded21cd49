"""The audit, for administrators: who saw and changed what, filtered, and as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.clock import SHANGHAI
from koujing.desk.console.access import Staff
from koujing.desk.console.actions import ACTIONS, DETAILS
from koujing.desk.console.cells import harmless
from koujing.desk.console.errors import InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.permissions import ROLES, role_names
from koujing.desk.console.rendering import moment
from koujing.store.audit import Entry, Filter

__all__ = ["audit_routes", "detail_words"]

_PAGE = "/console/audit"
_A_PAGE = 50
_A_FILE = 10_000
_FIELDS = ("staff", "action", "object", "since", "until")


def audit_routes(kit: ConsoleKit) -> list[Route]:
    """The routes."""
    pages = _AuditPages(kit)
    return [
        kit.route(_PAGE, pages.show, permission="audit"),
        kit.route(f"{_PAGE}.csv", pages.file, permission="audit"),
    ]


class _AuditPages:
    def __init__(self, kit: ConsoleKit) -> None:
        self._kit, self._audit = kit, kit.parts.audit

    async def show(self, request: Request, staff: Staff) -> Response:
        """The newest first; `before` leads to older ones."""
        given = {field: request.query_params.get(field, "").strip() for field in _FIELDS}
        error, entries = None, []
        before = request.query_params.get("before", "")
        try:
            older = _whole(before, "before", "页码") if before else None
            entries = await run_in_threadpool(self._audit.find, _filter(given), before=older, limit=_A_PAGE + 1)
        except InputError as wrong:
            error = wrong
        accounts = await run_in_threadpool(self._kit.parts.staff.all)
        noted = await run_in_threadpool(self._audit.actions)
        shown = {
            "entries": entries[:_A_PAGE],
            "older": entries[_A_PAGE - 1].id if len(entries) > _A_PAGE else None,
            "given": given,
            "query": {field: value for field, value in given.items() if value},
            "before": before,
            "accounts": accounts,
            "actions": sorted(noted, key=list(ACTIONS).index if set(noted) <= ACTIONS.keys() else str),
            "names": ACTIONS,
            "words": detail_words,
            "error": error,
        }
        return self._kit.html(request, staff, "audit.html", error.status if error else 200, **shown)

    async def file(self, request: Request, staff: Staff) -> Response:
        """What the filters leave, as CSV. Taking it away is noted."""
        given = {field: request.query_params.get(field, "").strip() for field in _FIELDS}
        entries = await run_in_threadpool(self._audit.find, _filter(given), limit=_A_FILE)
        asked = {field: value for field, value in given.items() if value}
        await self._kit.note(request, staff, "audit_view", "audit", filter=asked)
        headers = {"Content-Disposition": 'attachment; filename="koujing-audit.csv"'}
        return Response(_csv(entries), media_type="text/csv; charset=utf-8", headers=headers)


def detail_words(detail: Mapping[str, Any]) -> str:
    """The detail of an entry on one line."""
    return "；".join(
        f"{DETAILS.get(key, key)}：{_value(value)}" for key, value in detail.items() if value not in (None, "")
    )


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "、".join(f"{key}={_value(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        known = [inner for inner in value if isinstance(inner, str) and inner in ROLES]
        return role_names(known) if known else "、".join(map(_value, value))
    return str(value)


def _filter(given: Mapping[str, str]) -> Filter:
    since, until = _day(given["since"], "since"), _day(given["until"], "until")
    return Filter(
        staff_id=_whole(given["staff"], "staff", "人员") if given["staff"] else None,
        action=given["action"] or None,
        object=given["object"] or None,
        since=since,
        # The day itself is meant.
        until=until + dt.timedelta(days=1) - dt.timedelta(microseconds=1) if until else None,
    )


def _day(given: str, field: str) -> dt.datetime | None:
    if not given:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(given), dt.time(), SHANGHAI)
    except ValueError as error:
        raise InputError(field, f"日期“{given:.20}”不对。", "应写成 2021-09-15 这样，且确有这一天。") from error


def _whole(given: str, field: str, label: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise InputError(field, f"{label}不对。", "请从页面上选。")
    return int(given)


def _csv(entries: Iterable[Entry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["编号", "时间", "账号", "姓名", "动作", "对象", "详情", "地址"])
    for one in entries:
        cells = [one.name or "", one.display or "", ACTIONS.get(one.action, one.action), one.object]
        cells += [detail_words(one.detail), one.address]
        writer.writerow([one.id, moment(one.at), *map(harmless, cells)])
    # Excel reads it as UTF-8 only with this mark before it.
    return text.getvalue().encode("utf-8-sig")
