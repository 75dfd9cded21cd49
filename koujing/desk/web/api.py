"""The website's API under `/api/v1/web`. Origins that no site lists are kept out before (`cors`)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from koujing.desk.request import known_script, read_json
from koujing.desk.web.cors import PREFIX, own_origin
from koujing.desk.web.request import (
    parse_callback,
    parse_cursor,
    parse_message,
    parse_opening,
    parse_opinion,
    parse_wait,
)
from koujing.desk.web.service import Website
from koujing.desk.web.visit import Visit
from koujing.knowledge.base import Knowledge

__all__ = ["web_routes"]

_NO_STORE = {"Cache-Control": "no-store"}
_STREAM = {**_NO_STORE, "X-Accel-Buffering": "no"}
_RETRY_MILLISECONDS = 2000
_SCHEME = "bearer"


def web_routes(website: Website, knowledge: Knowledge, body_bytes: int) -> list[Route]:
    """The routes of the website's API."""
    api = _Api(website, knowledge, body_bytes)
    return [
        Route(f"{PREFIX}session", api.session, methods=["POST", "DELETE"]),
        Route(f"{PREFIX}messages", api.send, methods=["POST"]),
        Route(f"{PREFIX}events", api.events, methods=["GET"]),
        Route(f"{PREFIX}transcript", api.transcript, methods=["GET"]),
        Route(f"{PREFIX}feedback", api.judge, methods=["POST"]),
        Route(f"{PREFIX}callbacks", api.ask_callback, methods=["POST"]),
        Route(f"{PREFIX}callbacks/{{code}}", api.revoke_callback, methods=["DELETE"]),
    ]


class _Api:
    """One method a route."""

    def __init__(self, website: Website, knowledge: Knowledge, body_bytes: int) -> None:
        self._website, self._knowledge, self._body_bytes = website, knowledge, body_bytes

    async def session(self, request: Request) -> Response:
        return await (self._open(request) if request.method == "POST" else self._forget(request))

    async def _open(self, request: Request) -> Response:
        opening = parse_opening(await self._body(request), self._knowledge)
        site = self._website.site(opening.site, request.headers.get("origin"), own_origin(request))
        return _json(await self._website.open(site, opening, _address(request)), 201)

    async def _forget(self, request: Request) -> Response:
        await self._website.forget(await self._visit(request))
        return Response(status_code=204, headers=_NO_STORE)

    async def send(self, request: Request) -> Response:
        visit = await self._visit(request)
        message = parse_message(await self._body(request))
        cursor = await self._website.send(visit, message, _address(request))
        return _json({"message_id": message.message_id, "cursor": cursor}, 202)

    async def events(self, request: Request) -> Response:
        visit = await self._visit(request)
        query = request.query_params
        after = parse_cursor(query.get("after"), request.headers.get("last-event-id"))
        script, wait = known_script(query.get("script")), parse_wait(query.get("wait"))
        if "text/event-stream" in request.headers.get("accept", ""):
            found = await self._website.follow(visit, after, script=script)
            return StreamingResponse(_streamed(found), media_type="text/event-stream", headers=_STREAM)
        events = await self._website.events(visit, after, wait=wait, script=script)
        return _json({"events": events, "cursor": events[-1]["id"] if events else after})

    async def transcript(self, request: Request) -> Response:
        visit = await self._visit(request)
        text = await self._website.transcript(visit, script=known_script(request.query_params.get("script")))
        name = {"Content-Disposition": 'attachment; filename="koujing-conversation.txt"'}
        return PlainTextResponse(text, headers={**_NO_STORE, **name})

    async def judge(self, request: Request) -> Response:
        visit = await self._visit(request)
        opinion = parse_opinion(await self._body(request))
        await self._website.judge(visit, opinion, _address(request))
        return _json({"receipt": opinion.receipt, "useful": opinion.useful}, 201)

    async def ask_callback(self, request: Request) -> Response:
        visit = await self._visit(request)
        callback = parse_callback(await self._body(request))
        code, until = await self._website.ask_callback(visit, callback, _address(request))
        return _json({"code": code, "revocable_until": until.isoformat(timespec="seconds")}, 201)

    async def revoke_callback(self, request: Request) -> Response:
        await self._website.revoke_callback(await self._visit(request), request.path_params["code"])
        return Response(status_code=204, headers=_NO_STORE)

    async def _visit(self, request: Request) -> Visit:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == _SCHEME else ""
        return await self._website.visit(token, request.headers.get("origin"), own_origin(request))

    async def _body(self, request: Request) -> Any:
        return await read_json(request, self._body_bytes)


async def _streamed(found: AsyncGenerator[list[dict[str, Any]], None]) -> AsyncIterator[str]:
    """As Server-Sent Events. JSON has no line break in it, so an event's data is one line."""
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    async with aclosing(found):
        async for events in found:
            if not events:
                yield ": \n\n"
            for event in events:
                data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
                yield f"id: {event['id']}\nevent: {event['type']}\ndata: {data}\n\n"


def _json(body: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(body, status, _NO_STORE)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
