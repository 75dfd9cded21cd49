"""The permission matrix, walked: every route that a console has, for every role and for nobody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Route

from koujing.desk.console.headers import PREFIXES
from koujing.desk.console.kit import ACCESS, Registered
from koujing.desk.console.permissions import PERMISSIONS, ROLES
from tests.desk.console.conftest import ORIGIN, Browser, Console

_PARAMETER = re.compile(r"\{[^}]+\}")
# What a role that may not gets, as JSON.
_DENIED = {"signed_out": 401, "not_allowed": 403, "password_change_needed": 403}


def registered(app: Starlette) -> list[Registered]:
    """The console's routes in a finished app; one that names no permission fails."""
    own = [route for route in app.routes if isinstance(route, Route) and route.path.startswith(PREFIXES)]
    return [Registered(route, getattr(route.endpoint, ACCESS)) for route in own]


async def wrong_answers(console: Console) -> AsyncIterator[str]:
    """Each route, method and role whose answer is not what the table says."""
    people = {role: await console.person(role) for role in ROLES}
    for one in registered(console.app):
        for method in sorted(one.route.methods or ()):
            nobody = await _code(console.browser(), method, one.route)
            if one.access not in ("open", "key") and nobody != "signed_out":
                yield f"{method} {one.route.path}: nobody gets {nobody}"
            if one.access in ("open", "key"):
                continue
            for role in ROLES:
                got = await _code(people[role], method, one.route)
                if (got == "not_allowed") != (role not in PERMISSIONS[one.access]) or got == "signed_out":
                    yield f"{method} {one.route.path}: {role} gets {got}"
                if one.route.path == "/console/sign-out":
                    people[role] = await console.person(role)


async def _code(browser: Browser, method: str, route: Route) -> str:
    """The error's code where the answer is one of those that deny, else empty."""
    # Nothing is there, so nothing is changed.
    path = _PARAMETER.sub("999999", route.path)
    sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    if method == "HEAD":
        response = await browser.http.request(method, path, headers=sent)
        by_status = {401: "signed_out", 403: "not_allowed"}
        return by_status.get(response.status_code, "")
    async with browser.http.stream(method, path, headers=sent) as response:
        # An event stream never ends; that it began is enough.
        if response.status_code not in _DENIED.values():
            return ""
        await response.aread()
    return str(response.json()["error"]["code"])
