"""Switching off a channel, a matter or a caliber, and emergency announcements: with a reason, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.clock import SHANGHAI
from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, GoneError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.naming import CHANNELS, KIND_NAMES, caliber_names, thing
from koujing.desk.console.reading import text_field
from koujing.desk.console.rendering import moment
from koujing.desk.errors import ApiError
from koujing.store.switches import KINDS, Kind

__all__ = ["switch_routes"]

_PAGE = "/console/switches"
_LONGEST_REASON, _LONGEST_TEXT = 100, 120
_LONGEST_ANNOUNCEMENT = dt.timedelta(days=31)


def switch_routes(kit: ConsoleKit) -> list[Route]:
    """The routes."""
    pages = _SwitchPages(kit)
    return [
        kit.route(_PAGE, pages.show, permission="switches"),
        kit.route(f"{_PAGE}/off", pages.off, ["POST"], permission="switches"),
        kit.route(f"{_PAGE}/on", pages.on, ["POST"], permission="switches"),
        kit.route(f"{_PAGE}/announce", pages.announce, ["POST"], permission="switches"),
        kit.route(f"{_PAGE}/withdraw", pages.withdraw, ["POST"], permission="switches"),
    ]


class _SwitchPages:
    def __init__(self, kit: ConsoleKit) -> None:
        self._kit, self._switches, self._clock = kit, kit.parts.switches, kit.parts.clock
        knowledge = kit.parts.knowledge
        self._things: Mapping[str, Mapping[str, str]] = {
            "channel": CHANNELS,
            "matter": {id: matter.name for id, matter in knowledge.matters.items()},
            "caliber": caliber_names(knowledge),
        }

    async def show(self, request: Request, staff: Staff) -> Response:
        return await self._page(request, staff)

    async def off(self, request: Request, staff: Staff) -> Response:
        """Off, with a reason that colleagues see."""
        form = await self._kit.form(request)
        try:
            kind, key = self._named(form)
            reason = text_field(form, "reason", "原因", most=_LONGEST_REASON)
            until = self._moment(form, "until", needed=False)
            if until is not None and until <= self._clock.now():
                raise InputError("until", "自动恢复的时间已经过了。", "请填以后的时间，或不填（由人恢复）。")
            set_off = partial(self._switches.set, kind, key, off=True, reason=reason, staff_id=staff.id, until=until)
            if await run_in_threadpool(set_off):
                await self._kit.note(request, staff, "switch_off", f"{kind}:{key}", reason=reason, until=_text(until))
        except ApiError as error:
            return await self._page(request, staff, error, form)
        return self._kit.see_other(_PAGE, done="off")

    async def on(self, request: Request, staff: Staff) -> Response:
        """On again, with a reason too. What is no longer known can still be switched on."""
        form = await self._kit.form(request)
        try:
            reason = text_field(form, "reason", "原因", most=_LONGEST_REASON)
            kind, key = _what(form)
            if not (await run_in_threadpool(self._switches.now)).is_off(kind, key):
                raise ConflictError("它现在没有停用。", "可能已被别人恢复，或到时间自动恢复了。")
            await run_in_threadpool(partial(self._switches.set, kind, key, off=False, reason=reason, staff_id=staff.id))
            await self._kit.note(request, staff, "switch_on", f"{kind}:{key}", reason=reason)
        except ApiError as error:
            return await self._page(request, staff, error)
        return self._kit.see_other(_PAGE, done="on")

    async def announce(self, request: Request, staff: Staff) -> Response:
        """An emergency notice, from now or later, to an end."""
        form = await self._kit.form(request)
        try:
            text = text_field(form, "text", "公告内容", most=_LONGEST_TEXT)
            now = self._clock.now()
            starts = self._moment(form, "starts", needed=False) or now
            ends = self._moment(form, "ends", needed=True)
            assert ends is not None
            if ends <= max(starts, now):
                raise InputError("ends", "结束时间不在开始之后。", "请填开始以后、还没到的时间。")
            if ends - starts > _LONGEST_ANNOUNCEMENT:
                raise InputError("ends", "紧急公告最长 31 天。", "长期的说明请写进网站设置（sites.yml）的公告。")
            id = await run_in_threadpool(partial(self._switches.announce, text, starts, ends, staff_id=staff.id))
            detail = {"text": text, "starts": _text(starts), "ends": _text(ends)}
            await self._kit.note(request, staff, "announce", f"announcement:{id}", **detail)
        except ApiError as error:
            return await self._page(request, staff, error, form)
        return self._kit.see_other(_PAGE, done="announce")

    async def withdraw(self, request: Request, staff: Staff) -> Response:
        """Take one back before its end."""
        id = (await self._kit.form(request)).get("id", "")
        known = id.isascii() and id.isdigit() and len(id) < 12
        if not (known and await run_in_threadpool(partial(self._switches.withdraw, int(id), staff_id=staff.id))):
            raise GoneError("没有这条公告，或已经撤回。", "请回到“停用与公告”看现在的公告。")
        await self._kit.note(request, staff, "announce_withdraw", f"announcement:{id}")
        return self._kit.see_other(_PAGE, done="withdraw")

    def _named(self, form: Mapping[str, str]) -> tuple[Kind, str]:
        kind, key = _what(form)
        if key not in self._things[kind]:
            raise _nothing_chosen()
        return kind, key

    def _moment(self, form: Mapping[str, str], field: str, *, needed: bool) -> dt.datetime | None:
        given = form.get(field, "").strip()
        if not given and not needed:
            return None
        try:
            at = dt.datetime.fromisoformat(given)
        except ValueError as error:
            raise InputError(field, "还没有填时间，或时间不对。", "应写成 2021-09-15 18:00 这样。") from error
        return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at

    async def _page(
        self, request: Request, staff: Staff, error: ApiError | None = None, form: Mapping[str, str] | None = None
    ) -> Response:
        state = await run_in_threadpool(self._switches.now)
        request.state.switches = state
        shown: dict[str, Any] = {
            "things": self._things,
            "kinds": KIND_NAMES,
            "thing": partial(thing, knowledge=self._kit.parts.knowledge),
            "history": await run_in_threadpool(self._switches.history),
            "announced": await run_in_threadpool(self._switches.announced),
            "now": self._clock.now(),
            "form": form or {},
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            "done": request.query_params.get("done") if error is None else None,
            "most": {"reason": _LONGEST_REASON, "text": _LONGEST_TEXT},
        }
        return self._kit.html(request, staff, "switches.html", error.status if error else 200, **shown)


def _what(form: Mapping[str, str]) -> tuple[Kind, str]:
    """`matter:job_retention_refund` and the like."""
    given, _, key = form.get("what", "").partition(":")
    for kind in KINDS:
        if given == kind:
            return kind, key
    raise _nothing_chosen()


def _nothing_chosen() -> InputError:
    return InputError("what", "还没有选停用什么。", "请从列表里选一个渠道、事项或口径。")


def _text(at: dt.datetime | None) -> str | None:
    return None if at is None else moment(at)
