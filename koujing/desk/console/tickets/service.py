"""All that is done with tickets (工单), whatever page it comes from: their days, their states, and the words to the citizen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, GoneError, InputError
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.permissions import may
from koujing.desk.console.rendering import day
from koujing.desk.console.tickets.offices import Offices
from koujing.desk.console.tickets.opening import Draft
from koujing.desk.console.tickets.speaking import Speaking
from koujing.desk.console.tickets.wordings import Wordings
from koujing.desk.web.secret import PhoneCipher
from koujing.store.staff import Account
from koujing.store.ticket_lists import Due, TicketLists
from koujing.store.ticket_rows import CallbackTakenError, Ticket, TicketGoneError
from koujing.store.ticket_states import ACTS
from koujing.store.tickets import Tickets
from koujing.workdays import Counted, Workdays, warning

__all__ = ["Submission", "TicketService"]

# Nobody of the office is on it any more.
_CLEARS_WORKER = frozenset({"return"})


@dataclass(frozen=True)
class Submission:
    """One form: who sent it, the version of the ticket that they saw, and the name by which it is done once."""

    staff: Staff
    version: int
    key: str


class TicketService:
    """Made once; what blocks runs in worker threads."""

    def __init__(
        self,
        parts: ConsoleParts,
        offices: Offices,
        wordings: Wordings,
        cipher: PhoneCipher,
        workdays: Workdays | None = None,
    ) -> None:
        self._parts, self.offices, self._wordings, self._cipher = parts, offices, wordings, cipher
        self._clock, self._workdays = parts.clock, workdays or Workdays()
        self.tickets, self.lists = Tickets(parts.engine, parts.clock), TicketLists(parts.engine)
        self.speaking = Speaking(parts, self.tickets, wordings)

    # --- days

    def today(self) -> dt.date:
        """The day it is; never the day of the demonstration, as tickets are worked on now."""
        return self._clock.now().date()

    def soon(self) -> dt.date:
        """The next working day."""
        return self._workdays.add(self.today(), 1).day

    def due(self, office: str | None, kind: str, priority: str, at: dt.datetime | None = None) -> Counted:
        """The last day of a ticket that counts from a moment, else from now."""
        return self.offices.due(self._workdays, office, kind, priority, at or self._clock.now())

    @staticmethod
    def warning(ticket: Ticket) -> str | None:
        """What must be told of its last day, where holidays were not known."""
        return warning(ticket.unsure_years)

    async def due_counts(self, staff: Staff | None = None) -> Due:
        """How many are due, of all or of somebody's."""
        office = self.offices.named(staff.office) if staff else None

        def count() -> Due:
            today, soon = self.today(), self.soon()
            if staff is None:
                return self.lists.due(today, soon)
            return self.lists.due(today, soon, staff.id, office.id if office else None)

        return await run_in_threadpool(count)

    # --- opened and read

    async def open(
        self, staff: Staff, key: str, draft: Draft, fields: Mapping[str, Any], phone: str | None, *, tell: bool
    ) -> int:
        """A new ticket; its id. `tell`: the citizen is told in the conversation, where that is possible.

        Raises:
            ConflictError: there is one of this request already.
        """
        counted = self.due(fields["office"], fields["kind"], fields["priority"])
        row = {
            **fields, **_days(counted), "source": draft.source, "session_id": draft.session_id,
            "channel": draft.channel, "call_id": draft.call_id, "callback": draft.callback, "aspect": draft.aspect,
            "phone": self._cipher.encrypt(phone) if phone else None,
        }  # fmt: skip

        def words(ticket: Ticket) -> str:
            return self._wordings.opened.format(number=ticket.number, due=day(ticket.due_on), code=ticket.code)

        also = self.speaking.notice(staff.id, words) if tell and self.speaking.reaches(draft.channel) else None
        try:
            made = await run_in_threadpool(self.tickets.open, key, staff.id, row, also)
        except CallbackTakenError as error:
            raise ConflictError("这个回电请求已经建了工单。", "请从工单列表打开它。") from error
        if also is not None:
            await self.speaking.wake(draft.channel, draft.session_id)
        return made

    async def get(self, ticket_id: str) -> Ticket:
        """A ticket; what became of a reply on its way is looked at first.

        Raises:
            GoneError: there is none.
        """
        known = ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) < 12
        try:
            if known:
                ticket = await run_in_threadpool(self.lists.get, int(ticket_id))
                return await self.speaking.settle(ticket)
        except TicketGoneError:
            pass
        raise GoneError("没有这张工单。", "请核对编号，或从工单列表打开。")

    async def settle(self) -> None:
        """Look at what became of replies on their way."""
        for ticket in await run_in_threadpool(self.lists.handed):
            await self.speaking.settle(ticket)

    async def phone(self, ticket: Ticket, staff: Staff, key: str) -> str:
        """The number of the person concerned; that it was looked at stands in the history.

        Raises:
            GoneError: there is none, or it cannot be read.
        """
        kept = await run_in_threadpool(self.tickets.phone, ticket.id)
        number = kept and self.speaking.number(self._cipher, kept)
        if not number:
            raise GoneError("没有电话号码。", "市民可能已撤回回电请求，或号码是用另一个密钥存的。")
        await run_in_threadpool(self.tickets.note, ticket.id, staff.id, key, "", "phone")
        return number

    async def colleagues(self) -> list[Account]:
        """Who can work on tickets."""
        accounts = await run_in_threadpool(self._parts.staff.all)
        return [each for each in accounts if each.disabled_at is None and may(each.roles, "tickets")]

    # --- changed

    async def edit(self, ticket: Ticket, by: Submission, fields: Mapping[str, Any], phone: str | None) -> Ticket:
        """Other facts about it; its day follows its kind and urgency."""
        counted = self.due(ticket.office, fields["kind"], fields["priority"], ticket.counted_from)
        values = {**fields, **_days(counted)}
        if phone:
            values["phone"] = self._cipher.encrypt(phone)
        return await self._change(ticket, by, "edit", values)

    async def assign(self, ticket: Ticket, by: Submission, office: str | None, worker: str) -> Ticket:
        """To an office, and to one of its people where one is chosen; its day follows the office.

        Raises:
            InputError: no office is chosen, or there is nobody of this name.
        """
        if office is None:
            raise InputError("office", "还没有选承办科室。", "请从列表里选。")
        staff_id = None
        if worker:
            staff_id = next((each.id for each in await self.colleagues() if str(each.id) == worker), None)
            if staff_id is None:
                raise InputError("staff", "没有这个承办人。", "请从列表里选，或不选（由科室自己分）。")
        counted = self.due(office, ticket.kind, ticket.priority, ticket.counted_from)
        values = {"office": office, "staff_id": staff_id, "state": ACTS["assign"].to, **_days(counted)}
        return await self._change(ticket, by, "assign", values)

    async def accept(self, ticket: Ticket, by: Submission) -> Ticket:
        """Work on it oneself; without an office it goes to one's own, else to whose matter it is."""
        values: dict[str, Any] = {"staff_id": by.staff.id, "state": ACTS["accept"].to}
        if ticket.office is None:
            own = self.offices.named(by.staff.office) or self.offices.owner(ticket.matter, ticket.region)
            values |= {"office": own.id, **_days(self.due(own.id, ticket.kind, ticket.priority, ticket.counted_from))}
        return await self._change(ticket, by, "accept", values)

    async def move(self, ticket: Ticket, by: Submission, act: str, reason: str) -> Ticket:
        """Into the state that an act leads to: lack, supply, return, close, reopen, void."""
        values: dict[str, Any] = {"state": ACTS[act].to}
        if act in _CLEARS_WORKER:
            values["staff_id"] = None
        if act in ("close", "void"):
            values["closed_at"] = self._clock.now()
        if act == "reopen":
            now = self._clock.now()
            counted = self.due(ticket.office, ticket.kind, ticket.priority, now)
            values |= {
                "counted_from": now,
                "closed_at": None,
                "delivery": None,
                "delivery_note": None,
                **_days(counted),
            }
        return await self._change(ticket, by, act, values, reason)

    async def reply(self, ticket: Ticket, by: Submission, text: str, way: str) -> Ticket:
        """Answer: on the citizen's channel (`way` channel), or for a person to tell (`way` told).

        Raises:
            ConflictError, InputError: nothing is kept.
        """
        if len(text) > self._wordings.longest_reply:
            hint = f"最多 {self._wordings.longest_reply} 字。"
            raise InputError("reply", f"答复有 {len(text)} 字，太长了。", hint)
        values = {"reply": text, "replied_by": by.staff.id, "replied_at": self._clock.now()}
        return await self._send(ticket, by, "reply", values, way)

    async def deliver(self, ticket: Ticket, by: Submission) -> Ticket:
        """Send the reply on the citizen's channel once more, as it did not get there.

        Raises:
            ConflictError: it is on its way, or cannot be.
        """
        return await self._send(ticket, by, "deliver", {}, "channel")

    async def told(self, ticket: Ticket, by: Submission, how: str) -> Ticket:
        """The citizen was told the reply in person."""
        now = self._clock.now()
        values = {"state": ACTS["told"].to, "delivery": "told", "delivery_note": how or None, "delivered_at": now}
        return await self._change(ticket, by, "told", values, how)

    async def _send(self, ticket: Ticket, by: Submission, act: str, values: Mapping[str, Any], way: str) -> Ticket:
        if ticket.delivery == "handed" and ticket.state == "undelivered":
            raise ConflictError("上一次的答复还在路上。", "送到了会自动变成“已答复”；没有送到时可以再送一次。")
        if way != "channel":
            kept = {**values, "state": "undelivered", "delivery": None, "delivery_note": None}
            return await self._change(ticket, by, act, kept)
        sending = await self.speaking.prepare(ticket, by.staff.id, values.get("reply") or ticket.reply or "")
        return await self.speaking.send(ticket, sending, by.version, act, by.key, values)

    async def _change(
        self, ticket: Ticket, by: Submission, act: str, values: Mapping[str, Any], reason: str = ""
    ) -> Ticket:
        def change() -> Ticket:
            return self.tickets.change(ticket.id, by.version, by.staff.id, act, by.key, values, reason=reason)

        return await run_in_threadpool(change)


def _days(counted: Counted) -> dict[str, Any]:
    return {"due_on": counted.day, "due_unsure": ",".join(map(str, counted.unsure))}
