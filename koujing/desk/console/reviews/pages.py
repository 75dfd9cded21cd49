"""The list of turns to look at, and one of them with all that can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import GoneError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.open_points.service import PointService
from koujing.desk.console.reviews.filters import FIELDS, filter_of, given_filters, whole
from koujing.desk.console.reviews.gathering import path_of
from koujing.desk.console.reviews.proposing import LONGEST
from koujing.desk.console.reviews.service import LONGEST_NOTE, ReviewService
from koujing.desk.console.reviews.told import told
from koujing.desk.errors import ApiError
from koujing.labels import STATUS
from koujing.store.reviews import Filter

__all__ = ["HOME", "review_routes"]

HOME = "/console/review"
_SEE = "review"
_A_PAGE = 50
_PATH_QUERY = "from"


def review_routes(kit: ConsoleKit, service: ReviewService, points: PointService) -> list[Route]:
    """The routes of turns."""
    pages = _Pages(kit, service, points)
    one = f"{HOME}/{{id:int}}"
    acts = {
        "label": pages.label, "dismiss": pages.dismiss, "done": pages.done, "reopen": pages.reopen,
        "example": pages.example, "draft": pages.draft,
    }  # fmt: skip
    return [
        kit.route(HOME, pages.home, permission=_SEE),
        kit.route(one, pages.show, permission=_SEE),
        *(kit.route(f"{one}/{name}", act, ["POST"], permission=_SEE) for name, act in acts.items()),
    ]


class _Pages:
    def __init__(self, kit: ConsoleKit, service: ReviewService, points: PointService) -> None:
        self._kit, self._service, self._points = kit, service, points.points

    # --- the list

    async def home(self, request: Request, staff: Staff) -> Response:
        """What fits the filters, the newest first."""
        given, error, wanted = given_filters(request.query_params), None, Filter(state="")
        try:
            wanted = filter_of(given, self._kit.parts.knowledge.regions)
        except InputError as wrong:
            error = wrong
        page = whole(request.query_params.get("page", ""))
        reviews = self._service.reviews

        def read() -> dict[str, Any]:
            whole = self._service.look()
            found = reviews.find(wanted, skip=(page - 1) * _A_PAGE, most=_A_PAGE)
            return {"whole": whole, "turns": found, "total": reviews.count(wanted), "counts": reviews.states(wanted)}

        query = {field: value for field, value in given.items() if value}
        shown = {
            **await run_in_threadpool(read),
            "given": given,
            "matters": {**self._service.choices.matters, **self._service.choices.outside},
            "query": urlencode(query),
            "others": [(field, value) for field, value in query.items() if field != "state"],
            "filtered": any(value for field, value in given.items() if field != "state"),
            "page": page,
            "a_page": _A_PAGE,
            "error": error,
            **self._common(),
        }
        return self._kit.html(request, staff, "reviews.html", error.status if error else 200, **shown)

    # --- one of them

    async def show(self, request: Request, staff: Staff) -> Response:
        """A turn with the sentences around it. That it was looked at is noted."""
        return await self._page(request, staff)

    async def label(self, request: Request, staff: Staff) -> Response:
        """What is right or wrong."""

        def act(id: int, form: Mapping[str, str]) -> Mapping[str, Any]:
            return {"label": self._service.label(id, staff, form)}

        return await self._act(request, staff, "review_label", "label", act)

    async def dismiss(self, request: Request, staff: Staff) -> Response:
        """It needs no change, with the reason."""
        return await self._move(request, staff, "dismissed")

    async def done(self, request: Request, staff: Staff) -> Response:
        """Nothing more is to be done."""
        return await self._move(request, staff, "done")

    async def reopen(self, request: Request, staff: Staff) -> Response:
        """It is looked at again."""
        return await self._move(request, staff, "reopen")

    async def example(self, request: Request, staff: Staff) -> Response:
        """A training example of it."""

        def act(id: int, form: Mapping[str, str]) -> Mapping[str, Any]:
            change, warning = self._service.propose_example(id, staff, form)
            return {"change": change, "warning": bool(warning)}

        return await self._act(request, staff, "review_change", "example", act)

    async def draft(self, request: Request, staff: Staff) -> Response:
        """A caliber's draft of it."""

        def act(id: int, form: Mapping[str, str]) -> Mapping[str, Any]:
            return {"change": self._service.propose_draft(id, staff, form)}

        return await self._act(request, staff, "review_change", "draft", act)

    async def _move(self, request: Request, staff: Staff, to: str) -> Response:
        def act(id: int, form: Mapping[str, str]) -> Mapping[str, Any]:
            return {"to": self._service.move(id, staff, form, to)}

        return await self._act(request, staff, "review_move", to, act)

    async def _act(self, request: Request, staff: Staff, noted: str, name: str, act: Any) -> Response:
        id = int(request.path_params["id"])
        await self._there(id)
        form: Mapping[str, str] = {}
        try:
            form = await self._kit.form(request)
            detail = await run_in_threadpool(act, id, form)
        except GoneError:
            raise
        except ApiError as error:
            return await self._page(request, staff, error, form, name)
        await self._kit.note(request, staff, noted, f"review:{id}", **detail)
        more = {"warning": "1"} if detail.get("warning") else {}
        return self._kit.see_other(
            f"{HOME}/{id}", **{_PATH_QUERY: _clean(form.get(_PATH_QUERY, ""))}, done=name, **more
        )

    async def _there(self, id: int) -> None:
        with told():
            await run_in_threadpool(self._service.reviews.get, id)

    async def _page(
        self,
        request: Request,
        staff: Staff,
        error: ApiError | None = None,
        form: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Response:
        id = int(request.path_params["id"])
        given = _clean((form or {}).get(_PATH_QUERY) or request.query_params.get(_PATH_QUERY, ""))
        regions, service = self._kit.parts.knowledge.regions, self._service

        def read() -> dict[str, Any]:
            turn = service.reviews.get(id)
            try:
                wanted = filter_of(given_filters(dict(parse_qsl(given))), regions)
            except InputError:
                wanted = Filter()
            newer, older = service.reviews.beside(turn, wanted)
            return {
                "shown": service.shows.shown(turn), "changes": service.patches.of_turn(id), "newer": newer, "older": older,
                "points": self._points.of_receipt(turn.receipt),
            }  # fmt: skip

        with told():
            found = await run_in_threadpool(read)
        turn = found["shown"].turn
        if error is None:
            await self._kit.note(request, staff, "review_view", f"review:{id}", talk=turn.session_id)
        matter = turn.right_matter or turn.matter
        choices = service.choices
        provisions = choices.provisions(matter, turn.region)
        shown = {
            **found,
            "turn": turn,
            "from_query": given,
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            "failed": name,
            "form": form or {},
            "done": request.query_params.get("done") if error is None else None,
            "warning": request.query_params.get("warning") if error is None else None,
            "choices": choices,
            "may_points": staff.may("open_points"),
            "calibers": choices.calibers_in(turn.region),
            "provisions": provisions,
            "clauses": choices.clauses(*(provisions[0] if provisions else (turn.region, matter))),
            "wording": choices.wording(*provisions[0], turn.right_aspect or turn.aspect) if provisions else {},
            "longest": {**LONGEST, "note": LONGEST_NOTE},
            **self._common(),
        }
        return self._kit.html(request, staff, "review.html", error.status if error else 200, **shown)

    def _common(self) -> dict[str, Any]:
        names = self._service.names
        return {
            "names": names,
            "words": names.words,
            "statuses": STATUS,
            "regions": self._regions(),
            "path_of": path_of,
        }

    def _regions(self) -> list[tuple[str, str]]:
        regions = self._kit.parts.knowledge.regions
        named = sorted({region for region, _ in self._kit.parts.knowledge.provisions})
        return [(id, regions.name(id)) for id in named]


def _clean(query: str) -> str:
    """The filters of the list that somebody came from, and nothing else."""
    return urlencode([(name, value) for name, value in parse_qsl(query[:600]) if name in FIELDS])
