"""Taking tickets away as files, and telling other systems what is due."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.tickets.exports import MOST, as_csv, as_xlsx
from koujing.desk.console.tickets.filters import Filters, Given
from koujing.desk.console.tickets.naming import STATES, Naming
from koujing.desk.console.tickets.pages import HOME, TicketPages
from koujing.desk.console.tickets.service import TicketService
from koujing.store.ticket_lists import Wanted
from koujing.store.ticket_rows import Ticket

__all__ = ["OPS", "file_routes"]

OPS = "/api/v1/tickets/due"
_PERMISSION = "ticket_export"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_DUE = 500

Writer = Callable[[list[Ticket], Naming], bytes]


def file_routes(kit: ConsoleKit, service: TicketService, pages: TicketPages) -> list[Route]:
    """The page on which files are chosen, the files, and what is due as JSON for the people who run the desk."""
    files = _Files(kit, service, pages)
    return [
        kit.route(f"{HOME}/export", files.choose, permission=_PERMISSION),
        kit.route(f"{HOME}.csv", files.csv, permission=_PERMISSION),
        kit.route(f"{HOME}.xlsx", files.xlsx, permission=_PERMISSION),
        kit.key_route(OPS, files.due, methods=("GET",)),
    ]


class _Files:
    def __init__(self, kit: ConsoleKit, service: TicketService, pages: TicketPages) -> None:
        self._kit, self._service, self._pages = kit, service, pages

    async def choose(self, request: Request, staff: Staff) -> Response:
        """Filters, how many tickets they leave, and the files."""
        error, given, count = None, None, 0
        try:
            given = await self._pages.given(request, staff)
            count = await run_in_threadpool(self._service.lists.count, given.wanted)
        except InputError as wrong:
            error = wrong
        shown = {
            "given": given.fields if given else Filters.typed(request.query_params),
            "query": urlencode(given.query) if given else "",
            "count": count,
            "most_rows": MOST,
            "error": error,
        }
        choices = {**self._pages.named(), **await self._pages.choices(staff)}
        return self._kit.html(request, staff, "tickets_export.html", error.status if error else 200, **choices, **shown)

    async def csv(self, request: Request, staff: Staff) -> Response:
        """As CSV."""
        return await self._file(request, staff, as_csv, "csv", "text/csv; charset=utf-8")

    async def xlsx(self, request: Request, staff: Staff) -> Response:
        """As XLSX."""
        return await self._file(request, staff, as_xlsx, "xlsx", _XLSX)

    async def due(self, _request: Request, _client: str) -> Response:
        """What is due, by number, office and day; no words and no names of anybody."""
        service = self._service
        await service.settle()
        today, soon = service.today(), service.soon()
        found = await run_in_threadpool(service.lists.due_list, soon, _MOST_DUE)
        counts = await service.due_counts()
        return self._kit.json(
            {
                "on": today.isoformat(),
                "next_workday": soon.isoformat(),
                "counts": vars(counts),
                "tickets": [
                    {
                        "number": ticket.number,
                        "office": service.offices.name(ticket.office) or None,
                        "state": ticket.state,
                        "state_name": STATES[ticket.state],
                        "due_on": ticket.due_on.isoformat(),
                        "overdue": ticket.due_on < today,
                        "undelivered": ticket.state == "undelivered",
                    }
                    for ticket in found
                ],
            }
        )

    async def _file(self, request: Request, staff: Staff, write: Writer, suffix: str, media: str) -> Response:
        given: Given = await self._pages.given(request, staff)
        wanted: Wanted = given.wanted

        def made() -> tuple[int, bytes]:
            found = self._service.lists.find(wanted, most=MOST)
            return len(found), write(found, self._pages.naming)

        rows, body = await run_in_threadpool(made)
        await self._kit.note(request, staff, "ticket_export", f"tickets.{suffix}", filter=_noted(given), rows=rows)
        name = f"koujing-tickets-{self._service.today().isoformat()}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type=media, headers=headers)


def _noted(given: Given) -> dict[str, str]:
    """What was looked for, without words that may be a citizen's."""
    return {field: "…" if field == "q" else value for field, value in given.query.items()}
