"""`/chat`: the whole conversation as a page that needs no script. Every button and field is a form; POST → 303 → GET."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from koujing.clock import Clock
from koujing.desk.errors import ApiError, BadRequestError, MessageConflictError
from koujing.desk.script import DEFAULT_SCRIPT
from koujing.desk.web.display import display_of
from koujing.desk.web.forms import check_own_page, read_form
from koujing.desk.web.home import home_routes
from koujing.desk.web.page_forms import form_routes
from koujing.desk.web.page_kit import STATIC, PageKit, Visitor, address_of
from koujing.desk.web.rendering import HERE
from koujing.desk.web.request import MOST_SECONDS, parse_message
from koujing.desk.web.service import Website
from koujing.desk.web.sites import Site
from koujing.desk.web.talk import Retried, Turn, turning, turns
from koujing.desk.web.widget import Widget, widget_routes
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings

__all__ = ["page_routes"]

_PAGE = "/chat"
_NEWEST = "newest"
_ASPECTS = ("conditions", "amount", "deadline")
_STARTERS = 6


def page_routes(
    website: Website, settings: Settings, knowledge: Knowledge, clock: Clock, widget: Widget
) -> list[BaseRoute]:
    """Everything of the website that is no API: pages, their style, and the widget's files."""
    kit = PageKit(website, settings, knowledge, clock, widget)
    chat = _Chat(kit)
    return [
        Route(_PAGE, kit.guarded(chat.show), methods=["GET"], include_in_schema=False),
        Route(_PAGE, kit.guarded(chat.say), methods=["POST"], include_in_schema=False),
        *form_routes(kit),
        *home_routes(kit),
        *widget_routes(widget),
        Mount(STATIC, StaticFiles(directory=HERE / "static")),
    ]


class _Chat:
    def __init__(self, kit: PageKit) -> None:
        self._kit = kit

    async def show(self, request: Request) -> Response:
        """The conversation so far. Just after a message it waits for the answer, as long as answering may take."""
        query = request.query_params
        site, region = self._kit.site(query), self._kit.region(query)
        visitor, error = await self._visitor(request, site, region)
        sent = "sent" in query
        if visitor is not None and visitor.fresh and "fresh" in query:
            return self._kit.keep(self._kit.see_other(_PAGE, site=site.id, region=region), request, visitor)
        if visitor is not None and visitor.fresh and sent:
            error = BadRequestError(
                "no_cookie", "浏览器没有保留这次对话。", "对话可能已过期，或浏览器不接受 Cookie。请允许后重新问。"
            )
        patience = self._kit.settings.answer_seconds if sent else 0
        found = [] if visitor is None else await self._turns(request, visitor, patience)
        return await self._page(request, site, region, visitor, found, error=error)

    async def say(self, request: Request) -> Response:
        """A message, the press of a button, or a failed one once more."""
        check_own_page(request)
        form = await read_form(request)
        site = self._kit.site(form)
        visitor, error = await self._visitor(request, site, self._kit.region(form))
        again = ""
        if visitor is not None:
            try:
                again = await self._send(request, visitor, form)
                error = None
            except MessageConflictError:
                error = None  # pressed twice; the first is being answered
            except ApiError as refused:
                error = refused
        if visitor is None or error is not None:
            found = [] if visitor is None else await self._turns(request, visitor, 0)
            return await self._page(request, site, None, visitor, found, error=error, draft=form.get("text", ""))
        go = self._kit.see_other(_PAGE, _NEWEST, site=site.id, sent=1, again=again)
        return self._kit.keep(go, request, visitor)

    async def _visitor(
        self, request: Request, site: Site, region: str | None
    ) -> tuple[Visitor | None, ApiError | None]:
        try:
            return await self._kit.visitor(request, site, region), None
        except ApiError as error:
            return None, error

    async def _send(self, request: Request, visitor: Visitor, form: Mapping[str, str]) -> str:
        """Accept what is said; for one tried again what the address is to tell of it."""
        website, limit = self._kit.website, self._kit.settings.message_length
        if "retry" in form:
            up_to, message_id = _cursor(await self._events(visitor, DEFAULT_SCRIPT)), form.get("message_id", "")
            await website.retry(visitor.visit, message_id, address_of(request))
            return f"{message_id}.{up_to}"
        text = form.get("text", "").strip()
        if "option" not in form and not text:
            raise BadRequestError("empty", "还没有写内容。", "请写下想问的事，再按“发送”。")
        if len(text) > limit:
            raise BadRequestError("too_long", f"这条有 {len(text)} 字，最多 {limit} 字。", "请删短一些，或分几次问。")
        said = {"option": form["option"]} if "option" in form else {"text": text}
        mode = display_of(request).mode
        message = parse_message({"message_id": form.get("message_id", ""), "mode": mode, **said})
        await website.send(visitor.visit, message, address_of(request))
        return ""

    async def _turns(self, request: Request, visitor: Visitor, patience: float) -> list[Turn]:
        """The turns; while one has no answer, what comes is waited for."""
        script, retried = display_of(request).script, _retried(request.query_params.get("again", ""))
        events = await self._events(visitor, script)
        until = asyncio.get_running_loop().time() + patience
        while any(turn.waiting for turn in turns(events, retried)):
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            wait, after = min(left, MOST_SECONDS), events[-1]["id"]
            events += await self._kit.website.events(visitor.visit, after, wait=wait, script=script)
        return turns(events, retried)

    async def _events(self, visitor: Visitor, script: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        while found := await self._kit.website.events(visitor.visit, _cursor(events), script=script):
            events += found
        return events

    async def _page(
        self,
        request: Request,
        site: Site,
        region: str | None,
        visitor: Visitor | None,
        found: list[Turn],
        *,
        error: ApiError | None = None,
        draft: str = "",
    ) -> Response:
        region = visitor.visit.region if visitor else region or site.region
        about = self._kit.about(site, region)
        response = self._kit.html(
            request,
            "chat.html",
            site,
            error.status if error else 200,
            about=about,
            token=visitor and visitor.token,
            session=visitor and json.dumps({"token": visitor.token, "cursor": 0, **about}, ensure_ascii=False),
            turns=found,
            waiting=any(turn.waiting for turn in found),
            again={name: value for name, value in request.query_params.items() if name == "again"},
            active=turning(found),
            judged=await self._judged(visitor),
            message_id=str(uuid4()),
            starters=[] if found else self._starters(region),
            error=error,
            draft=draft,
        )
        response.headers.update(error.headers if error else {})
        return self._kit.keep(response, request, visitor) if visitor else response

    async def _judged(self, visitor: Visitor | None) -> Mapping[str, bool]:
        return await self._kit.website.judged(visitor.visit) if visitor else {}

    def _starters(self, region: str | None) -> list[str]:
        """Questions to begin with, in the approved frames, about what is most asked in the region."""
        knowledge = self._kit.knowledge
        offered = [id for id in knowledge.dialogue.offered if region is None or knowledge.chain(id, region)]
        frames = [str(knowledge.wordings["aspects"][aspect]["ask"]) for aspect in _ASPECTS]
        return [
            frames[n % len(frames)].format(matter=knowledge.matters[id].name)
            for n, id in enumerate(offered[:_STARTERS])
        ]


def _retried(again: str) -> Retried | None:
    message_id, _, up_to = again.rpartition(".")
    return Retried(message_id, int(up_to)) if up_to.isascii() and up_to.isdigit() and len(up_to) < 16 else None


def _cursor(events: list[dict[str, Any]]) -> int:
    return int(events[-1]["id"]) if events else 0
