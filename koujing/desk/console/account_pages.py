"""The person's own account: the password, and where else they are signed in."""

from __future__ import annotations

from functools import partial

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError
from koujing.desk.console.kit import ACCOUNT, ConsoleKit
from koujing.desk.console.limits import Attempts
from koujing.desk.console.passwords import SHORTEST
from koujing.desk.console.people import By, People
from koujing.desk.errors import ApiError

__all__ = ["account_routes"]

_TRIES, _WINDOW_SECONDS = 8, 300
_OWN = "own_account"


def account_routes(kit: ConsoleKit, people: People) -> list[Route]:
    """The routes."""
    pages = _Account(kit, people)
    return [
        kit.route(ACCOUNT, pages.show, permission=_OWN),
        kit.route(f"{ACCOUNT}/password", pages.change_password, ["POST"], permission=_OWN),
        kit.route(f"{ACCOUNT}/end-others", pages.end_others, ["POST"], permission=_OWN),
    ]


class _Account:
    def __init__(self, kit: ConsoleKit, people: People) -> None:
        self._kit, self._people = kit, people
        self._tries = Attempts(_TRIES, _WINDOW_SECONDS, name="own", counters=kit.parts.rates.counters)
        self._limiter: CapacityLimiter | None = None

    async def show(self, request: Request, staff: Staff) -> Response:
        return await self._page(request, staff)

    async def change_password(self, request: Request, staff: Staff) -> Response:
        """All other sessions end; this one goes on under a new id."""
        form = await self._kit.form(request)
        if self._limiter is None:
            self._limiter = CapacityLimiter(1)
        try:
            if staff.demo:
                raise ConflictError("演示账号的密码不能改。", "正式使用请新建账号。")
            await self._tries.begin(str(staff.id))
            old, new, again = (form.get(field, "")[:1024] for field in ("old", "new", "again"))
            change = partial(self._people.change_own_password, staff.id, old, new, again, _by(request, staff))
            await to_thread.run_sync(change, limiter=self._limiter)
        except ApiError as error:
            return await self._page(request, staff, error)
        await self._tries.forgive(str(staff.id))
        response = self._kit.see_other(ACCOUNT, done="password")
        await self._kit.parts.sessions.begin(request, response, staff.id)
        return response

    async def end_others(self, request: Request, staff: Staff) -> Response:
        """Sign out everywhere else."""
        ended = await self._kit.parts.sessions.end_others(request, staff.id)
        await self._kit.note(request, staff, "own_sessions_end", f"staff:{staff.id}", sessions=ended)
        return self._kit.see_other(ACCOUNT, done="sessions")

    async def _page(self, request: Request, staff: Staff, error: ApiError | None = None) -> Response:
        sessions = await self._kit.parts.sessions.of(request, staff.id)
        done = request.query_params.get("done") if error is None else None
        limits = self._kit.parts.sessions.limits
        given = {"sessions": sessions, "limits": limits, "error": error, "done": done, "shortest": SHORTEST}
        response = self._kit.html(request, staff, "account.html", error.status if error else 200, **given)
        response.headers.update(error.headers if error else {})
        return response


def _by(request: Request, staff: Staff) -> By:
    return By(staff.id, request.client.host if request.client else "")
