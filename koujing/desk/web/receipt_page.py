"""`/r/{code}`: the public view of a receipt as a page, for people who come from a short answer elsewhere (微信) or were told
the code on the telephone. It needs no script and no session, and says nothing that `/api/v1/receipts/{code}` does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from koujing.clock import Clock
from koujing.desk.errors import NotFoundError
from koujing.desk.limits import RateLimit
from koujing.desk.recall_wordings import load_recall_wordings
from koujing.desk.script import converted
from koujing.desk.web.display import display_of
from koujing.desk.web.page_kit import PageKit, address_of
from koujing.desk.web.service import Website
from koujing.desk.web.shown import Shown
from koujing.desk.web.view import view
from koujing.desk.web.widget import Widget
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.events import Event
from koujing.store.recalls import Recall

__all__ = ["receipt_page_routes"]

Find = Callable[[str], dict[str, Any] | None]
Recalled = Callable[[str], Recall | None]


def _standing(_code: str) -> None:
    """Nothing was withdrawn."""


def receipt_page_routes(
    website: Website,
    settings: Settings,
    knowledge: Knowledge,
    clock: Clock,
    widget: Widget,
    find: Find,
    recalled: Recalled = _standing,
) -> list[BaseRoute]:
    """The page's route.

    Args:
        find: `Store.receipt`, the public view of the reply with a code as a person types it.
        recalled: `Recalls.of`, why the receipt with such a code was withdrawn.
    """
    kit = PageKit(website, settings, knowledge, clock, widget)
    looking_up = website.limits.rate("lookups", settings.lookups_per_minute)
    page = _ReceiptPage(kit, find, recalled, looking_up)
    return [Route("/r/{code}", kit.guarded(page.show), methods=["GET"], include_in_schema=False)]


class _ReceiptPage:
    def __init__(self, kit: PageKit, find: Find, recalled: Recalled, looking_up: RateLimit) -> None:
        self._kit, self._find, self._recalled, self._looking_up = kit, find, recalled, looking_up
        self._wordings = load_recall_wordings()
        self._shown = Shown(kit.knowledge, view)

    async def show(self, request: Request) -> Response:
        """The reply as it was given, with every reason and source; whoever has the code may read it.

        Raises:
            NotFoundError, TooManyRequestsError: told as a page.
        """
        site = self._kit.site(request.query_params)
        await self._looking_up.spend(address_of(request))
        reply = await run_in_threadpool(self._find, request.path_params["code"])
        if reply is None:
            raise NotFoundError("没有这个回执。", "请核对回执编号，共 12 位字母和数字。")
        recall = await run_in_threadpool(self._recalled, request.path_params["code"])
        about, script = self._kit.about(site, site.region), display_of(request).script
        notice = converted(self._wordings.notice_of(recall), script) if recall else None
        viewed = self._viewed(reply, script)
        response = self._kit.html(request, "receipt.html", site, about=about, view=viewed, recalled=notice)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _viewed(self, reply: dict[str, Any], script: str) -> dict[str, Any]:
        """As in a conversation: by its text alone where the knowledge has since lost what the reply names."""
        long_ago = dt.datetime.fromtimestamp(0, dt.timezone.utc)
        shown = self._shown.event(Event(0, "reply", long_ago, None, {}, reply), script)["view"]
        # Whether it helped is asked in the conversation.
        return {**shown, "feedback": False}
