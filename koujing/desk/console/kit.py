"""What every page of the console is made with: routes that name their permission, HTML, errors told kindly, the audit."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route

from koujing.desk.console.access import SAFE, Staff, check_own_page, wants_page
from koujing.desk.console.errors import NotAllowedError, PasswordChangeError, SignedOutError
from koujing.desk.console.headers import STATIC
from koujing.desk.console.naming import KIND_NAMES, thing
from koujing.desk.console.nav import pages_for
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.permissions import roles_with
from koujing.desk.console.reading import read_form
from koujing.desk.console.rendering import Renderer, day
from koujing.desk.errors import ApiError, MethodNotAllowedError, NotFoundError, StoreDownError
from koujing.desk.keys import Keys
from koujing.desk.request import read_json
from koujing.private.mask import mask
from koujing.store.errors import STORE_DOWN
from koujing.store.switches import State

__all__ = [
    "ACCESS",
    "ACCOUNT",
    "HOME",
    "SIGN_IN",
    "ConsoleKit",
    "Endpoint",
    "KeyEndpoint",
    "OpenEndpoint",
    "Registered",
]

log = logging.getLogger(__name__)

HOME, SIGN_IN, ACCOUNT = "/console", "/console/sign-in", "/console/account"
ACCESS = "koujing_access"
_OWN_ACCOUNT = "own_account"
_MOST_ID = 2**31 - 1

Endpoint = Callable[[Request, Staff], Awaitable[Response]]
OpenEndpoint = Callable[[Request], Awaitable[Response]]
KeyEndpoint = Callable[[Request, str], Awaitable[Response]]


@dataclass(frozen=True)
class Registered:
    """A route of the console: `access` is its permission, or `open` (nobody signed in) or `key` (an API key)."""

    route: Route
    access: str


class ConsoleKit:
    """Made once; holds no person."""

    def __init__(self, parts: ConsoleParts) -> None:
        self.parts = parts
        self.registered: list[Registered] = []
        self._renderer = Renderer()
        self._keys = Keys(parts.settings.quotas)
        self._asking = parts.rates.rate("calls", parts.settings.requests_per_minute)

    # --- routes

    def route(
        self,
        path: str,
        endpoint: Endpoint,
        methods: Sequence[str] = ("GET",),
        *,
        permission: str,
        background: bool = False,
    ) -> Route:
        """A route for the roles that have this permission, and for no one else.

        Args:
            path: below /console.
            endpoint: gets the request and who is signed in.
            methods: those but GET and HEAD are taken from pages of the console alone.
            permission: of the table in `permissions.py`.
            background: what a page does by itself; it does not keep an unused session alive.

        Raises:
            UnknownPermissionError: there is no such permission.
        """
        roles = roles_with(permission)

        async def guarded(request: Request) -> Response:
            staff = None
            try:
                self._check_origin(request)
                staff = await self._signed_in(request, touch=not background)
                if staff.roles.isdisjoint(roles):
                    raise NotAllowedError(roles)
                if staff.must_change and permission != _OWN_ACCOUNT:
                    raise PasswordChangeError
                _check_numbers(request)
                return await endpoint(request, staff)
            except Exception as error:
                return self._told(request, staff, _known(request, error))

        return self._registered(path, guarded, methods, permission)

    def open_route(self, path: str, endpoint: OpenEndpoint, methods: Sequence[str] = ("GET",)) -> Route:
        """A route for anyone: signing in, and nothing else."""

        async def guarded(request: Request) -> Response:
            try:
                self._check_origin(request)
                return await endpoint(request)
            except Exception as error:
                return self._told(request, None, _known(request, error))

        return self._registered(path, guarded, methods, "open")

    def key_route(self, path: str, endpoint: KeyEndpoint, methods: Sequence[str] = ("POST",)) -> Route:
        """A route for trusted systems, by their key and within its quota. Errors are JSON."""

        async def guarded(request: Request) -> Response:
            try:
                client = self._keys.client(request)
                await self._asking.spend(client, self._keys.per_minute(client))
                _check_numbers(request)
                return await endpoint(request, client)
            except Exception as error:
                return _known(request, error).response()

        return self._registered(path, guarded, methods, "key")

    def rest_route(self) -> Route:
        """The last route: whatever else lies below /console. It tells nobody who is not signed in what is there."""

        async def rest(request: Request, _staff: Staff) -> Response:
            if request.url.path == f"{HOME}/":
                return self.see_other(HOME)
            allowed = [one.route for one in self.registered if one.route.matches(request.scope)[0] is Match.PARTIAL]
            if allowed:
                methods = ", ".join(sorted({method for route in allowed for method in route.methods or ()}))
                raise MethodNotAllowedError(
                    "这个地址不接受这种请求。", "请从工作台页面进入。", headers={"Allow": methods}
                )
            raise NotFoundError("没有这个页面。", "请核对地址，或从上方导航进入。")

        every = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        return self.route("/console/{rest:path}", rest, every, permission=_OWN_ACCOUNT)

    def only_registered(self, routes: Iterable[BaseRoute]) -> list[BaseRoute]:
        """The routes again; default deny.

        Raises:
            ValueError: one of them was not made by this kit.
        """
        known = {id(one.route) for one in self.registered}
        listed = list(routes)
        for route in listed:
            if id(route) not in known and not (isinstance(route, Mount) and route.path == STATIC):
                raise ValueError(f"{route} names no permission")
        return listed

    # --- answers

    def html(self, request: Request, staff: Staff | None, template: str, status: int = 200, **given: Any) -> Response:
        """A page: the template extends `console.html`."""
        return HTMLResponse(self._renderer.render(template, {**self._common(request, staff), **given}), status)

    def fragment(
        self, request: Request, staff: Staff | None, template: str, status: int = 200, **given: Any
    ) -> Response:
        """A piece of a page, for a script to put in its place."""
        return self.html(request, staff, template, status, **given)

    def text(self, request: Request, staff: Staff | None, template: str, **given: Any) -> str:
        """A piece of a page as text, for an event stream."""
        return self._renderer.render(template, {**self._common(request, staff), **given})

    def static(self, name: str) -> str:
        """The address of a static file, with its version."""
        return self._renderer.static(name)

    @staticmethod
    def json(data: Any, status: int = 200) -> Response:
        """JSON."""
        return JSONResponse(data, status)

    @staticmethod
    def see_other(path: str, fragment: str = "", **query: Any) -> Response:
        """Go on by GET, so that a reload posts nothing again."""
        given = {name: value for name, value in query.items() if value not in (None, "")}
        address = f"{path}?{urlencode(given)}" if given else path
        return RedirectResponse(address + (f"#{fragment}" if fragment else ""), 303)

    # --- requests

    @staticmethod
    async def form(request: Request) -> Mapping[str, str]:
        """The fields of a form; of one that comes twice the last, as of buttons the one that was pressed."""
        return {name: values[-1] for name, values in (await read_form(request)).items()}

    @staticmethod
    async def form_lists(request: Request) -> Mapping[str, list[str]]:
        """The fields of a form with all their values."""
        return await read_form(request)

    async def body(self, request: Request) -> Any:
        """The JSON that a script posts."""
        return await read_json(request, self.parts.settings.body_bytes)

    async def alive(self, request: Request) -> bool:
        """Whether the session that opened a stream still stands; a disabled account's does not."""
        return await self.parts.sessions.staff(request, touch=False) is not None

    async def note(self, request: Request, staff: Staff | None, action: str, object: str, **detail: Any) -> None:  # noqa: A002
        """Write into the audit what was seen or changed; no words of a citizen, and none of their numbers by accident."""
        detail = {name: mask(value) if isinstance(value, str) else value for name, value in detail.items()}
        address = request.client.host if request.client else ""
        await run_in_threadpool(
            self.parts.audit.note, staff.id if staff else None, action, object, detail, address=address
        )

    # ---

    def _registered(self, path: str, guarded: OpenEndpoint, methods: Sequence[str], access: str) -> Route:
        # Whoever looks at the finished program sees of each route who may.
        setattr(guarded, ACCESS, access)
        route = Route(path, guarded, methods=list(methods), include_in_schema=False)
        self.registered.append(Registered(route, access))
        return route

    def _check_origin(self, request: Request) -> None:
        if request.method not in SAFE:
            check_own_page(request, self.parts.settings)

    async def _signed_in(self, request: Request, *, touch: bool) -> Staff:
        staff = await self.parts.sessions.staff(request, touch=touch)
        if staff is None:
            raise SignedOutError
        request.state.switches = await run_in_threadpool(self.parts.switches.now)
        return staff

    def _told(self, request: Request, staff: Staff | None, error: ApiError) -> Response:
        """An error as a page or as JSON. Pages lead on to signing in, or to the password that must be changed."""
        if not wants_page(request):
            return error.response()
        if isinstance(error, SignedOutError) and request.method in SAFE:
            wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
            return self.see_other(SIGN_IN, next=None if wanted == HOME else wanted)
        if isinstance(error, PasswordChangeError) and request.method in SAFE:
            return self.see_other(ACCOUNT)
        response = self.html(request, staff, "error.html", error.status, error=error)
        response.headers.update(error.headers)
        return response

    def _common(self, request: Request, staff: Staff | None) -> dict[str, Any]:
        there = {one.route.path for one in self.registered}
        clock, state = self.parts.clock, getattr(request.state, "switches", State())
        name = "演示日期" if clock.fixed else "今天"
        return {
            "staff": staff,
            "path": request.url.path,
            "nav": pages_for(staff, there),
            "state": state,
            "stopped": [
                {"kind": KIND_NAMES[kind], "name": thing(kind, key, self.parts.knowledge), "reason": change.reason}
                for (kind, key), change in state.off.items()
            ],
            "date": {"demo": clock.fixed is not None, "text": f"{name} {day(clock.today())}"},
        }


def _check_numbers(request: Request) -> None:
    """A path's number is an id of the store, which holds none as large as people can type.

    Raises:
        NotFoundError: it is larger.
    """
    if any(isinstance(value, int) and value > _MOST_ID for value in request.path_params.values()):
        raise NotFoundError("没有这个页面。", "请核对地址里的编号。")


def _known(request: Request, error: Exception) -> ApiError:
    """The error as it is told; what nobody foresaw is logged. Answered here, so that it too is a page with its head."""
    if isinstance(error, STORE_DOWN):
        log.error("the database does not serve: %s", type(error).__name__)
        return StoreDownError()
    if isinstance(error, ApiError):
        return error
    log.error("unforeseen error at %s", request.url.path, exc_info=error)
    return ApiError("服务内部出错。", "已记录。请稍后再试；持续如此请联系维护人员。")
