"""Opening a ticket (建工单): by hand, or from a conversation, a call or a request to be called back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.tickets.forms import Forms, key_of
from koujing.desk.console.tickets.naming import SOURCES
from koujing.desk.console.tickets.opening import Draft, Drafts
from koujing.desk.console.tickets.pages import HOME, SEE, TicketPages
from koujing.desk.console.tickets.service import TicketService
from koujing.desk.errors import ApiError

__all__ = ["begin_routes"]

_SOURCES = ("talk", "call", "callback")


def begin_routes(
    kit: ConsoleKit, service: TicketService, pages: TicketPages, forms: Forms, drafts: Drafts
) -> list[Route]:
    """The form, and what it posts."""
    begin = _Begin(kit, service, pages, forms, drafts)
    return [
        kit.route(f"{HOME}/new", begin.form, permission=SEE),
        kit.route(HOME, begin.open, ["POST"], permission=SEE),
    ]


class _Begin:
    def __init__(
        self, kit: ConsoleKit, service: TicketService, pages: TicketPages, forms: Forms, drafts: Drafts
    ) -> None:
        self._kit, self._service, self._pages = kit, service, pages
        self._forms, self._drafts = forms, drafts

    async def form(self, request: Request, staff: Staff) -> Response:
        """The form, filled with what is known. That a conversation was read for it is noted."""
        source = next((each for each in _SOURCES if request.query_params.get(each)), "manual")
        draft = await self._draft(source, request.query_params.get(source, ""), staff)
        if draft.session_id is not None:
            await self._kit.note(request, staff, "talk_view", f"talk:{draft.session_id}", channel=draft.channel)
        return await self._shown(request, staff, draft, self._filled(draft))

    async def open(self, request: Request, staff: Staff) -> Response:
        """A new ticket."""
        form = await self._kit.form(request)
        source = form.get("source", "") if form.get("source") in _SOURCES else "manual"
        draft = await self._draft(source, form.get("origin", ""), staff)
        try:
            key, fields = key_of(form), self._forms.fields(form)
            office = self._forms.office(form, fields["matter"], fields["region"])
            phone = self._forms.phone(form)
            made = await self._service.open(
                staff, key, draft, {**fields, "office": office}, phone, tell=form.get("tell") == "yes"
            )
        except ApiError as error:
            return await self._shown(request, staff, draft, form, error)
        ticket = await run_in_threadpool(self._service.lists.get, made)
        detail = {"source": SOURCES[ticket.source], "office": self._service.offices.name(ticket.office)}
        await self._kit.note(request, staff, "ticket_open", f"ticket:{ticket.number}", **detail)
        return self._kit.see_other(f"{HOME}/{made}", done="open")

    async def _draft(self, source: str, origin: str, staff: Staff) -> Draft:
        return await run_in_threadpool(self._drafts.make, source, origin, staff)

    def _filled(self, draft: Draft) -> dict[str, str]:
        region = draft.fields.get("region")
        named = {"region": self._pages.naming.region(region)} if region else {}
        plain = {"kind": next(iter(self._service.offices.kinds)), "priority": "normal", "office": "auto"}
        return {**plain, **draft.fields, **named, "tell": "yes" if draft.source == "talk" else ""}

    async def _shown(
        self, request: Request, staff: Staff, draft: Draft, form: Mapping[str, str], error: ApiError | None = None
    ) -> Response:
        offices, kind = self._service.offices, form.get("kind", "")
        owner = offices.owner(draft.fields.get("matter"), draft.fields.get("region"))
        kind = kind if kind in offices.kinds else next(iter(offices.kinds))
        shown: dict[str, Any] = {
            "draft": draft,
            "form": form,
            "key": form.get("key") or uuid4().hex,
            "owner": owner,
            "counted": self._service.due(owner.id, kind, "normal"),
            "reaches": draft.session_id is not None and self._service.speaking.reaches(draft.channel),
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            **self._pages.named(),
            **await self._pages.choices(staff),
        }
        return self._kit.html(request, staff, "ticket_new.html", error.status if error else 200, **shown)
