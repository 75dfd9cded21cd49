"""The desk as an ASGI application, from parts that are handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koujing.clock import Clock
from koujing.desk.conversation import Conversations, Refuse
from koujing.desk.errors import ApiError, NotFoundError, api_error, http_error, unexpected_error
from koujing.desk.keys import Keys
from koujing.desk.limits import RateLimit
from koujing.desk.openapi import openapi
from koujing.desk.rasa_client import RasaClient
from koujing.desk.request import parse_ask, read_json
from koujing.desk.script import in_script
from koujing.desk.web.api import web_routes
from koujing.desk.web.cors import Cors
from koujing.desk.web.pages import page_routes
from koujing.desk.web.parts import WebParts
from koujing.desk.web.service import Website
from koujing.desk.web.widget import Widget
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.store import Store

__all__ = ["create_app"]

_NO_STORE = {"Cache-Control": "no-store"}


def create_app(
    settings: Settings,
    *,
    knowledge: Knowledge,
    refuse: Refuse,
    store: Store,
    rasa: RasaClient,
    clock: Clock,
    web: WebParts,
    widget: Widget,
) -> Starlette:
    """The desk. It owns `rasa` and `store` from here on and closes them at its end. `state.website` is its website."""
    conversations = Conversations(
        store=store,
        rasa=rasa,
        refuse=refuse,
        clock=clock,
        message_length=settings.message_length,
        locks=WeakValueDictionary(),
    )
    website = Website(settings, knowledge, clock, store, web, conversations.answer_in)
    endpoints = _Endpoints(settings, knowledge, conversations, store, rasa, clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with website.running():
            yield
        await rasa.close()
        store.close()

    app = Starlette(
        routes=[
            Route("/api/v1/ask", endpoints.ask, methods=["POST"]),
            Route("/api/v1/receipts/{code}", endpoints.receipt, methods=["GET"]),
            Route("/api/v1/catalogue", endpoints.catalogue, methods=["GET"]),
            Route("/health", endpoints.health, methods=["GET"]),
            Route("/openapi.json", endpoints.openapi, methods=["GET"]),
            *web_routes(website, knowledge, settings.web_body_bytes),
            *page_routes(website, settings, knowledge, clock, widget),
        ],
        middleware=[Middleware(Cors, sites=web.sites.values())],
        exception_handlers={ApiError: api_error, HTTPException: http_error, Exception: unexpected_error},
        lifespan=lifespan,
    )
    app.state.website = website
    return app


class _Endpoints:
    """One method a path."""

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        conversations: Conversations,
        store: Store,
        rasa: RasaClient,
        clock: Clock,
    ) -> None:
        self._knowledge, self._store, self._rasa, self._clock = knowledge, store, rasa, clock
        self._keys = Keys(settings.api_keys)
        self._asking = RateLimit(settings.requests_per_minute)
        self._looking_up = RateLimit(settings.lookups_per_minute)
        self._body_bytes = settings.body_bytes
        self._conversations = conversations
        # Neither changes while the process runs, so each is made once.
        self._catalogue = JSONResponse(knowledge.catalogue()).body
        self._openapi = JSONResponse(openapi(settings)).body

    async def ask(self, request: Request) -> Response:
        client = self._keys.client(request)
        self._asking.spend(client)
        ask = parse_ask(await read_json(request, self._body_bytes), self._knowledge)
        session, replies = await self._conversations.answer(client, ask)
        # Kept as decided; the script is a matter of display.
        shown = [in_script(reply, ask.script) for reply in replies]
        return JSONResponse({"session": session, "replies": shown}, headers=_NO_STORE)

    async def receipt(self, request: Request) -> Response:
        self._looking_up.spend(_address(request))
        reply = await run_in_threadpool(self._store.receipt, request.path_params["code"])
        if reply is None:
            raise NotFoundError("没有这个回执。", "请核对回执编号，共 12 位字母和数字。")
        return JSONResponse(reply, headers=_NO_STORE)

    async def catalogue(self, request: Request) -> Response:
        self._looking_up.spend(_address(request))
        return _json(self._catalogue)

    async def health(self, _request: Request) -> Response:
        parts = {"desk": "up", **await self._rasa.health()}
        well = all(state == "up" for state in parts.values())
        body: dict[str, Any] = {
            "status": "up" if well else "down",
            **parts,
            "on": self._clock.today().isoformat(),
            "demo_date": self._clock.fixed is not None,
        }
        return JSONResponse(body, 200 if well else 503, _NO_STORE)

    async def openapi(self, _request: Request) -> Response:
        return _json(self._openapi)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _json(body: bytes | memoryview) -> Response:
    return Response(bytes(body), media_type="application/json")
