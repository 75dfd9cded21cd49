"""The list of open points, one of them, and putting a question under one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import GoneError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.open_points.service import LONGEST_FIELDS, LinkFrom, PointService
from koujing.desk.console.reviews.gathering import path_of
from koujing.desk.console.reviews.proposing import LONGEST
from koujing.desk.errors import ApiError
from koujing.store.open_points import STATES

__all__ = ["POINTS", "point_routes"]

POINTS = "/console/open-points"
_SEE = "open_points"
STATE_NAMES: Mapping[str, str] = {
    "open": "待问", "asked": "已问科室", "answered": "已答复", "patched": "在补丁里", "published": "已发布", "dropped": "撤销"
}  # fmt: skip
SOURCES: Mapping[str, str] = {"auto": "自动归入", "review": "复核", "talk": "会话", "ticket": "工单", "hand": "手工"}
_OF = ("review", "ticket", "talk")


def point_routes(kit: ConsoleKit, service: PointService) -> list[Route]:
    """The routes."""
    pages = _PointPages(kit, service)
    one = f"{POINTS}/{{id:int}}"
    acts = {"change": pages.change, "ask": pages.ask, "drop": pages.drop, "answer": pages.answer, "draft": pages.draft}
    return [
        kit.route(POINTS, pages.home, permission=_SEE),
        kit.route(f"{POINTS}/add", pages.add, permission=_SEE),
        kit.route(f"{POINTS}/add", pages.added, ["POST"], permission=_SEE),
        kit.route(one, pages.show, permission=_SEE),
        *(kit.route(f"{one}/{name}", act, ["POST"], permission=_SEE) for name, act in acts.items()),
        kit.route(f"{one}/unlink/{{hit:int}}", pages.unlink, ["POST"], permission=_SEE),
    ]


class _PointPages:
    def __init__(self, kit: ConsoleKit, service: PointService) -> None:
        self._kit, self._service = kit, service

    async def home(self, request: Request, staff: Staff) -> Response:
        """All of them, most asked first, and what the notices leave open without a number yet."""
        query, service = request.query_params, self._service
        given = {name: query.get(name, "").strip()[:80] for name in ("state", "office", "matter", "q")}

        def read() -> dict[str, Any]:
            service.reviews.look()
            found = service.points.find(
                given["state"] or None, given["office"] or None, given["matter"] or None, given["q"] or None
            )
            return {"points": found, "counts": service.points.counts(), "waiting": service.waiting()}

        shown = {**await run_in_threadpool(read), "given": given, "filtered": any(given.values()), **self._common()}
        return self._kit.html(request, staff, "open_points.html", **shown)

    # --- a new one, or a question under one

    async def add(self, request: Request, staff: Staff) -> Response:
        """Choose the point for a question, or word a new one."""
        return await self._adding(request, staff, dict(request.query_params))

    async def added(self, request: Request, staff: Staff) -> Response:
        """The question is put under the point."""
        form = dict(await self._kit.form(request))
        try:
            what = await run_in_threadpool(self._service.source, form)
            id, opened = await run_in_threadpool(self._chosen, staff, form)
            linked = what is not None and await run_in_threadpool(self._service.link, id, what)
        except InputError as error:
            return await self._adding(request, staff, form, error)
        if opened:
            await self._kit.note(request, staff, "point_open", f"point:{id}")
        if linked and what is not None:
            await self._kit.note(request, staff, "point_link", f"point:{id}", source=f"{what.source}:{what.id}")
        return self._kit.see_other(f"{POINTS}/{id}", done="linked" if linked else "opened" if opened else "there")

    def _chosen(self, staff: Staff, form: Mapping[str, str]) -> tuple[int, bool]:
        id = form.get("point", "")
        if id.isascii() and id.isdigit() and len(id) < 12:
            return self._service.get(int(id)).id, False
        before = set(self._service.points.keys().values())
        made = self._service.open(staff, form)
        return made, made not in before

    async def _adding(
        self, request: Request, staff: Staff, given: Mapping[str, str], error: ApiError | None = None
    ) -> Response:
        service = self._service
        what: LinkFrom | None = await run_in_threadpool(service.source, given)
        if what is not None and what.session_id is not None and error is None:
            await self._kit.note(request, staff, "point_view", "point:add", talk=what.session_id)

        def read() -> dict[str, Any]:
            points = service.points.find()
            near = [point for point in points if what is not None and what.matter == point.matter]
            return {"points": sorted(points, key=lambda point: (point not in near, point.id))}

        choices = service.reviews.choices
        if what is not None and not given.get("title"):
            given = {**service.worded_for(what), **given}
        shown = {
            **await run_in_threadpool(read),
            "what": what,
            "of": next(((name, given[name]) for name in _OF if given.get(name)), None),
            "provisions": choices.provisions(what.matter if what else None, what.region if what else None),
            "form": given,
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            **self._common(),
        }
        return self._kit.html(request, staff, "open_point_add.html", error.status if error else 200, **shown)

    # --- one of them

    async def show(self, request: Request, staff: Staff) -> Response:
        """A point with the questions under it. That they were looked at is noted."""
        return await self._page(request, staff)

    async def change(self, request: Request, staff: Staff) -> Response:
        """Its wording and its office."""
        return await self._act(request, staff, "change", "point_change", self._service.change)

    async def ask(self, request: Request, staff: Staff) -> Response:
        """The office was asked."""
        return await self._act(request, staff, "ask", "point_change", self._service.ask)

    async def drop(self, request: Request, staff: Staff) -> Response:
        """It is none."""
        return await self._act(request, staff, "drop", "point_change", self._service.drop)

    async def answer(self, request: Request, staff: Staff) -> Response:
        """The office's answer."""
        return await self._act(request, staff, "answer", "point_answer", self._service.answer)

    async def draft(self, request: Request, staff: Staff) -> Response:
        """The answer as a caliber's draft."""
        return await self._act(request, staff, "draft", "review_change", self._service.draft)

    async def unlink(self, request: Request, staff: Staff) -> Response:
        """A question that does not belong there."""
        id, hit = int(request.path_params["id"]), int(request.path_params["hit"])
        if not await run_in_threadpool(self._service.points.unlink, id, hit):
            raise GoneError("这个待明确事项下没有这个问题。")
        await self._kit.note(request, staff, "point_unlink", f"point:{id}")
        return self._kit.see_other(f"{POINTS}/{id}", done="unlinked")

    async def _act(
        self, request: Request, staff: Staff, name: str, noted: str, act: Callable[[int, Staff, Mapping[str, str]], Any]
    ) -> Response:
        id = int(request.path_params["id"])
        await run_in_threadpool(self._service.get, id)
        form: Mapping[str, str] = {}
        try:
            form = await self._kit.form(request)
            await run_in_threadpool(act, id, staff, form)
        except ApiError as error:
            return await self._page(request, staff, error, form, name)
        await self._kit.note(request, staff, noted, f"point:{id}", to=name)
        return self._kit.see_other(f"{POINTS}/{id}", done=name)

    async def _page(
        self,
        request: Request,
        staff: Staff,
        error: ApiError | None = None,
        form: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Response:
        id, service = int(request.path_params["id"]), self._service

        def read() -> dict[str, Any]:
            return {
                "point": service.get(id), "hits": service.points.hits(id), "tickets": service.tickets(id),
                "changes": service.reviews.patches.of_point(id),
            }  # fmt: skip

        found = await run_in_threadpool(read)
        if error is None:
            await self._kit.note(request, staff, "point_view", f"point:{id}")
        point = found["point"]
        shown = {
            **found,
            "clauses": service.reviews.choices.clauses(point.region, point.matter),
            "cited": self._kit.parts.knowledge.clauses.get(point.clause),
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            "failed": name,
            "form": form or {},
            "done": request.query_params.get("done") if error is None else None,
            **self._common(),
        }
        return self._kit.html(request, staff, "open_point.html", error.status if error else 200, **shown)

    def _common(self) -> dict[str, Any]:
        return {
            "names": self._service.reviews.names,
            "choices": self._service.reviews.choices,
            "offices": self._service.offices,
            "states": STATE_NAMES,
            "order": STATES,
            "sources": SOURCES,
            "longest": {**LONGEST, **LONGEST_FIELDS},
            "draft_longest": LONGEST,
            "path_of": path_of,
            "clauses_by_id": self._kit.parts.knowledge.clauses,
        }
