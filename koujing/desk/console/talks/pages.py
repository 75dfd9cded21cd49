"""The pages of conversations: the lists, and one of them, each kept up to date by events."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import GoneError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.talks.service import Opened, TalkService
from koujing.desk.console.talks.shown import CHANNELS, REASONS, ago, channel_name
from koujing.desk.console.tickets.naming import STATES as TICKET_STATES
from koujing.desk.errors import ApiError
from koujing.store.talk_lists import Talk

__all__ = ["HOME", "TalkPages", "page_routes"]

HOME = "/console/conversations"
TABS: Mapping[str, str] = {"waiting": "等待", "active": "进行中", "mine": "我的", "past": "以往"}
_SEE = "conversations"
_PIECES = ("head", "lines", "side", "acts")
_PAST = 50
_STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY_MILLISECONDS = 2000
# One who looks on is not noted again with every line that arrives.
_SAME_VIEW = dt.timedelta(hours=1)
_MOST_VIEWS = 2000


def page_routes(kit: ConsoleKit, pages: TalkPages) -> list[Route]:
    """The routes that show."""
    one = f"{HOME}/{{id}}"
    return [
        kit.route(HOME, pages.home, permission=_SEE),
        kit.route(f"{HOME}/list", pages.list, permission=_SEE, background=True),
        kit.route(f"{HOME}/events/{{tab}}", pages.events_of_all, permission=_SEE, background=True),
        kit.route(f"{HOME}/calibers", pages.calibers, permission="takeover"),
        kit.route(one, pages.show, permission=_SEE),
        kit.route(f"{one}/parts", pages.parts, permission=_SEE, background=True),
        kit.route(f"{one}/events", pages.events_of_one, permission=_SEE, background=True),
        kit.route(f"{one}/draft", pages.draft, permission="takeover"),
    ]


class TalkPages:
    """One method a route."""

    def __init__(self, kit: ConsoleKit, service: TalkService) -> None:
        self._kit, self._service = kit, service
        self._clock = kit.parts.clock
        self._seen: dict[tuple[int, str], dt.datetime] = {}

    # --- the lists

    async def home(self, request: Request, staff: Staff) -> Response:
        """The lists; the one that is looked at stands in the address."""
        return self._kit.html(request, staff, "talks.html", tabs=TABS, **await self._listed(request, staff))

    async def list(self, request: Request, staff: Staff) -> Response:
        """The same without what stands around it."""
        return self._kit.fragment(request, staff, "talks_list.html", tabs=TABS, **await self._listed(request, staff))

    async def _listed(self, request: Request, staff: Staff) -> dict[str, Any]:
        query, talks = request.query_params, self._service.talks
        tab = query.get("tab", "") if query.get("tab") in TABS else "waiting"
        channel = query.get("channel") if query.get("channel") in CHANNELS else None
        before = _moment(query.get("before", ""))

        def read() -> tuple[Sequence[Talk], tuple[int, int]]:
            listed: Mapping[str, Callable[[], Sequence[Talk]]] = {
                "waiting": talks.waiting,
                "active": talks.active,
                "mine": lambda: talks.of(staff.id),
                "past": lambda: talks.past(channel, before, _PAST),
            }
            return listed[tab](), talks.counts(staff.id)

        found, (waiting, mine) = await run_in_threadpool(read)
        if channel is not None and tab != "past":
            found = [each for each in found if each.channel.partition(":")[0] == channel]
        more = found[-1].touched_at.isoformat() if tab == "past" and len(found) == _PAST else None
        counts = {"waiting": waiting, "mine": mine}
        now = self._clock.now()
        names = {"channels": CHANNELS, "channel_name": channel_name, "reasons": REASONS}
        return {
            "tab": tab,
            "talks": found,
            "counts": counts,
            "channel": channel,
            "more": more,
            "now": now,
            "ago": ago,
            "staffed": await run_in_threadpool(self._kit.parts.opening.now),
            "opens": self._kit.parts.opening.moment,
            **names,
        }

    # --- one of them

    async def show(self, request: Request, staff: Staff) -> Response:
        """A conversation. That it was looked at is noted."""
        opened = await self._service.open(request.path_params["id"])
        await self._note_view(request, staff, opened.talk, always=True)
        return self._kit.html(request, staff, "talk.html", **await self.given(staff, opened))

    async def given(self, staff: Staff, opened: Opened, **more: Any) -> dict[str, Any]:
        """What the templates of a conversation take."""
        mine = opened.talk.held and opened.talk.staff_id == staff.id
        colleagues, offices = await self._service.others(staff) if mine else ([], [])
        names = {"channel_name": channel_name(opened.talk), "reasons": REASONS, "ago": ago, "now": self._clock.now()}
        region = opened.shown.region
        return {
            "talk": opened.talk,
            "shown": opened.shown,
            "room": opened.room,
            "longest": opened.longest,
            "callbacks": opened.callbacks,
            "tickets": opened.tickets,
            "ticket_callbacks": {ticket.callback for ticket in opened.tickets},
            "ticket_states": TICKET_STATES,
            "region_name": self._kit.parts.knowledge.regions.name(region) if region else None,
            "mine": mine,
            "may_take": staff.may("takeover") and not opened.talk.readable_only,
            "colleagues": colleagues,
            "offices": offices,
            "key": uuid4().hex,
            "error": None,
            "draft": "",
            **names,
            **more,
        }

    async def parts(self, request: Request, staff: Staff) -> Response:
        """The pieces of the page that change."""
        opened = await self._service.open(request.path_params["id"])
        await self._note_view(request, staff, opened.talk)
        given = await self.given(staff, opened)
        pieces = {name: self._kit.text(request, staff, f"talk_{name}.html", **given) for name in _PIECES}
        mode = "mine" if given["mine"] else "held" if opened.talk.held else "free"
        return self._kit.json({"parts": pieces, "mode": mode, "revision": opened.talk.revision})

    async def calibers(self, request: Request, _staff: Staff) -> Response:
        """Approved words, by search."""
        query = request.query_params
        region = query.get("region") or None
        if region is not None and self._kit.parts.knowledge.regions.get(region) is None:
            region = None
        typed = query.get("q", "")[: self._kit.parts.settings.message_length]
        return self._kit.json({"found": await run_in_threadpool(self._service.calibers.find, typed, region)})

    async def draft(self, request: Request, _staff: Staff) -> Response:
        """The words of what was picked, for this citizen."""
        opened = await self._service.open(request.path_params["id"])
        pick = {name: request.query_params.get(name, "") for name in ("matter", "aspect", "topic", "text")}
        made = await run_in_threadpool(self._service.calibers.draft, pick, opened.shown.situation)
        return self._kit.json(made or {"badge": "pending", "badge_text": "待核", "text": ""})

    # --- events

    async def events_of_all(self, request: Request, _staff: Staff) -> Response:
        """That something happened in any of them.

        Raises:
            GoneError: there is no such list.
        """
        if request.path_params["tab"] not in TABS:
            raise GoneError("没有这个列表。")
        return self._stream(request, None)

    async def events_of_one(self, request: Request, _staff: Staff) -> Response:
        """That something happened in one of them."""
        talk = await self._service.get(request.path_params["id"])
        return self._stream(request, talk.session_id)

    def _stream(self, request: Request, session_id: str | None) -> Response:
        async def streamed() -> AsyncIterator[str]:
            # What happened before the stream stood is read by the page at once.
            yield f"retry: {_RETRY_MILLISECONDS}\n\nevent: moved\ndata: 1\n\n"
            async for moved in self._service.live.follow(session_id, lambda: self._kit.alive(request)):
                if moved or session_id is None:
                    yield "event: moved\ndata: 1\n\n" if moved else ": \n\n"
                    continue
                try:
                    talk = await self._service.get(session_id)
                except ApiError:
                    yield "event: gone\ndata: 1\n\n"
                    return
                # What an operator said may have been delivered since.
                yield "event: moved\ndata: 1\n\n" if talk.held else ": \n\n"

        return StreamingResponse(streamed(), media_type="text/event-stream", headers=_STREAM)

    async def _note_view(self, request: Request, staff: Staff, talk: Talk, *, always: bool = False) -> None:
        now, view = self._clock.now(), (staff.id, talk.session_id)
        seen = self._seen.pop(view, None)
        anew = always or seen is None or seen <= now - _SAME_VIEW
        self._seen[view] = now if anew or seen is None else seen
        if anew:
            await self._kit.note(request, staff, "talk_view", f"talk:{talk.session_id}", channel=talk.channel)
        while len(self._seen) > _MOST_VIEWS:
            del self._seen[next(iter(self._seen))]


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
