"""Accounts, for administrators: made, changed, given another password, disabled."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import GoneError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.people import By, People
from koujing.desk.console.permissions import ROLES, role_names
from koujing.desk.errors import ApiError
from koujing.store.staff import Account

__all__ = ["staff_routes"]

_PAGE = "/console/staff"
_ONE = f"{_PAGE}/{{id}}"


def staff_routes(kit: ConsoleKit, people: People) -> list[Route]:
    """The routes."""
    pages = _StaffPages(kit, people)
    return [
        kit.route(_PAGE, pages.show_all, permission="staff"),
        kit.route(_PAGE, pages.add, ["POST"], permission="staff"),
        kit.route(_ONE, pages.show, permission="staff"),
        kit.route(_ONE, pages.change, ["POST"], permission="staff"),
        kit.route(f"{_ONE}/password", pages.reset_password, ["POST"], permission="staff"),
        kit.route(f"{_ONE}/disable", pages.disable, ["POST"], permission="staff"),
        kit.route(f"{_ONE}/enable", pages.enable, ["POST"], permission="staff"),
    ]


class _StaffPages:
    def __init__(self, kit: ConsoleKit, people: People) -> None:
        self._kit, self._people = kit, people

    async def show_all(self, request: Request, staff: Staff) -> Response:
        return await self._list(request, staff)

    async def add(self, request: Request, staff: Staff) -> Response:
        """A new account; its first password is shown once, on this very answer."""
        form = await self._kit.form_lists(request)
        given = {field: form.get(field, [""])[-1] for field in ("name", "display", "office")}
        roles = form.get("roles", [])
        try:
            account, password = await run_in_threadpool(
                self._people.add, given["name"], given["display"], roles, given["office"], None, _by(request, staff)
            )
        except ApiError as error:
            return await self._list(request, staff, error, {**given, "roles": roles})
        return await self._one(request, staff, account, password=password)

    async def show(self, request: Request, staff: Staff) -> Response:
        return await self._one(request, staff, await self._wanted(request))

    async def change(self, request: Request, staff: Staff) -> Response:
        """Name, roles, office."""
        account, form = await self._wanted(request), await self._kit.form_lists(request)
        given: dict[str, Any] = {field: form.get(field, [""])[-1] for field in ("display", "office")}
        given["roles"] = form.get("roles", [])
        try:
            await run_in_threadpool(self._people.change, account.id, _by(request, staff), **given)
        except ApiError as error:
            return await self._one(request, staff, account, error, given=given)
        return self._done(account, "change")

    async def reset_password(self, request: Request, staff: Staff) -> Response:
        """A new one, shown once."""
        account = await self._wanted(request)
        try:
            password = await run_in_threadpool(self._people.reset_password, account.id, _by(request, staff))
        except ApiError as error:
            return await self._one(request, staff, account, error)
        return await self._one(request, staff, await self._wanted(request), password=password)

    async def disable(self, request: Request, staff: Staff) -> Response:
        account = await self._wanted(request)
        try:
            await run_in_threadpool(self._people.disable, account.id, _by(request, staff))
        except ApiError as error:
            return await self._one(request, staff, account, error)
        return self._done(account, "disable")

    async def enable(self, request: Request, staff: Staff) -> Response:
        account = await self._wanted(request)
        try:
            await run_in_threadpool(self._people.enable, account.id, _by(request, staff))
        except ApiError as error:
            return await self._one(request, staff, account, error)
        return self._done(account, "enable")

    async def _wanted(self, request: Request) -> Account:
        id = request.path_params["id"]
        if not (id.isascii() and id.isdigit() and len(id) < 12):
            raise GoneError("没有这个账号。")
        return await run_in_threadpool(self._people.get, int(id))

    def _done(self, account: Account, what: str) -> Response:
        return self._kit.see_other(f"{_PAGE}/{account.id}", done=what)

    async def _list(
        self, request: Request, staff: Staff, error: ApiError | None = None, given: dict[str, Any] | None = None
    ) -> Response:
        accounts = await run_in_threadpool(self._people.all)
        shown = {"accounts": accounts, "roles": ROLES, "role_names": role_names, "error": error}
        shown["given"] = given or {"name": "", "display": "", "office": "", "roles": ["operator"]}
        shown["wrong"] = error.field if isinstance(error, InputError) else None
        return self._kit.html(request, staff, "staff.html", error.status if error else 200, **shown)

    async def _one(
        self,
        request: Request,
        staff: Staff,
        account: Account,
        error: ApiError | None = None,
        *,
        given: dict[str, Any] | None = None,
        password: str | None = None,
    ) -> Response:
        kept = {"display": account.display, "roles": account.roles, "office": account.office or ""}
        shown = {"account": account, "roles": ROLES, "given": given or kept, "error": error, "password": password}
        shown["wrong"] = error.field if isinstance(error, InputError) else None
        shown["done"] = request.query_params.get("done") if error is None else None
        return self._kit.html(request, staff, "staff_one.html", error.status if error else 200, **shown)


def _by(request: Request, staff: Staff) -> By:
    return By(staff.id, request.client.host if request.client else "")
