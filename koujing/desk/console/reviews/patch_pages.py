"""Patches: the changes that wait for one, those that were made, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.reviews.gathering import path_of
from koujing.desk.console.reviews.proposing import LONGEST
from koujing.desk.console.reviews.service import ReviewService
from koujing.desk.console.reviews.told import told
from koujing.desk.errors import ApiError

__all__ = ["PATCHES", "patch_routes"]

PATCHES = "/console/review/patches"
_SEE, _MAKE = "review", "review_patch"


def patch_routes(kit: ConsoleKit, service: ReviewService) -> list[Route]:
    """The routes."""
    pages = _PatchPages(kit, service)
    one = f"{PATCHES}/{{id:int}}"
    return [
        kit.route(PATCHES, pages.home, permission=_SEE),
        kit.route(PATCHES, pages.make, ["POST"], permission=_MAKE),
        kit.route(f"{one}.patch", pages.file, permission=_MAKE),
        kit.route(one, pages.show, permission=_SEE),
        kit.route(f"{one}/try", pages.again, ["POST"], permission=_MAKE),
        kit.route(f"{one}/merged", pages.merged, ["POST"], permission=_MAKE),
        kit.route(f"{one}/dropped", pages.dropped, ["POST"], permission=_MAKE),
        kit.route("/console/review/changes/{id:int}/withdraw", pages.withdraw, ["POST"], permission=_SEE),
    ]


class _PatchPages:
    def __init__(self, kit: ConsoleKit, service: ReviewService) -> None:
        self._kit, self._service = kit, service

    async def home(self, request: Request, staff: Staff) -> Response:
        """Changes that are ready, and all patches."""
        return await self._home(request, staff)

    async def make(self, request: Request, staff: Staff) -> Response:
        """Gather changes into a patch; it is tried at once."""
        lists = await self._kit.form_lists(request)
        form = {name: values[-1] for name, values in lists.items()}
        try:
            id = await run_in_threadpool(self._service.make_patch, staff, form, lists.get("change", []))
        except ApiError as error:
            return await self._home(request, staff, error, form, lists.get("change", []))
        await self._kit.note(request, staff, "patch_make", f"patch:{id}")
        return self._kit.see_other(f"{PATCHES}/{id}", done="made")

    async def show(self, request: Request, staff: Staff) -> Response:
        """One of them, line by line."""
        return await self._page(request, staff)

    async def file(self, request: Request, staff: Staff) -> Response:
        """The file for `git apply`. Taking it away is noted."""
        id = int(request.path_params["id"])
        with told():
            patch = await run_in_threadpool(self._service.patches.get, id)
        await self._kit.note(request, staff, "patch_take", f"patch:{id}")
        headers = {"Content-Disposition": f'attachment; filename="koujing-{id:04}.patch"', "Cache-Control": "no-store"}
        return Response(patch.text.encode(), media_type="text/x-patch; charset=utf-8", headers=headers)

    async def again(self, request: Request, staff: Staff) -> Response:
        """Try it on the files as they are now."""
        id = int(request.path_params["id"])
        fits = await run_in_threadpool(self._service.try_patch, id)
        await self._kit.note(request, staff, "patch_try", f"patch:{id}", fits=fits)
        return self._kit.see_other(f"{PATCHES}/{id}", done="tried")

    async def merged(self, request: Request, staff: Staff) -> Response:
        """The repository has it."""
        return await self._close(request, staff, merged=True)

    async def dropped(self, request: Request, staff: Staff) -> Response:
        """It is not taken; its changes are ready again."""
        return await self._close(request, staff, merged=False)

    async def withdraw(self, request: Request, staff: Staff) -> Response:
        """Take back a change that no patch holds."""
        id = int(request.path_params["id"])
        with told():
            change = await run_in_threadpool(self._service.patches.withdraw, id)
        await self._kit.note(request, staff, "review_withdraw", f"change:{id}")
        if change.turn_id is not None:
            return self._kit.see_other(f"/console/review/{change.turn_id}", done="withdrawn")
        return self._kit.see_other(PATCHES, done="withdrawn")

    async def _close(self, request: Request, staff: Staff, *, merged: bool) -> Response:
        id = int(request.path_params["id"])
        with told():
            await run_in_threadpool(self._service.patches.get, id)
        form = await self._kit.form(request)
        try:
            await run_in_threadpool(lambda: self._service.close_patch(id, staff, form, merged=merged))
        except ApiError as error:
            return await self._page(request, staff, error)
        await self._kit.note(request, staff, "patch_merge" if merged else "patch_drop", f"patch:{id}")
        return self._kit.see_other(f"{PATCHES}/{id}", done="merged" if merged else "dropped")

    async def _home(
        self,
        request: Request,
        staff: Staff,
        error: ApiError | None = None,
        form: Mapping[str, str] | None = None,
        chosen: list[str] | None = None,
    ) -> Response:
        patches = self._service.patches
        ready, made = await run_in_threadpool(lambda: (patches.ready(), patches.all()))
        shown = {
            "ready": ready,
            "patches": made,
            "chosen": set(chosen) if chosen is not None else {str(change.id) for change in ready},
            "may_make": staff.may(_MAKE),
            "done": request.query_params.get("done") if error is None else None,
            "form": form or {},
            **self._common(error),
        }
        return self._kit.html(request, staff, "review_patches.html", error.status if error else 200, **shown)

    async def _page(self, request: Request, staff: Staff, error: ApiError | None = None) -> Response:
        id, patches = int(request.path_params["id"]), self._service.patches
        with told():
            patch = await run_in_threadpool(patches.get, id)
        shown = {
            "patch": patch,
            "changes": await run_in_threadpool(patches.of_patch, id),
            "lines": [(_sort(line), line) for line in patch.text.splitlines()],
            "may_make": staff.may(_MAKE),
            "done": request.query_params.get("done") if error is None else None,
            **self._common(error),
        }
        return self._kit.html(request, staff, "review_patch.html", error.status if error else 200, **shown)

    def _common(self, error: ApiError | None) -> dict[str, Any]:
        names = self._service.names
        return {
            "names": names,
            "words": names.words,
            "path_of": path_of,
            "error": error,
            "wrong": error.field if isinstance(error, InputError) else None,
            "longest": LONGEST,
        }


def _sort(line: str) -> str:
    """How a line of a diff is shown."""
    for begin, sort in (("#", "head"), ("diff ", "file"), ("---", "file"), ("+++", "file"), ("@@", "place")):
        if line.startswith(begin):
            return sort
    return {"+": "added", "-": "gone"}.get(line[:1], "")
