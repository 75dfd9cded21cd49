"""`/t`: what became of a ticket (工单), for whoever has its code: told in the conversation, or on the telephone.

It needs no script and no session. It says where the ticket is, until when it is answered, and the answer; not what was
asked, by whom, nor who works on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from koujing.clock import Clock
from koujing.desk.limits import RateLimit
from koujing.desk.web.page_kit import PageKit, address_of
from koujing.desk.web.service import Website
from koujing.desk.web.widget import Widget
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.ticket_rows import Ticket
from koujing.store.ticket_states import OPEN

__all__ = ["PAGE", "ticket_page_routes"]

PAGE = "/t"
_LONGEST = 40
_STATES: Mapping[str, str] = {
    "new": "已登记", "undelivered": "已答复", "replied": "已答复", "closed": "已办结", "void": "已作废"
}  # fmt: skip
_UNDER_WAY = "办理中"

Find = Callable[[str], "Ticket | None"]


def ticket_page_routes(
    website: Website, settings: Settings, knowledge: Knowledge, clock: Clock, widget: Widget, find: Find
) -> list[BaseRoute]:
    """The page's routes.

    Args:
        find: `TicketLists.by_code`, the ticket with a code as a person types it.
    """
    kit = PageKit(website, settings, knowledge, clock, widget)
    page = _TicketPage(kit, find, website.limits.rate("lookups", settings.lookups_per_minute))
    return [Route(PAGE, kit.guarded(page.show), methods=["GET"], include_in_schema=False)]


class _TicketPage:
    def __init__(self, kit: PageKit, find: Find, looking_up: RateLimit) -> None:
        self._kit, self._find, self._looking_up = kit, find, looking_up

    async def show(self, request: Request) -> Response:
        """The form, and the ticket where a code is given.

        Raises:
            TooManyRequestsError: told as a page.
        """
        site = self._kit.site(request.query_params)
        typed = request.query_params.get("code", "").strip()[:_LONGEST]
        ticket = None
        if typed:
            await self._looking_up.spend(address_of(request))
            ticket = await run_in_threadpool(self._find, typed)
        shown = {
            "about": self._kit.about(site, site.region),
            "typed": typed,
            "ticket": ticket,
            "state": _STATES.get(ticket.state, _UNDER_WAY) if ticket else "",
            "reply": ticket.reply if ticket and ticket.state in ("undelivered", "replied", "closed") else None,
            "owed": ticket is not None and ticket.state in OPEN - {"undelivered"},
        }
        status = 404 if typed and ticket is None else 200
        response = self._kit.html(request, "ticket.html", site, status, **shown)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        return response
