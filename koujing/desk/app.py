"""The desk as an ASGI application, from parts that are handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import ujson
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koujing.clock import Clock
from koujing.desk.console.headers import ConsoleHeaders
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.routes import console_routes
from koujing.desk.conversation import Conversations, Refuse, Stopping
from koujing.desk.errors import ApiError, NotFoundError, api_error, http_error, store_down, unexpected_error
from koujing.desk.fact_reading import fact_reader
from koujing.desk.gauges import Gauges
from koujing.desk.headers import Border
from koujing.desk.health import Health
from koujing.desk.holding import Holding
from koujing.desk.keeping.daily import Daily
from koujing.desk.keys import Keys
from koujing.desk.limits import Limits
from koujing.desk.measuring import Measuring
from koujing.desk.openapi import openapi
from koujing.desk.rasa_client import RasaClient
from koujing.desk.readiness import Readiness
from koujing.desk.recall_wordings import load_recall_wordings
from koujing.desk.request import parse_ask, read_json
from koujing.desk.script import in_script
from koujing.desk.threads import in_thread
from koujing.desk.watch_routes import watch_routes
from koujing.desk.watched import Watched, desk_metrics
from koujing.desk.web.api import web_routes
from koujing.desk.web.bell import Bell
from koujing.desk.web.cors import Cors
from koujing.desk.web.pages import page_routes
from koujing.desk.web.parts import WebParts
from koujing.desk.web.receipt_page import receipt_page_routes
from koujing.desk.web.service import Website
from koujing.desk.web.ticket_page import ticket_page_routes
from koujing.desk.web.widget import Widget
from koujing.desk.wechat.parts import WeChatParts, official_account
from koujing.desk.wechat.routes import wechat_routes
from koujing.knowledge.base import Knowledge
from koujing.leases import Leases, LocalLeases
from koujing.settings import Settings
from koujing.store.errors import STORE_DOWN
from koujing.store.readings import Readings, doubtful
from koujing.store.store import Store
from koujing.store.ticket_lists import TicketLists
from koujing.watching.desk import DeskMetrics

__all__ = ["create_app"]

# The console asks its questions in the desk's own conversations.
Console = Callable[[Conversations], ConsoleParts]

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
    wechat: WeChatParts | None = None,
    console: Console | None = None,
    stopping: Stopping | None = None,
    keeping: Daily | None = None,
    limits: Limits | None = None,
    leases: Leases | None = None,
    bell: Bell | None = None,
    registry: CollectorRegistry | None = None,
) -> Starlette:
    """The desk. It owns what it is given from here on and closes it at its end. `state.website` is its website; `state.close` ends what is held
    open, and `state.drain` makes it tell that nobody new is to be sent here."""
    metrics = desk_metrics(registry or CollectorRegistry(), knowledge)
    watched = Watched(metrics)
    rasa.heard = partial(_heard, metrics, store.readings)
    limits = limits or Limits()
    holding = Holding(store.takeovers, clock, partial(fact_reader, settings.policies))
    conversations = Conversations(
        store=store,
        rasa=rasa,
        refuse=refuse,
        clock=clock,
        message_length=settings.message_length,
        leases=leases or LocalLeases(),
        holding=holding,
        stopping=stopping,
        staffing=web.opening,
        watched=watched,
    )
    on_web, on_wechat = (partial(conversations.answer_in, channel=name) for name in ("web", "wechat"))
    website = Website(settings, knowledge, clock, store, web, on_web, limits, bell)
    holding.speaks("web", website.voice)
    account = None
    if wechat is not None:
        account = official_account(wechat, settings, knowledge, clock, on_wechat, limits, metrics)
        holding.speaks("wechat", account.voice)
    operators = console(conversations) if console else None
    ticket_page = partial(ticket_page_routes, website, settings, knowledge, clock, widget)
    described = openapi(settings, calls=operators is not None)
    endpoints = _Endpoints(settings, knowledge, conversations, store, Health(rasa, account, clock), described, limits)
    readiness = Readiness(
        {
            "database": partial(_alive, store),
            "rasa": partial(rasa.ready, "rasa"),
            "actions": partial(rasa.ready, "actions"),
        }
    )
    gauges = Gauges(
        metrics.registry,
        queues=store.queues,
        readiness=readiness,
        data=settings.data,
        streams=lambda: website.streams,
        redis=lambda: wechat.shared.state if wechat else "memory",
        wechat=account,
        demo=clock.fixed is not None,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(store.close)
            stack.push_async_callback(rasa.close)
            stack.push_async_callback(limits.close)
            stack.push_async_callback(conversations.leases.close)
            if bell is not None:
                stack.push_async_callback(bell.close)
            if account is not None:
                await stack.enter_async_context(account.running())
            await stack.enter_async_context(website.running())
            if keeping is not None:
                await stack.enter_async_context(keeping.running())
            yield

    app = Starlette(
        routes=[
            Route("/api/v1/ask", endpoints.ask, methods=["POST"]),
            Route("/api/v1/receipts/{code}", endpoints.receipt, methods=["GET"]),
            Route("/api/v1/catalogue", endpoints.catalogue, methods=["GET"]),
            Route("/health", endpoints.health, methods=["GET"]),
            *watch_routes(metrics, gauges, readiness, settings.metrics_key),
            Route("/openapi.json", endpoints.openapi, methods=["GET"]),
            *web_routes(website, knowledge, settings.web_body_bytes),
            *page_routes(website, settings, knowledge, clock, widget),
            *receipt_page_routes(website, settings, knowledge, clock, widget, store.receipt, store.recalls.of),
            *(ticket_page(TicketLists(operators.engine).by_code) if operators else ()),
            *(wechat_routes(account) if account else ()),
            *(console_routes(operators) if operators else ()),
        ],
        middleware=[
            Middleware(Border, head_bytes=settings.head_bytes),
            Middleware(Measuring, metrics=metrics),
            Middleware(ConsoleHeaders),
            Middleware(Cors, sites=web.sites.values()),
        ],
        exception_handlers={
            ApiError: api_error,
            HTTPException: http_error,
            **dict.fromkeys(STORE_DOWN, store_down),
            Exception: unexpected_error,
        },
        lifespan=lifespan,
    )
    app.state.website, app.state.drain = website, readiness.drain
    app.state.close = partial(_close, [website.close, *(operators.closing if operators else ())])
    return app


def _close(parts: Iterable[Callable[[], None]]) -> None:
    """End what waits for events, so that connections end: the program stops."""
    for close in parts:
        close()


async def _heard(
    metrics: DeskMetrics, readings: Readings, session_id: str, message_id: str, read: Mapping[str, Any]
) -> None:
    """How a message was read is counted, and kept where it was doubtful."""
    metrics.heard(read)
    if doubtful(read):
        await in_thread(readings.keep, session_id, message_id, read)


async def _alive(store: Store) -> bool:
    await in_thread(store.queues.alive)
    return True


class _QuickJSONResponse(JSONResponse):
    """The same, encoded several times sooner: it is made with every answer."""

    def render(self, content: Any) -> bytes:
        return ujson.dumps(content, ensure_ascii=False, escape_forward_slashes=False).encode()


class _Endpoints:
    """One method a path."""

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        conversations: Conversations,
        store: Store,
        health: Health,
        described: dict[str, Any],
        limits: Limits,
    ) -> None:
        self._knowledge, self._store, self._health = knowledge, store, health
        self._keys = Keys(settings.quotas)
        self._asking = limits.rate("asking", settings.requests_per_minute)
        self._looking_up = limits.rate("lookups", settings.lookups_per_minute)
        self._body_bytes = settings.body_bytes
        self._conversations = conversations
        self._recalling = load_recall_wordings()
        # Neither changes while the process runs, so each is made once.
        self._catalogue = JSONResponse(knowledge.catalogue()).body
        self._openapi = JSONResponse(described).body

    async def ask(self, request: Request) -> Response:
        with self._conversations.watched.stage("accepting"):
            client = self._keys.client(request)
            await self._asking.spend(client, self._keys.per_minute(client))
            ask = parse_ask(await read_json(request, self._body_bytes), self._knowledge)
        session, replies = await self._conversations.answer(client, ask)
        # Kept as decided; the script is a matter of display.
        with self._conversations.watched.stage("rendering"):
            shown = [in_script(reply, ask.script) for reply in replies]
            return _QuickJSONResponse({"session": session, "replies": shown}, headers=_NO_STORE)

    async def receipt(self, request: Request) -> Response:
        await self._looking_up.spend(_address(request))
        reply = await in_thread(self._store.receipt, request.path_params["code"])
        if reply is None:
            raise NotFoundError("没有这个回执。", "请核对回执编号，共 12 位字母和数字。")
        # The reply stays as it was, by its contract too; that it was withdrawn stands beside it.
        recall = await in_thread(self._store.recalls.of, request.path_params["code"])
        return JSONResponse(reply, headers={**_NO_STORE, **(self._recalling.headers(recall) if recall else {})})

    async def catalogue(self, request: Request) -> Response:
        await self._looking_up.spend(_address(request))
        return _json(self._catalogue)

    async def health(self, _request: Request) -> Response:
        well, body = await self._health.now()
        return JSONResponse(body, 200 if well else 503, _NO_STORE)

    async def openapi(self, _request: Request) -> Response:
        return _json(self._openapi)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _json(body: bytes | memoryview) -> Response:
    return Response(bytes(body), media_type="application/json")
