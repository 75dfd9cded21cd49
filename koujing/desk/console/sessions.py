"""Sessions of the console: an id in a cookie that scripts cannot read; what it stands for is kept on the server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from koujing.desk.console.access import Staff, local, staff_of
from koujing.desk.console.demo import demo_here
from koujing.settings import Settings
from koujing.store.staff import SignedIn, StaffStore, digest

__all__ = ["COOKIE", "Limits", "Sessions"]

COOKIE = "koujing_console"
PATH = "/console"
_LONGEST = 128


@dataclass(frozen=True)
class Limits:
    """How long a session lasts unused, and at most."""

    idle: dt.timedelta = dt.timedelta(minutes=60)
    absolute: dt.timedelta = dt.timedelta(hours=12)


class Sessions:
    """From a request to the person, and back to the cookie."""

    def __init__(self, store: StaffStore, settings: Settings, limits: Limits) -> None:
        self._store, self._settings, self.limits = store, settings, limits

    async def staff(self, request: Request, *, touch: bool = True) -> Staff | None:
        """Who is signed in; `touch` counts as being used."""
        token = _token(request)
        if token is None:
            return None
        found = await run_in_threadpool(
            self._store.signed_in, token, idle=self.limits.idle, absolute=self.limits.absolute, touch=touch
        )
        if found is None or (found.demo and not (demo_here(self._settings) and local(request))):
            return None
        return staff_of(found)

    async def begin(self, request: Request, response: Response, staff_id: int) -> bool:
        """Sign in: always a new id, and what the browser had before ends. False where the account is disabled."""
        if (before := _token(request)) is not None:
            await run_in_threadpool(self._store.sign_out, before)
        address = request.client.host if request.client else ""
        token = await run_in_threadpool(self._store.sign_in, staff_id, address)
        if token is None:
            return False
        response.set_cookie(COOKIE, token, path=PATH, secure=self.needs_tls(request), httponly=True, samesite="lax")
        return True

    async def end(self, request: Request, response: Response) -> None:
        """Sign out."""
        if (token := _token(request)) is not None:
            await run_in_threadpool(self._store.sign_out, token)
        response.delete_cookie(COOKIE, path=PATH, secure=self.needs_tls(request), httponly=True, samesite="lax")

    async def end_others(self, request: Request, staff_id: int) -> int:
        """End all sessions of the person but this one; how many they were."""
        return await run_in_threadpool(self._store.end_sessions, staff_id, _token(request))

    async def of(self, request: Request, staff_id: int) -> list[tuple[SignedIn, bool]]:
        """The person's sessions; which of them is this one."""
        mine = digest(_token(request) or "")
        found = await run_in_threadpool(
            self._store.sessions, staff_id, idle=self.limits.idle, absolute=self.limits.absolute
        )
        return [(one, one.digest == mine) for one in found]

    def needs_tls(self, request: Request) -> bool:
        """Whether the cookie may travel by https alone: everywhere but on this machine."""
        public = self._settings.public_url
        outside = not self._settings.loopback or (public is not None and urlsplit(public).scheme == "https")
        return request.url.scheme == "https" or (outside and not (self._settings.loopback and local(request)))


def _token(request: Request) -> str | None:
    token = request.cookies.get(COOKIE)
    return token if token and len(token) <= _LONGEST else None
