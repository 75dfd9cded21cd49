"""All that operators do with conversations, whatever page it comes from."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, GoneError, InputError
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.permissions import may
from koujing.desk.console.talks.calibers import Calibers
from koujing.desk.console.talks.live import Live
from koujing.desk.console.talks.shown import ShownTalk, Shows
from koujing.desk.holding import Room, UnreachableError
from koujing.private.mask import mask
from koujing.store.errors import SessionGoneError
from koujing.store.staff import Account
from koujing.store.takeovers import NotHolderError
from koujing.store.talk_lists import Talk, Talks
from koujing.store.ticket_lists import TicketLists
from koujing.store.ticket_rows import Ticket

__all__ = ["COLLEAGUE", "OFFICE", "Opened", "TalkService"]

COLLEAGUE, OFFICE = "staff", "office"
_GONE = "没有这个会话。"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Opened:
    """A conversation as its page shows it."""

    talk: Talk
    shown: ShownTalk
    room: Room | None
    longest: int
    callbacks: Sequence[tuple[Any, ...]]
    tickets: Sequence[Ticket] = ()


class TalkService:
    """Made once; what blocks runs in worker threads."""

    def __init__(self, parts: ConsoleParts, calibers: Calibers) -> None:
        self._parts, self.calibers = parts, calibers
        self.talks = Talks(parts.engine, parts.clock)
        self._tickets = TicketLists(parts.engine)
        self.live = Live(self.talks.moved)
        self._shows = Shows(parts.knowledge, parts.clock, parts.view)

    async def open(self, session_id: str) -> Opened:
        """A conversation with all that was said.

        Raises:
            GoneError: there is none.
        """
        talk = await self.get(session_id)
        voice = self._parts.conversations.holding and self._parts.conversations.holding.voice(talk.channel)
        room = await voice.room(session_id) if voice else None

        def read() -> tuple[ShownTalk, Sequence[tuple[Any, ...]], Sequence[Ticket]]:
            items = self.talks.transcript(talk)
            shown = self._shows.shown(items, room.states if room else {})
            return shown, self.talks.callbacks(session_id), self._tickets.of_session(session_id)

        shown, callbacks, tickets = await run_in_threadpool(read)
        return Opened(talk, shown, room, voice.longest if voice else 0, callbacks, tickets)

    async def get(self, session_id: str) -> Talk:
        """A conversation.

        Raises:
            GoneError: there is none.
        """
        talk = await run_in_threadpool(self.talks.get, session_id)
        if talk is None:
            raise GoneError(_GONE, "可能市民已清除对话，或地址不完整。")
        return talk

    async def take(self, session_id: str, staff: Staff, key: str) -> None:
        """Take it over.

        Raises:
            ConflictError: a colleague has it, or it cannot be.
        """
        talk = await self.get(session_id)
        if not await self._told(self._holding.take(session_id, talk.channel, staff.id, key)):
            other = (await self.get(session_id)).holder or "同事"
            raise ConflictError(f"{other}已经接手了这个会话。", "可以看，也可以写内部备注；要接着答复，请对方转给您。")
        self.live.wake(session_id)

    async def say(self, session_id: str, staff: Staff, key: str, text: str, pick: Mapping[str, str] | None) -> bool:
        """Answer the citizen; whether it was with approved words, as they stand.

        Raises:
            ConflictError, InputError: it is not said.
        """
        opened = await self.open(session_id)
        if opened.longest and len(text) > opened.longest:
            raise InputError(
                "text", f"有 {len(text)} 字，太长了。", f"这个渠道一次最多 {opened.longest} 字，请分几次发。"
            )
        calibers: list[str] = []
        if pick is not None:
            calibers = await run_in_threadpool(self.calibers.rests_on, pick, opened.shown.situation, text)
        data = {"calibers": calibers} if calibers else {}
        await self._told(self._holding.say(session_id, opened.talk.channel, staff.id, key, text, data))
        self.live.wake(session_id)
        return bool(calibers)

    async def give_back(self, session_id: str, staff: Staff, key: str) -> None:
        """Let the bot answer again.

        Raises:
            ConflictError: it is not this operator's.
        """
        talk = await self.get(session_id)
        await self._told(self._holding.give_back(session_id, talk.channel, staff.id, key))
        self.live.wake(session_id)

    async def pass_on(self, session_id: str, staff: Staff, key: str, to: str, reason: str) -> str:
        """Hand it to a colleague or to an office; the name of whom.

        Raises:
            ConflictError, InputError: it is not this operator's, or there is nobody of this name.
        """
        await self.get(session_id)
        kind, _, whom = to.partition(":")
        colleagues, offices = await self.others(staff)
        colleague = next((each for each in colleagues if kind == COLLEAGUE and str(each.id) == whom), None)
        if colleague is None and not (kind == OFFICE and whom in offices):
            raise InputError("to", "还没有选转给谁。", "请选一位同事或一个科室。")
        name = colleague.display if colleague else whom
        office = None if colleague else whom

        def passing() -> None:
            self._takeovers.pass_on(
                session_id, staff.id, key, colleague=colleague and colleague.id, office=office, name=name, reason=reason
            )

        await self._told(run_in_threadpool(passing))
        self.live.wake(session_id)
        return name

    async def note(self, session_id: str, staff: Staff, key: str, text: str) -> None:
        """Keep a note for colleagues.

        Raises:
            ConflictError: the channel is only to be read.
        """
        await self.get(session_id)
        await self._told(run_in_threadpool(self._takeovers.note, session_id, staff.id, key, mask(text)))
        self.live.wake(session_id)

    async def others(self, staff: Staff) -> tuple[list[Account], list[str]]:
        """The colleagues that a conversation can be handed to, and the offices that have any."""
        accounts = await run_in_threadpool(self._parts.staff.all)
        able = [each for each in accounts if each.disabled_at is None and may(each.roles, "takeover")]
        offices = sorted({each.office for each in able if each.office})
        return [each for each in able if each.id != staff.id], offices

    @property
    def _holding(self) -> Any:
        return self._parts.conversations.holding

    @property
    def _takeovers(self) -> Any:
        return self._parts.conversations.store.takeovers

    @staticmethod
    async def _told(acting: Awaitable[_T]) -> _T:
        """What the store and the channel refuse, told to the operator."""
        try:
            return await acting
        except NotHolderError as error:
            raise ConflictError(
                "这个会话现在不由您答复。", "可能已转给同事、已交还，或太久没有动作；请刷新页面看看。"
            ) from error
        except SessionGoneError as error:
            raise ConflictError("这个会话不能这样做。", "可能市民已清除对话，或这个渠道只能看。") from error
        except UnreachableError as error:
            raise ConflictError("没有发出去。", str(error)) from error
