"""All that a website's visitor can do, whatever carries it: the JSON API, or the page that needs no script."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool

from koujing.clock import Clock
from koujing.desk.errors import ApiError, NotFoundError
from koujing.desk.limits import Limits
from koujing.desk.opening import Staffed
from koujing.desk.script import DEFAULT_SCRIPT, converted
from koujing.desk.web.accepting import accept
from koujing.desk.web.answering import Answer, Turns
from koujing.desk.web.bell import Bell
from koujing.desk.web.callbacks import keep_callback, revoke_callback
from koujing.desk.web.errors import UnknownSiteError, invalid_session, session_expired, told, wrong_site
from koujing.desk.web.events import Hub
from koujing.desk.web.parts import WebParts
from koujing.desk.web.request import Callback, Message, Opening, Opinion
from koujing.desk.web.shown import Shown, greeting
from koujing.desk.web.sites import Site
from koujing.desk.web.speaking import WebVoice
from koujing.desk.web.tokens import Session
from koujing.desk.web.transcript import transcript
from koujing.desk.web.view import reach
from koujing.desk.web.visit import Visit
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.codes import new_session_id
from koujing.store.store import Store

__all__ = ["Website"]

_MOST_EVENTS = 200
_HEARTBEAT_SECONDS = 15.0

EventDict = dict[str, Any]


class Website:
    """The website's side of the desk. What blocks runs in worker threads; what waits holds none."""

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        clock: Clock,
        store: Store,
        parts: WebParts,
        answer: Answer,
        limits: Limits | None = None,
        bell: Bell | None = None,
    ) -> None:
        self._settings, self._knowledge, self._clock, self._store = settings, knowledge, clock, store
        self._parts, self._bell = parts, bell
        self._hub = Hub(parts.events, settings.web_readers, bell=bell)
        self._turns = Turns(
            parts.events,
            answer,
            parts.trackers,
            self._hub,
            clock,
            sorry=str(knowledge.wordings["error"]),
            patience=settings.answer_seconds,
            start_patience=settings.start_seconds,
        )
        self._shown = Shown(knowledge, parts.view)
        self.limits = limits or Limits()
        self._messages = self.limits.rate("web messages", settings.web_messages_per_minute)
        self._addresses = self.limits.rate("web addresses", settings.web_address_per_minute)
        self._reads = self.limits.rate("web reads", settings.web_reads_per_minute)
        self._idle = dt.timedelta(hours=settings.web_idle_hours)

    @property
    def sites(self) -> Mapping[str, Site]:
        """The sites by id."""
        return self._parts.sites

    @property
    def streams(self) -> int:
        """How many connections wait for events."""
        return self._hub.readers

    @property
    def voice(self) -> WebVoice:
        """By which a person speaks in its conversations."""
        return WebVoice(self._parts.events, self._hub.wake)

    def announced(self) -> list[str]:
        """What is announced on every channel now; read from the store at times only."""
        return [announcement.text for announcement in self._parts.switches.now().announcements]

    def staffed(self, site: Site) -> Staffed | None:
        """Whether people answer now; None where nothing tells when."""
        return self._parts.opening.now(site)

    def site(self, id: str, origin: str | None, own: str) -> Site:
        """A site that a page from `origin` may use; None is the desk's own page.

        Raises:
            UnknownSiteError, ForbiddenError: there is none, or it is another's.
        """
        site = self._parts.sites.get(id)
        if site is None:
            raise UnknownSiteError(id)
        if origin is not None and not site.allows(origin, own):
            raise wrong_site(id)
        return site

    async def open(self, site: Site, opening: Opening, address: str) -> dict[str, Any]:
        """Begin a conversation: its token and what a screen shows before the first message."""
        await self._addresses.spend(address)
        region = opening.region or site.region
        session = Session(new_session_id(), int(self._clock.now().timestamp()), site.id, region)
        with told():
            await run_in_threadpool(self._store.session, site.client, session.id)
        token = self._parts.tokens.issue(session)
        announced = await run_in_threadpool(self.announced)
        staffed = await run_in_threadpool(self.staffed, site)
        greeted = greeting(site, region, self._settings, self._knowledge, self._clock, announced, staffed)
        return {"token": token, "cursor": 0, **greeted}

    async def visit(self, token: str, origin: str | None, own: str) -> Visit:
        """The session of a token, used from a page of `origin`; None is the desk's own page.

        Raises:
            SessionError, ForbiddenError: the token is none of ours, too old, or another site's.
        """
        session = self._parts.tokens.read(token)
        site = self._parts.sites.get(session.site) if session else None
        if session is None or site is None:
            raise invalid_session()
        if origin is not None and not site.allows(origin, own):
            raise wrong_site(site.id)
        with told():
            seen = await run_in_threadpool(self._parts.visits.find, site.client, session.id)
        if seen is None or self._clock.now() - seen.at > self._idle:
            raise session_expired()
        return Visit(site, seen.session_id, session.region)

    async def send(self, visit: Visit, message: Message, address: str) -> int:
        """Accept a message, whose answer comes as events; its cursor.

        Raises:
            ApiError: it cannot be accepted.
        """
        await self._messages.spend(visit.session_id)
        await self._addresses.spend(address)
        with told():
            cursor = await run_in_threadpool(accept, self._parts.events, visit.session_id, visit.region, message)
        self._turns.start(visit.session_id)
        self._hub.wake(visit.session_id)
        return cursor

    async def retry(self, visit: Visit, message_id: str, address: str) -> None:
        """Try once more to answer a message that failed, for a client that no longer knows what it said.

        Raises:
            ApiError: there is no such message, or too many were sent.
        """
        await self._messages.spend(visit.session_id)
        await self._addresses.spend(address)
        with told():
            known = await run_in_threadpool(self._parts.events.again, visit.session_id, message_id)
        if not known:
            raise NotFoundError("本次对话里没有这条消息。", "请重新输入。")
        self._turns.start(visit.session_id)

    async def events(
        self, visit: Visit, after: int, *, wait: float = 0, script: str = DEFAULT_SCRIPT
    ) -> list[EventDict]:
        """What happened behind a cursor; where that is nothing, what happens within the time to wait."""
        await self._reads.spend(visit.session_id)
        if not wait:
            return await self._read(visit, after, script)
        with self._hub.reader(visit.session_id) as reader:
            found = await self._read(visit, after, script)
            if not found and not reader.ended and await reader.wait(wait):
                found = await self._read(visit, after, script)
        return found

    async def follow(
        self, visit: Visit, after: int, *, script: str = DEFAULT_SCRIPT
    ) -> AsyncGenerator[list[EventDict], None]:
        """What happened behind a cursor and what happens, as it happens; an empty list where it is quiet for long.

        Raises:
            TooManyRequestsError: at once, where the session reads too often.
        """
        await self._reads.spend(visit.session_id)
        return self._follow(visit, after, script)

    async def _follow(self, visit: Visit, after: int, script: str) -> AsyncGenerator[list[EventDict], None]:
        with self._hub.reader(visit.session_id) as reader:
            while not reader.ended:
                try:
                    found = await self._read(visit, after, script)
                except ApiError:
                    return
                if found:
                    after = found[-1]["id"]
                    yield found
                    if len(found) == _MOST_EVENTS:
                        continue
                if not reader.ended and not await reader.wait(_HEARTBEAT_SECONDS):
                    yield []

    async def judge(self, visit: Visit, opinion: Opinion, address: str) -> None:
        """Keep whether a reply of this session was of use.

        Raises:
            NotFoundError: it is no reply of this session.
        """
        await self._addresses.spend(address)
        kept = await run_in_threadpool(
            lambda: self._parts.feedback.keep(
                visit.session_id, opinion.receipt, useful=opinion.useful, reason=opinion.reason, note=opinion.note
            )
        )
        if not kept:
            raise NotFoundError("本次对话里没有这个回执。", "只能评价本次对话里的答复。")

    async def judged(self, visit: Visit) -> dict[str, bool]:
        """The receipts of this session that were judged, and whether they were of use."""
        return await run_in_threadpool(self._parts.feedback.kept, visit.session_id)

    async def ask_callback(self, visit: Visit, callback: Callback, address: str) -> tuple[str, dt.datetime]:
        """Keep a wish to be called back; its code, and until when it can be taken back."""
        await self._addresses.spend(address)
        with told():
            kept = await run_in_threadpool(keep_callback, self._parts, visit.session_id, visit.site.id, callback)
        self._hub.wake(visit.session_id)
        return kept

    async def revoke_callback(self, visit: Visit, code: str) -> None:
        """Take a wish to be called back back.

        Raises:
            NotFoundError, TooLateError: it is not this session's, or older than ten minutes.
        """
        with told():
            await run_in_threadpool(revoke_callback, self._parts, visit.session_id, code)
        self._hub.wake(visit.session_id)

    async def forget(self, visit: Visit) -> None:
        """Remove the conversation; its token is dead from here on."""
        await run_in_threadpool(self._parts.visits.remove, visit.session_id)
        self._hub.wake(visit.session_id)
        await run_in_threadpool(self._parts.trackers.remove, visit.session_id)

    async def transcript(self, visit: Visit, *, script: str = DEFAULT_SCRIPT) -> str:
        """The conversation as a text."""
        await self._reads.spend(visit.session_id)
        events: list[EventDict] = []
        after = 0
        while found := await self._read(visit, after, script):
            events += found
            after = found[-1]["id"]
        return transcript(visit.site, events, reach(self._knowledge), partial(converted, script=script))

    def close(self) -> None:
        """End what waits for events, so that connections end: the program stops."""
        self._hub.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch for events of other processes and answer what was left; at the end let the answers under way finish."""
        tasks = [asyncio.create_task(self._hub.watch()), asyncio.create_task(self._turns.sweep())]
        if self._bell is not None:
            tasks.append(asyncio.create_task(self._bell.listen(self._hub.heard)))
        try:
            yield
        finally:
            self._hub.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._turns.stop(self._settings.answer_seconds)

    async def _read(self, visit: Visit, after: int, script: str) -> list[EventDict]:
        def read() -> list[EventDict]:
            found = self._parts.events.after(visit.session_id, after, _MOST_EVENTS)
            return [self._shown.event(event, script) for event in found]

        with told():
            return await run_in_threadpool(read)
