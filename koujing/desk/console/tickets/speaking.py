"""A ticket's words to the citizen, on the channel where they asked: said once, in the transaction that changes the ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool

from koujing.desk.console.errors import ConflictError, InputError
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.tickets.wordings import Wordings
from koujing.desk.holding import Room, UnreachableError, Voice
from koujing.desk.web.secret import PhoneCipher
from koujing.store import talk_rows
from koujing.store.ticket_rows import Ticket, TicketChangedError
from koujing.store.tickets import Also, Tickets, add_line

__all__ = ["CLEARED", "LOST", "UNKNOWN", "Sending", "Speaking"]

CLEARED = "市民已清除对话，发不过去。请用别的方式告知。"
LOST = "没有送到。请再送一次，或用别的方式告知。"
UNKNOWN = "不知道送到没有：渠道已不再保留这条消息。请再送一次，或用别的方式告知。"


@dataclass(frozen=True)
class Sending:
    """A text about to be said: on which voice, by whom, and whether it is there at once (nothing limits the channel)."""

    voice: Voice
    session_id: str
    text: str
    staff_id: int
    at_once: bool


class Speaking:
    """Knows the channels."""

    def __init__(self, parts: ConsoleParts, tickets: Tickets, wordings: Wordings) -> None:
        self._parts, self._tickets, self._wordings = parts, tickets, wordings
        self._clock = parts.clock

    def voice(self, channel: str | None) -> Voice | None:
        """The voice of a channel; None where nobody can speak on it."""
        holding = getattr(self._parts.conversations, "holding", None)
        return holding.voice(channel) if holding is not None and channel else None

    def reaches(self, channel: str | None) -> bool:
        """Whether something can be said there at all."""
        return self.voice(channel) is not None

    async def room(self, ticket: Ticket) -> Room | None:
        """What may still be sent to the citizen; None where nothing limits it."""
        voice = self.voice(ticket.channel)
        if voice is None or ticket.session_id is None:
            return None
        return await voice.room(ticket.session_id)

    def longest(self, ticket: Ticket) -> int:
        """How many characters a reply may have on the citizen's channel."""
        voice, most = self.voice(ticket.channel), self._wordings.longest_reply
        return most if voice is None else min(most, voice.longest - len(self._said(ticket, "")))

    def notice(self, staff_id: int, words: Callable[[Ticket], str]) -> Also:
        """Says something as soon as the ticket has a number; where the citizen cannot be reached it is not said."""

        def also(connection: Connection, ticket: Ticket) -> None:
            voice = self.voice(ticket.channel)
            if voice is None or ticket.session_id is None:
                return
            key, text = f"ticket-{ticket.id}-opened", words(ticket)
            try:
                voice.says(connection, ticket.session_id, key, text)
            except UnreachableError:
                return
            add_line(connection, ticket.session_id, staff_id, key, text, self._clock.now(), ticket.number)

        return also

    async def prepare(self, ticket: Ticket, staff_id: int, reply: str) -> Sending:
        """The reply as it will be said.

        Raises:
            ConflictError: the citizen has no channel on which anybody could speak.
            InputError: it is longer than the channel takes.
        """
        voice = self.voice(ticket.channel)
        if voice is None or ticket.session_id is None:
            raise ConflictError(
                CLEARED if ticket.channel else "这张工单没有可以回复的线上渠道。", "请选“由人告知”，告知后登记。"
            )
        text = self._said(ticket, reply)
        if len(text) > voice.longest:
            hint = f"这个渠道最多 {self.longest(ticket)} 字。请写短些，或选“由人告知”。"
            raise InputError("reply", f"答复有 {len(reply)} 字，太长了。", hint)
        at_once = await voice.room(ticket.session_id) is None
        return Sending(voice, ticket.session_id, text, staff_id, at_once)

    async def send(
        self,
        ticket: Ticket,
        sending: Sending,
        version: int,
        act: str,
        key: str,
        values: Mapping[str, Any],
    ) -> Ticket:
        """Say it and change the ticket together; where the channel refuses, keep the reply and why.

        Raises:
            StoreError: the ticket cannot be changed; nothing is said.
        """
        said = f"ticket-{ticket.id}-{version}"
        now = self._clock.now()
        there = {"state": "replied", "delivery": "sent", "delivered_at": now}
        way = {"state": "undelivered", "delivery": "handed", "delivered_at": None}
        gone = {**values, **(there if sending.at_once else way), "delivery_key": said, "delivery_note": None}

        def say(connection: Connection, _ticket: Ticket) -> None:
            if talk_rows.lock(connection, sending.session_id) is None:
                raise UnreachableError(CLEARED)
            sending.voice.says(connection, sending.session_id, said, sending.text)
            add_line(connection, sending.session_id, sending.staff_id, said, sending.text, now, ticket.number)

        def change(given: Mapping[str, Any], reason: str = "", also: Also | None = None) -> Ticket:
            return self._tickets.change(ticket.id, version, sending.staff_id, act, key, given, reason=reason, also=also)

        try:
            after = await run_in_threadpool(change, gone, "", say)
        except UnreachableError as error:
            failed = {**values, "state": "undelivered", "delivery": "failed", "delivery_note": str(error)}
            return await run_in_threadpool(change, failed, str(error))
        await sending.voice.wake(sending.session_id)
        return after

    async def settle(self, ticket: Ticket) -> Ticket:
        """The ticket with what became of a reply on its way, where that is known by now."""
        if ticket.state != "undelivered" or ticket.delivery != "handed":
            return ticket
        voice = self.voice(ticket.channel)
        if voice is None or ticket.session_id is None:
            return await self._settled(ticket, CLEARED)
        room = await voice.room(ticket.session_id)
        state = "sent" if room is None else room.states.get(ticket.delivery_key or "", "")
        why = {"lost": (room and room.note) or LOST, "": UNKNOWN}
        if state == "sent":
            return await self._settled(ticket, None)
        return await self._settled(ticket, why[state]) if state in why else ticket

    async def _settled(self, ticket: Ticket, why: str | None) -> Ticket:
        """Sent where there is no reason why not."""
        values: dict[str, Any] = {"state": "replied", "delivery": "sent", "delivered_at": self._clock.now()}
        if why is not None:
            values = {"delivery": "failed", "delivery_note": why}
        act, key = ("delivered" if why is None else "failed"), f"{ticket.delivery_key}-{ticket.version}"

        def change() -> Ticket:
            return self._tickets.change(ticket.id, ticket.version, None, act, key, values, reason=why or "")

        try:
            return await run_in_threadpool(change)
        except TicketChangedError as error:
            return error.ticket

    async def wake(self, channel: str | None, session_id: str | None) -> None:
        """Something was said."""
        if (voice := self.voice(channel)) is not None and session_id is not None:
            await voice.wake(session_id)

    @staticmethod
    def number(cipher: PhoneCipher, kept: bytes) -> str | None:
        """A number again; None where it was encrypted with another secret."""
        try:
            return cipher.decrypt(kept)
        except InvalidToken:
            return None

    def _said(self, ticket: Ticket, reply: str) -> str:
        return self._wordings.reply.format(number=ticket.number, reply=reply)
