"""Signing in and out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff, local, next_page
from koujing.desk.console.demo import DEMO_NAME, DEMO_PASSWORD, demo_here
from koujing.desk.console.errors import InsecureError, WrongPasswordError
from koujing.desk.console.kit import HOME, SIGN_IN, ConsoleKit
from koujing.desk.console.limits import Attempts
from koujing.desk.errors import ApiError
from koujing.store.staff import Account

__all__ = ["sign_in_routes"]

# From one address few tries at one account; from all addresses more, so that a stranger cannot lock a colleague out.
# A hotline's people may all come from one address: what was right does not count.
_PER_BOTH, _PER_ACCOUNT, _PER_ADDRESS = 8, 60, 100
_WINDOW_SECONDS = 300
# A check takes a core and 16 MiB; the rest of the desk must go on answering.
_CHECKS_AT_ONCE = 2


def sign_in_routes(kit: ConsoleKit) -> list[Route]:
    """The routes."""
    signing = SigningIn(kit)
    return [
        kit.open_route(SIGN_IN, signing.show),
        kit.open_route(SIGN_IN, signing.sign_in, ["POST"]),
        kit.route("/console/sign-out", signing.sign_out, ["POST"], permission="own_account"),
    ]


class SigningIn:
    """`check` is used as well where a person must show the password once more."""

    def __init__(self, kit: ConsoleKit) -> None:
        self._kit, self._parts = kit, kit.parts
        counters = kit.parts.rates.counters
        self._both = Attempts(_PER_BOTH, _WINDOW_SECONDS, name="both", counters=counters)
        self._accounts = Attempts(_PER_ACCOUNT, _WINDOW_SECONDS, name="account", counters=counters)
        self._addresses = Attempts(_PER_ADDRESS, _WINDOW_SECONDS, name="address", counters=counters)
        self._limiter: CapacityLimiter | None = None

    async def show(self, request: Request) -> Response:
        """The form. Who is signed in goes on."""
        wanted = next_page(request.query_params.get("next"))
        if await self._parts.sessions.staff(request, touch=False) is not None:
            return self._kit.see_other(wanted)
        error = None if self._secure(request) or request.url.scheme == "https" else InsecureError()
        return self._page(request, wanted, error, 200)

    async def sign_in(self, request: Request) -> Response:
        """Check the password and begin a session."""
        form = await self._kit.form(request)
        wanted = next_page(form.get("next"))
        try:
            if not self._secure(request):
                raise InsecureError
            account = await self._account(request, form)
        except ApiError as error:
            response = self._page(request, wanted, error, error.status, name=form.get("name", "")[:32])
            response.headers.update(error.headers)
            return response
        response = self._kit.see_other(wanted)
        if not await self._parts.sessions.begin(request, response, account.id):
            return self._page(request, wanted, WrongPasswordError(), WrongPasswordError.status)
        await self._note(request, account, "sign_in")
        await run_in_threadpool(self._tidy)
        return response

    async def sign_out(self, request: Request, staff: Staff) -> Response:
        """End the session."""
        await self._kit.note(request, staff, "sign_out", f"staff:{staff.id}")
        response = self._kit.see_other(SIGN_IN, out="1")
        await self._parts.sessions.end(request, response)
        return response

    async def _account(self, request: Request, form: Mapping[str, str]) -> Account:
        name = unicodedata.normalize("NFKC", form.get("name", "")).strip().lower()[:64]
        password = form.get("password", "")
        address = request.client.host if request.client else ""
        both = f"{address} {name}"
        for attempts, key in ((self._both, both), (self._addresses, address), (self._accounts, name)):
            await attempts.begin(key)
        account = await run_in_threadpool(self._parts.staff.named, name)
        right = await self._check(password, account)
        if account is None or not right or account.disabled_at is not None or not self._demo_allowed(request, account):
            await self._note(request, account, "sign_in_failed")
            raise WrongPasswordError
        await self._both.forgive(both)
        await self._addresses.undo(address)
        await self._accounts.undo(name)
        if self._parts.passwords.outdated(account.password):
            fresh = await run_in_threadpool(self._parts.passwords.hash, password)
            await run_in_threadpool(self._parts.staff.rehash, account.id, account.password, fresh)
        return account

    async def _check(self, password: str, account: Account | None) -> bool:
        if self._limiter is None:
            self._limiter = CapacityLimiter(_CHECKS_AT_ONCE)
        kept = account.password if account else None
        # What is longer than any password is not worth the work, and the answer is known.
        given = password if len(password) <= 1024 else ""
        return await to_thread.run_sync(self._parts.passwords.check, given, kept, limiter=self._limiter)

    def _demo_allowed(self, request: Request, account: Account) -> bool:
        return not account.demo or (demo_here(self._parts.settings) and local(request))

    def _secure(self, request: Request) -> bool:
        """Whether the password travels encrypted, or does not travel. A browser's Origin tells what a proxy may not."""
        encrypted = request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")
        return encrypted or not self._parts.sessions.needs_tls(request)

    def _page(self, request: Request, wanted: str, error: ApiError | None, status: int, name: str = "") -> Response:
        demo = demo_here(self._parts.settings) and local(request)
        shown = {"name": DEMO_NAME, "password": DEMO_PASSWORD} if demo else None
        out = request.method == "GET" and "out" in request.query_params
        given = {"next": "" if wanted == HOME else wanted, "error": error, "name": name, "demo": shown, "out": out}
        return self._kit.html(request, None, "sign_in.html", status, **given)

    async def _note(self, request: Request, account: Account | None, action: str) -> None:
        """A name that nobody has is not kept: people type passwords into the wrong field."""
        address = request.client.host if request.client else ""
        id, thing = (account.id, f"staff:{account.id}") if account else (None, "staff:unknown")
        await run_in_threadpool(self._parts.audit.note, id, action, thing, {}, address=address)

    def _tidy(self) -> None:
        limits = self._parts.sessions.limits
        self._parts.staff.tidy(idle=limits.idle, absolute=limits.absolute)
