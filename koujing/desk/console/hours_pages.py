"""The office hours (人工服务时间): when people answer, told to citizens who want a person; with the working days ahead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.reading import text_field
from koujing.desk.errors import ApiError
from koujing.desk.opening import opening_words
from koujing.store.hours import SetHours
from koujing.workdays import OfficeHours, Workday, warning

__all__ = ["hours_routes"]

_PAGE = "/console/hours"
_MAY = "switches"
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_LONGEST_REASON, _LONGEST_TEXT = 100, 40
_AHEAD = 21
_WEEK = {str(n + 1): f"星期{name}" for n, name in enumerate("一二三四五六日")}


def hours_routes(kit: ConsoleKit) -> list[Route]:
    """The routes.

    Raises:
        PolicyFileError: the file of wordings cannot be read.
    """
    pages = _HoursPages(kit)
    return [
        kit.route(_PAGE, pages.show, permission=_MAY),
        kit.route(_PAGE, pages.change, ["POST"], permission=_MAY),
        kit.route(f"{_PAGE}/default", pages.default, ["POST"], permission=_MAY),
    ]


@dataclass(frozen=True)
class _Ahead:
    """A day to come: worked or not, and why not as the week would have it."""

    day: dt.date
    on: bool
    sure: bool
    why: str


class _HoursPages:
    def __init__(self, kit: ConsoleKit) -> None:
        self._kit, self._clock = kit, kit.parts.clock
        self._hours, self._opening = kit.parts.hours, kit.parts.opening
        self._names: Mapping[str, str] = opening_words()["days"]

    async def show(self, request: Request, staff: Staff) -> Response:
        """What holds, the days ahead, and the form."""
        return await self._page(request, staff)

    async def change(self, request: Request, staff: Staff) -> Response:
        """Set the hours, with a reason."""
        form = await self._kit.form_lists(request)
        given = {name: values[-1] for name, values in form.items()}
        try:
            hours = self._read(given, form.get("days", ()))
            reason = text_field(given, "reason", "原因", most=_LONGEST_REASON)
            await self._set(request, staff, hours, reason)
        except ApiError as error:
            return await self._page(request, staff, error, {**given, "days": "".join(form.get("days", ()))})
        return self._kit.see_other(_PAGE, done="changed")

    async def default(self, request: Request, staff: Staff) -> Response:
        """Go back to what the sites' file says."""
        form = await self._kit.form(request)
        try:
            reason = text_field(form, "reason", "原因", most=_LONGEST_REASON)
            await self._set(request, staff, None, reason)
        except ApiError as error:
            return await self._page(request, staff, error)
        return self._kit.see_other(_PAGE, done="default")

    async def _set(self, request: Request, staff: Staff, hours: SetHours | None, reason: str) -> None:
        if not await run_in_threadpool(partial(self._hours.set, hours, reason=reason, staff_id=staff.id)):
            raise ConflictError("和现在的服务时间一样，没有改动。", "可能已被别人改好了。")
        text = hours.text if hours else "按网站设置"
        await self._kit.note(request, staff, "hours_change", "hours", text=text, reason=reason)

    def _read(self, given: Mapping[str, str], days: Sequence[str]) -> SetHours:
        listed = frozenset(int(each) for each in days if each in _WEEK)
        if not listed:
            raise InputError("days", "还没有选星期几。", "至少选一天；要暂停人工服务，请发紧急公告。")
        begin, end = (self._time(given, field, label) for field, label in (("begin", "开始"), ("end", "结束")))
        if begin >= end:
            raise InputError("end", "结束时刻不晚于开始时刻。", "跨过零点的请写到 23:59。")
        text = text_field(given, "text", "显示的文字", most=_LONGEST_TEXT, needed=False)
        holidays = given.get("holidays") == "1"
        return SetHours(listed, begin, end, holidays, text or self._text(listed, begin, end, holidays=holidays))

    @staticmethod
    def _time(given: Mapping[str, str], field: str, label: str) -> dt.time:
        value = given.get(field, "").strip()
        if not _TIME.fullmatch(value):
            raise InputError(field, f"{label}时刻“{value:.10}”不对。", "应写成 09:00 这样，24 小时制。")
        return dt.time.fromisoformat(value)

    def _text(self, days: frozenset[int], begin: dt.time, end: dt.time, *, holidays: bool) -> str:
        key = "".join(map(str, sorted(days)))
        on = self._names.get(key) or "、".join(_WEEK[each] for each in key)
        also = "（节假日照常）" if holidays else ""
        return f"{on} {begin.hour}:{begin.minute:02}–{end.hour}:{end.minute:02}{also}"

    async def _page(
        self, request: Request, staff: Staff, error: ApiError | None = None, form: Mapping[str, str] | None = None
    ) -> Response:
        now = await run_in_threadpool(self._opening.now)
        hours = await run_in_threadpool(self._opening.of)
        own = await run_in_threadpool(self._hours.now)
        ahead = self._ahead(hours[0]) if hours else []
        default = self._opening.default()
        shown: dict[str, Any] = {
            "now": now,
            "said": self._opening.words(now) if now else None,
            "own": own is not None,
            "default": default and default.text,
            "ahead": ahead,
            "unsure": warning(each.day.year for each in ahead if not each.sure),
            "history": await run_in_threadpool(self._hours.history),
            "week": _WEEK,
            "form": form if form is not None else self._form(hours),
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            "done": request.query_params.get("done") if error is None else None,
            "most": {"reason": _LONGEST_REASON, "text": _LONGEST_TEXT},
        }
        return self._kit.html(request, staff, "hours.html", error.status if error else 200, **shown)

    def _form(self, hours: tuple[OfficeHours, str] | None) -> dict[str, str]:
        """The form as it stands for what holds. Words that are made of the hours are made anew when these change."""
        if hours is None:
            return {"days": "12345", "begin": "09:00", "end": "17:00", "text": ""}
        own, text = hours
        made = self._text(own.days, own.begin, own.end, holidays=own.holidays)
        holidays = {"holidays": "1"} if own.holidays else {}
        days = "".join(map(str, sorted(own.days)))
        times = {"begin": f"{own.begin:%H:%M}", "end": f"{own.end:%H:%M}"}
        return {"days": days, **times, "text": "" if text == made else text, **holidays}

    def _ahead(self, hours: OfficeHours) -> list[_Ahead]:
        """The days to come."""
        first = self._clock.now().date()
        days = self._opening.workdays
        found = []
        for n in range(_AHEAD):
            day = first + dt.timedelta(days=n)
            works = days.works(hours, day)
            found.append(_Ahead(day, works.on, works.sure, "" if hours.holidays else _why(days.is_workday(day))))
        return found


def _why(day: Workday) -> str:
    """What makes a day other than its weekday."""
    if day.holiday:
        return "法定节假日"
    if day.on and day.day.isoweekday() > 5:
        return "调休上班"
    return ""
