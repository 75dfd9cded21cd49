"""What people do with tickets (工单), posted by their pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.reading import text_field
from koujing.desk.console.tickets.forms import MOST, Forms, key_of, version_of
from koujing.desk.console.tickets.naming import STATES
from koujing.desk.console.tickets.pages import HOME, SEE, TicketPages
from koujing.desk.console.tickets.service import Submission, TicketService
from koujing.desk.errors import ApiError
from koujing.private.mask import mask, mask_staff
from koujing.store.ticket_rows import Ticket, TicketChangedError, TicketStateError
from koujing.store.ticket_states import ACTS

__all__ = ["act_routes"]

Form = Mapping[str, str]
Doing = Callable[[Ticket, Submission, Form], Awaitable[Ticket]]

_LABELS = {
    "lack": "要补充什么",
    "supply": "补充的内容",
    "return": "退回的原因",
    "reopen": "重开的原因",
    "void": "作废的原因",
}
_MOVES = ("lack", "supply", "return", "close", "reopen", "void")
_MOST_REPLY = 2000


def act_routes(kit: ConsoleKit, service: TicketService, pages: TicketPages, forms: Forms) -> list[Route]:
    """The routes that change something; each of them is noted in the audit."""
    acts = _Acts(service, forms)
    named: dict[str, Doing] = {
        "edit": acts.edit, "assign": acts.assign, "accept": acts.accept, "reply": acts.reply, "deliver": acts.deliver,
        "told": acts.told, **{act: acts.moved(act) for act in _MOVES},
    }  # fmt: skip
    one, others = f"{HOME}/{{id:int}}", _Others(kit, service, pages)
    return [
        *(
            kit.route(f"{one}/{act}", _posted(kit, service, pages, act, doing), ["POST"], permission=SEE)
            for act, doing in named.items()
        ),
        kit.route(f"{one}/note", others.note, ["POST"], permission=SEE),
        kit.route(f"{one}/phone", others.phone, ["POST"], permission=SEE),
    ]


def _posted(kit: ConsoleKit, service: TicketService, pages: TicketPages, act: str, doing: Doing) -> Any:
    async def posted(request: Request, staff: Staff) -> Response:
        ticket = await service.get(str(request.path_params["id"]))
        form: Form = {}
        try:
            form = await kit.form(request)
            by = Submission(staff, version_of(form), key_of(form))
            if not await run_in_threadpool(service.tickets.done, ticket.id, by.key):
                after = await doing(ticket, by, form)
                detail = {"state": STATES[after.state]} if after.state != ticket.state else {}
                await kit.note(request, staff, f"ticket_{act}", f"ticket:{ticket.number}", **detail)
        except TicketChangedError as error:
            return await pages.conflict(request, staff, error.ticket, form, _changed(error.ticket))
        except TicketStateError as error:
            return await pages.conflict(request, staff, error.ticket, form, _not_now(error.ticket))
        except ApiError as error:
            wrong = error.field if isinstance(error, InputError) else None
            return await pages.page(request, staff, ticket, status=error.status, error=error, form=form, wrong=wrong)
        return kit.see_other(f"{HOME}/{ticket.id}", done=act)

    return posted


class _Acts:
    """One method an act."""

    def __init__(self, service: TicketService, forms: Forms) -> None:
        self._service, self._forms = service, forms

    async def edit(self, ticket: Ticket, by: Submission, form: Form) -> Ticket:
        return await self._service.edit(ticket, by, self._forms.fields(form), self._forms.phone(form))

    async def assign(self, ticket: Ticket, by: Submission, form: Form) -> Ticket:
        office = self._forms.office(form, ticket.matter, ticket.region)
        return await self._service.assign(ticket, by, office, form.get("staff", ""))

    async def accept(self, ticket: Ticket, by: Submission, _form: Form) -> Ticket:
        return await self._service.accept(ticket, by)

    async def reply(self, ticket: Ticket, by: Submission, form: Form) -> Ticket:
        text = mask_staff(text_field(form, "reply", "答复", most=_MOST_REPLY))
        return await self._service.reply(ticket, by, text, form.get("way", ""))

    async def deliver(self, ticket: Ticket, by: Submission, _form: Form) -> Ticket:
        return await self._service.deliver(ticket, by)

    async def told(self, ticket: Ticket, by: Submission, form: Form) -> Ticket:
        how = text_field(form, "how", "怎么告知的", most=MOST["reason"], needed=False)
        return await self._service.told(ticket, by, mask(how))

    def moved(self, act: str) -> Doing:
        """An act that leads to a state, with its reason where it needs one."""

        async def move(ticket: Ticket, by: Submission, form: Form) -> Ticket:
            reason = ""
            if ACTS[act].reason:
                reason = mask(text_field(form, f"{act}_reason", _LABELS[act], most=MOST["reason"]))
            return await self._service.move(ticket, by, act, reason)

        return move


class _Others:
    """What needs no version: notes, and a look at the number."""

    def __init__(self, kit: ConsoleKit, service: TicketService, pages: TicketPages) -> None:
        self._kit, self._service, self._pages = kit, service, pages

    async def note(self, request: Request, staff: Staff) -> Response:
        """A note for colleagues."""
        ticket = await self._service.get(str(request.path_params["id"]))
        form: Form = {}
        try:
            form = await self._kit.form(request)
            key = key_of(form)
            text = mask(text_field(form, "note", "备注", most=MOST["note"]))
            await run_in_threadpool(self._service.tickets.note, ticket.id, staff.id, key, text)
        except ApiError as error:
            return await self._pages.page(
                request, staff, ticket, status=error.status, error=error, form=form, wrong="note"
            )
        await self._kit.note(request, staff, "ticket_note", f"ticket:{ticket.number}")
        return self._kit.see_other(f"{HOME}/{ticket.id}", done="note")

    async def phone(self, request: Request, staff: Staff) -> Response:
        """The page with the number on it, this once."""
        ticket = await self._service.get(str(request.path_params["id"]))
        try:
            number = await self._service.phone(ticket, staff, uuid4().hex)
        except ApiError as error:
            return await self._pages.page(request, staff, ticket, status=error.status, error=error)
        await self._kit.note(request, staff, "ticket_phone", f"ticket:{ticket.number}")
        return await self._pages.page(request, staff, ticket, number=number)


def _changed(ticket: Ticket) -> ApiError:
    return ConflictError(
        f"您打开以后，这张工单被改动过（现在是“{STATES[ticket.state]}”），您这次的内容没有保存。",
        "下面是最新的内容，您填的还留在框里；看过右边的经过，仍要改就再提交一次。",
    )


def _not_now(ticket: Ticket) -> ApiError:
    return ConflictError(f"工单现在是“{STATES[ticket.state]}”，不能这样做。", "可能同事已经处理；请看右边的经过。")
