"""Routes of the console's people and order, and what belongs to no part: its beginning and its static files."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from koujing.desk.console.access import Staff
from koujing.desk.console.account_pages import account_routes
from koujing.desk.console.audit_pages import audit_routes
from koujing.desk.console.headers import STATIC
from koujing.desk.console.kit import ACCOUNT, HOME, ConsoleKit
from koujing.desk.console.nav import pages_for
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.people import People
from koujing.desk.console.rendering import STATIC_FOLDER
from koujing.desk.console.signin import sign_in_routes
from koujing.desk.console.staff_pages import staff_routes
from koujing.desk.console.switch_pages import switch_routes

__all__ = ["people_routes", "static_mount"]


def people_routes(kit: ConsoleKit, parts: ConsoleParts) -> list[BaseRoute]:
    """The routes."""
    people = People(parts.staff, parts.audit, parts.passwords)

    async def home(_request: Request, staff: Staff) -> Response:
        """The first page of the head that this person may open."""
        pages = pages_for(staff, {one.route.path for one in kit.registered})
        return kit.see_other(pages[0].path if pages else ACCOUNT)

    return [
        kit.route(HOME, home, permission="console"),
        *sign_in_routes(kit),
        *account_routes(kit, people),
        *staff_routes(kit, people),
        *audit_routes(kit),
        *switch_routes(kit),
    ]


def static_mount() -> Mount:
    """Style and scripts; they hold nothing that anyone may not see."""
    return Mount(STATIC, StaticFiles(directory=STATIC_FOLDER))
