"""The routes of tickets (工单), put together."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.routing import Route

from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.tickets.acts import act_routes
from koujing.desk.console.tickets.begin import begin_routes
from koujing.desk.console.tickets.files import file_routes
from koujing.desk.console.tickets.forms import Forms
from koujing.desk.console.tickets.naming import Naming
from koujing.desk.console.tickets.offices import load_offices
from koujing.desk.console.tickets.opening import Drafts
from koujing.desk.console.tickets.pages import TicketPages, page_routes
from koujing.desk.console.tickets.service import TicketService
from koujing.desk.console.tickets.wordings import load_wordings
from koujing.desk.web.secret import PhoneCipher, secret

__all__ = ["make_tickets", "ticket_routes"]


def make_tickets(parts: ConsoleParts) -> TicketService:
    """The service, with the offices and the wordings of `config/console/`, and the secret by which numbers are kept.

    Raises:
        PolicyFileError: a file is wrong.
        ProgramError: there is no secret and none can be made.
    """
    key = secret(parts.settings.secret, parts.settings.data)
    return TicketService(
        parts, load_offices(parts.knowledge), load_wordings(), PhoneCipher(key, parts.settings.secret_old)
    )


def ticket_routes(kit: ConsoleKit, parts: ConsoleParts, service: TicketService | None = None) -> list[Route]:
    """All of them.

    Raises:
        PolicyFileError, ProgramError: as `make_tickets`.
    """
    service = service or make_tickets(parts)

    def staff() -> Mapping[int, str]:
        return {each.id: each.display for each in parts.staff.all()}

    forms = Forms(parts.knowledge, service.offices)
    pages = TicketPages(kit, service, Naming(parts.knowledge, service.offices, staff))
    return [
        *page_routes(kit, pages),
        *begin_routes(kit, service, pages, forms, Drafts(parts, service.lists)),
        *file_routes(kit, service, pages),
        *act_routes(kit, service, pages, forms),
    ]
