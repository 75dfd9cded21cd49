"""What the page of a call posts. Each answer holds the pieces of the page as they are afterwards."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.assist.pages import HOME, CallPages
from koujing.desk.console.assist.reading import (
    read_fact,
    read_note,
    read_place,
    read_question,
    read_telling,
    read_wrap_up,
)
from koujing.desk.console.assist.service import Assist
from koujing.desk.console.kit import ConsoleKit

__all__ = ["action_routes"]

_PERMISSION = "assist"


def action_routes(kit: ConsoleKit, assist: Assist, pages: CallPages) -> list[Route]:
    """The routes that change a call."""
    actions = _Actions(kit, assist, pages)
    every = {
        "ask": actions.ask, "facts": actions.set_fact, "place": actions.place, "note": actions.note,
        "said": actions.said, "said/{said:int}/strike": actions.strike, "wrap-up": actions.wrap_up,
        "reopen": actions.reopen,
    }  # fmt: skip
    return [
        kit.route(f"{HOME}/{{id}}/{path}", endpoint, methods=["POST"], permission=_PERMISSION)
        for path, endpoint in every.items()
    ]


class _Actions:
    """One method a route."""

    def __init__(self, kit: ConsoleKit, assist: Assist, pages: CallPages) -> None:
        self._kit, self._assist, self._pages = kit, assist, pages
        self._knowledge = kit.parts.knowledge

    async def ask(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        await self._assist.ask(call_id, read_question(await self._body(request), self._knowledge))
        return await self._now(request, staff)

    async def set_fact(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        await self._assist.set_fact(call_id, *read_fact(await self._body(request)))
        return await self._now(request, staff)

    async def place(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        await self._assist.place(call_id, *read_place(await self._body(request), self._knowledge))
        return await self._now(request, staff)

    async def note(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        note = await self._assist.note(call_id, *read_note(await self._body(request)))
        return self._kit.json({"text": note.text, "version": note.version})

    async def said(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        telling = read_telling(await self._body(request))
        await self._assist.said(call_id, telling)
        if telling.worded is not None:
            await self._kit.note(request, staff, "call_deviation", call_id, reason=telling.reason)
        return await self._now(request, staff)

    async def strike(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        await run_in_threadpool(self._assist.records.take_back, call_id, request.path_params["said"])
        return await self._now(request, staff)

    async def wrap_up(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        code, following = read_wrap_up(await self._body(request))
        await self._assist.wrap_up(call_id, code)
        await self._kit.note(request, staff, "call_wrap_up", call_id)
        if not following:
            return self._kit.json({"location": HOME})
        opened = await self._pages.begin(request, staff)
        return self._kit.json({"location": opened.headers["location"]})

    async def reopen(self, request: Request, staff: Staff) -> Response:
        call_id = await self._own(request, staff)
        await run_in_threadpool(self._assist.calls.reopen, call_id)
        await self._kit.note(request, staff, "call_reopen", call_id)
        return await self._now(request, staff)

    async def _own(self, request: Request, staff: Staff) -> str:
        return (await self._pages.call(request, staff)).id

    async def _now(self, request: Request, staff: Staff) -> Response:
        return await self._pages.now(request, staff, await self._pages.call(request, staff))

    async def _body(self, request: Request) -> Any:
        return await self._kit.body(request)
