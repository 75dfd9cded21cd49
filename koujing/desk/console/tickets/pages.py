"""The pages of tickets (工单): the list by filter, one of them, requests to be called back, and what is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.tickets.filters import Filters, Given
from koujing.desk.console.tickets.forms import MOST
from koujing.desk.console.tickets.naming import (
    DELIVERIES,
    EVENTS,
    PRIORITIES,
    SOURCES,
    STATES,
    TAGS,
    Naming,
    urgency,
)
from koujing.desk.console.tickets.opening import DAY_PARTS
from koujing.desk.console.tickets.service import TicketService
from koujing.desk.errors import ApiError
from koujing.store.ticket_lists import Wanted
from koujing.store.ticket_rows import Event, Ticket
from koujing.store.ticket_states import ACTS, OPEN

__all__ = ["HOME", "TicketPages", "page_routes"]

HOME = "/console/tickets"
SEE = "tickets"
_A_PAGE = 30
# These stand beside what they change.
_BESIDE_REPLY = frozenset({"edit", "reply", "deliver", "told"})
_MOST_PAGES = 100_000


def page_routes(kit: ConsoleKit, pages: TicketPages) -> list[Route]:
    """The routes that show."""
    return [
        kit.route(HOME, pages.home, permission=SEE),
        kit.route(f"{HOME}/callbacks", pages.wishes, permission=SEE),
        kit.route(f"{HOME}/due.json", pages.due, permission=SEE, background=True),
        kit.route(f"{HOME}/{{id:int}}", pages.show, permission=SEE),
    ]


class TicketPages:
    """One method a route."""

    def __init__(self, kit: ConsoleKit, service: TicketService, naming: Naming) -> None:
        self._kit, self._service, self.naming = kit, service, naming
        self._knowledge = kit.parts.knowledge
        self.filters = Filters(self._knowledge, service.offices)

    # --- the list

    async def home(self, request: Request, staff: Staff) -> Response:
        """The list; what is looked for stands in the address."""
        await self._service.settle()
        error, given = None, None
        try:
            given = await self.given(request, staff)
        except InputError as wrong:
            error = wrong
        page = _page(request.query_params.get("page", ""))
        lists, wanted = self._service.lists, given.wanted if given else Wanted(states=())

        def read() -> tuple[list[Ticket], int, int]:
            found = lists.find(wanted, skip=(page - 1) * _A_PAGE, most=_A_PAGE)
            return found, lists.count(wanted), len(lists.wishes())

        found, count, wishes = await run_in_threadpool(read)
        query = given.query if given else {}
        shown = {
            "tickets": found,
            "count": count,
            "wishes": wishes,
            "page": page,
            "pages": max(1, -(-count // _A_PAGE)),
            "given": given.fields if given else Filters.typed(request.query_params),
            "query": urlencode(query),
            "due": await self._service.due_counts(),
            "mine": await self._service.due_counts(staff),
            "error": error,
            **await self.choices(staff),
        }
        return self._kit.html(request, staff, "tickets.html", error.status if error else 200, **self.named(), **shown)

    async def given(self, request: Request, staff: Staff) -> Given:
        """What is looked for.

        Raises:
            InputError: it cannot be so.
        """
        used = await run_in_threadpool(self._service.lists.regions)
        return self.filters.read(dict(request.query_params), staff, self._service.today(), used)

    async def wishes(self, request: Request, staff: Staff) -> Response:
        """Requests to be called back of which nobody has made a ticket."""
        found = await run_in_threadpool(self._service.lists.wishes)
        return self._kit.html(request, staff, "tickets_callbacks.html", wishes=found, day_parts=DAY_PARTS)

    async def due(self, _request: Request, staff: Staff) -> Response:
        """What is due, of all and of this person: for the head of every page. No words of a citizen."""
        mine, every = await self._service.due_counts(staff), await self._service.due_counts()
        return self._kit.json({"mine": vars(mine), "all": vars(every), "on": self._service.today().isoformat()})

    # --- one of them

    async def show(self, request: Request, staff: Staff) -> Response:
        """A ticket. That it was looked at is noted."""
        ticket = await self._service.get(str(request.path_params["id"]))
        await self._kit.note(request, staff, "ticket_view", f"ticket:{ticket.number}")
        done = request.query_params.get("done")
        return await self.page(request, staff, ticket, done=done)

    async def page(self, request: Request, staff: Staff, ticket: Ticket, *, status: int = 200, **more: Any) -> Response:
        """The page of a ticket; `error` and `form` where something could not be done, `number` of a telephone."""
        service = self._service
        room = await service.speaking.room(ticket)
        history = await run_in_threadpool(self._history, ticket.id)
        reaches = service.speaking.reaches(ticket.channel) and ticket.session_id is not None
        acts = {act for act, rule in ACTS.items() if ticket.state in rule.states}
        if ticket.delivery == "handed" and ticket.state == "undelivered":
            acts -= {"reply", "deliver"}
        given: dict[str, Any] = {
            "ticket": ticket,
            "history": history,
            "acts": acts if reaches else acts - {"deliver"},
            "moves": acts - _BESIDE_REPLY,
            "reaches": reaches,
            "room": room,
            "longest": service.speaking.longest(ticket),
            "urgent": urgency(ticket, service.today(), service.soon()),
            "warning": service.warning(ticket),
            "colleagues": await service.colleagues(),
            "my_office": service.offices.named(staff.office),
            "may_talk": staff.may("conversations"),
            "points": staff.may("open_points") and self._there("/console/open-points/add"),
            "key": uuid4().hex,
            "error": None,
            "wrong": None,
            "form": {},
            "differs": [],
            "number": None,
            "done": None,
            **await self.choices(staff),
        }
        return self._kit.html(request, staff, "ticket.html", status, **self.named(), **{**given, **more})

    async def conflict(
        self, request: Request, staff: Staff, ticket: Ticket, form: Mapping[str, str], error: ApiError
    ) -> Response:
        """The page as it is now, with what was typed still in its fields, and where the two differ."""
        now = {
            "title": ticket.title, "question": ticket.question, "region": self.naming.region(ticket.region),
            "matter": ticket.matter or "", "clause": ticket.clause or "", "receipt": ticket.receipt or "",
            "kind": ticket.kind, "priority": ticket.priority, "office": ticket.office or "",
        }  # fmt: skip
        differs = [field for field, value in now.items() if field in form and form[field].strip() != value]
        return await self.page(
            request,
            staff,
            ticket,
            status=error.status,
            error=error,
            form=form,
            differs=differs if "title" in form else [],
        )

    # ---

    def named(self) -> dict[str, Any]:
        """Names that every page of tickets shows."""
        today, soon = self._service.today(), self._service.soon()
        return {
            "naming": self.naming, "states": STATES, "tags": TAGS, "sources": SOURCES, "priorities": PRIORITIES,
            "events": EVENTS, "deliveries": DELIVERIES, "most": MOST, "owed": OPEN, "here": HOME,
            "urgency": lambda ticket: urgency(ticket, today, soon),
        }  # fmt: skip

    async def choices(self, staff: Staff) -> dict[str, Any]:
        """What can be chosen from."""
        used = await run_in_threadpool(self._service.lists.regions)
        regions = dict.fromkeys([*(notice.region for notice in self._knowledge.notices.values()), *used])
        return {
            "offices": self._service.offices.all,
            "kinds": self._service.offices.kinds,
            "regions": {id: self.naming.region(id) for id in regions},
            "matters": {id: matter.name for id, matter in self._knowledge.matters.items()},
            "clauses": {
                notice.name: {clause.id: f"{clause.label} {clause.heading}".strip() for clause in notice.clauses}
                for notice in self._knowledge.notices.values()
            },
            "may_export": staff.may("ticket_export"),
        }

    def _history(self, ticket_id: int) -> list[tuple[Event, list[tuple[str, str, str]]]]:
        """The newest first, each with what it changed."""
        return [(event, self.naming.changes(event)) for event in reversed(self._service.lists.history(ticket_id))]

    def _there(self, path: str) -> bool:
        return any(one.route.path == path for one in self._kit.registered)


def _page(given: str) -> int:
    return max(1, min(int(given), _MOST_PAGES)) if given.isascii() and given.isdigit() and len(given) < 8 else 1
