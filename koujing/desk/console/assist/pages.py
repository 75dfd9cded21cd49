"""The page of a call: begun, shown, and put together again piece by piece after each change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.assist.codes import DEVIATIONS, WRAP_UPS
from koujing.desk.console.assist.places import Places
from koujing.desk.console.assist.service import Assist
from koujing.desk.console.assist.telling import told
from koujing.desk.console.errors import ConflictError, GoneError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.web.transcript import DISCLAIMER
from koujing.store.calls import Call

__all__ = ["HOME", "CallPages", "page_routes"]

HOME = "/console/assist"
_PARTS = ("place", "heard", "cards", "facts", "screening", "record")
_STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY_MILLISECONDS = 2000
_PERMISSION = "assist"


def page_routes(kit: ConsoleKit, pages: CallPages) -> list[Route]:
    """The routes that show."""
    one = f"{HOME}/{{id}}"
    return [
        kit.route(HOME, pages.home, permission=_PERMISSION),
        kit.route(HOME, pages.begin, methods=["POST"], permission=_PERMISSION),
        kit.route(f"{HOME}/suggest", pages.suggest, permission=_PERMISSION),
        kit.route(f"{HOME}/regions", pages.regions, permission=_PERMISSION),
        kit.route(one, pages.show, permission=_PERMISSION),
        kit.route(f"{one}/take", pages.take, methods=["POST"], permission=_PERMISSION),
        kit.route(f"{one}/state", pages.state, permission=_PERMISSION, background=True),
        kit.route(f"{one}/events", pages.events, permission=_PERMISSION, background=True),
        kit.route(f"{one}/text", pages.text, permission=_PERMISSION),
        kit.route(f"{one}/clauses/{{clause}}", pages.clause, permission=_PERMISSION),
    ]


class CallPages:
    """One method a route."""

    def __init__(self, kit: ConsoleKit, assist: Assist) -> None:
        self._kit, self._assist = kit, assist
        self._knowledge, self._clock = kit.parts.knowledge, kit.parts.clock
        self._places = Places(self._knowledge)

    async def home(self, request: Request, staff: Staff) -> Response:
        mine, waiting = await run_in_threadpool(
            lambda: (self._assist.calls.mine(staff.id), self._assist.calls.waiting())
        )
        going = [call for call in mine if call.ended_at is None]
        return self._kit.html(
            request, staff, "assist_home.html",
            going=going, waiting=waiting, past=[call for call in mine if call.ended_at is not None],
            wrap_ups=WRAP_UPS, region_name=self._region_name,
        )  # fmt: skip

    async def begin(self, request: Request, staff: Staff) -> Response:
        """A new call, in the region of this operator's last one."""
        before = await run_in_threadpool(self._assist.calls.mine, staff.id)
        region = max(before, key=lambda call: call.opened_at).region if before else None
        call_id = await run_in_threadpool(self._assist.calls.open, staff.id, region)
        await self._kit.note(request, staff, "call_open", call_id)
        return self._kit.see_other(f"{HOME}/{call_id}")

    async def take(self, request: Request, staff: Staff) -> Response:
        call_id = request.path_params["id"]
        with told():
            await run_in_threadpool(self._assist.calls.take, call_id, staff.id)
        await self._kit.note(request, staff, "call_take", call_id)
        return self._kit.see_other(f"{HOME}/{call_id}")

    async def show(self, request: Request, staff: Staff) -> Response:
        call = await self.call(request, staff, waiting=True)
        if call.staff_id is None:
            return self._kit.html(request, staff, "assist_waiting.html", call=call)
        if call.announced or call.ended_at is not None:
            await self._kit.note(request, staff, "call_view", call.id)
        shown = await run_in_threadpool(self._page, call)
        return self._kit.html(request, staff, "assist.html", **shown)

    async def state(self, request: Request, staff: Staff) -> Response:
        return await self.now(request, staff, await self.call(request, staff))

    async def now(self, request: Request, staff: Staff, call: Call) -> Response:
        """The pieces of the page as they are now."""
        given = await run_in_threadpool(self._page, call)
        pieces = {part: self._kit.text(request, staff, f"assist_{part}.html", **given) for part in _PARTS}
        note = {"text": call.note, "version": call.note_version}
        return self._kit.json(
            {"revision": call.revision, "ended": call.ended_at is not None, "parts": pieces, "note": note}
        )

    async def events(self, request: Request, staff: Staff) -> Response:
        call = await self.call(request, staff)
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
        after = int(seen) if seen.isdecimal() and len(seen) < 16 else call.revision

        async def streamed() -> AsyncIterator[str]:
            yield f"retry: {_RETRY_MILLISECONDS}\n\n"
            async for revision in self._assist.streams.follow(call.id, after, lambda: self._kit.alive(request)):
                yield ": \n\n" if revision is None else f"id: {revision}\nevent: changed\ndata: {revision}\n\n"

        return StreamingResponse(streamed(), media_type="text/event-stream", headers=_STREAM)

    async def suggest(self, request: Request, _staff: Staff) -> Response:
        query = request.query_params
        region = query.get("region") or None
        if region is not None and self._knowledge.regions.get(region) is None:
            region = None
        found = self._assist.suggest(query.get("q", "")[: self._kit.parts.settings.message_length], region)
        return self._kit.json({"found": [each.shown() for each in found]})

    async def regions(self, request: Request, _staff: Staff) -> Response:
        return self._kit.json({"found": self._places.find(request.query_params.get("q", "")[:40])})

    async def clause(self, request: Request, staff: Staff) -> Response:
        """A clause in full: 原文, which nobody takes for an answer."""
        await self.call(request, staff)
        clause = self._knowledge.clauses.get(request.path_params["clause"])
        if clause is None:
            raise GoneError("没有这一条。", "知识库更新后可能改了编号，请重新查。")
        notice = self._knowledge.notices[clause.notice]
        return self._kit.fragment(request, staff, "assist_clause.html", clause=clause, notice=notice)

    async def text(self, request: Request, staff: Staff) -> Response:
        """What was said in the call, to send or to print."""
        call = await self.call(request, staff)
        await self._kit.note(request, staff, "call_text", call.id)
        given = await run_in_threadpool(self._record, call)
        return self._kit.html(request, staff, "assist_text.html", disclaimer=DISCLAIMER, **given)

    async def call(self, request: Request, staff: Staff, *, waiting: bool = False) -> Call:
        """The call of the address, which must be this operator's, or waiting for one.

        Raises:
            ApiError: it is not.
        """
        with told():
            call = await run_in_threadpool(self._assist.calls.find, request.path_params["id"])
        if call.staff_id != staff.id and not (waiting and call.staff_id is None):
            raise ConflictError("这通电话不是您接听的。", "请从“接听”页打开自己的来电。")
        return call

    def _record(self, call: Call) -> dict[str, Any]:
        return {
            "call": call,
            "said": self._assist.records.said(call.id),
            "wrap_ups": WRAP_UPS,
            "deviations": DEVIATIONS,
            "region_name": self._region_name,
            "on": self._assist.shows.day(call),
        }

    def _page(self, call: Call) -> Mapping[str, Any]:
        turn, turns = self._assist.calls.last_turn(call.id)
        sentences, hints = self._assist.heard(call)
        regions = dict.fromkeys(notice.region for notice in self._knowledge.notices.values())
        return {
            **self._record(call),
            "shown": self._assist.shows.shown(call, turn),
            "turn": turn,
            "turns": turns,
            "sentences": sentences,
            "hints": hints,
            "regions": [(id, self._region_name(id)) for id in regions],
            "today": self._clock.today(),
            "clause_label": self._clause_label,
            "longest": self._kit.parts.settings.message_length,
        }

    def _region_name(self, id: str | None) -> str:
        return self._knowledge.regions.name(id) if id else "未定地区"

    def _clause_label(self, id: str) -> str:
        clause = self._knowledge.clauses.get(id)
        return clause.label if clause else id
