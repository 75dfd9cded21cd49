"""What all pages share: their templates, headers, the visitor's session in a cookie, and errors told kindly."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from koujing.clock import Clock
from koujing.desk.errors import ApiError, NotFoundError, StoreDownError
from koujing.desk.web.cors import own_origin
from koujing.desk.web.display import display_of, remember
from koujing.desk.web.errors import SessionError, UnknownSiteError
from koujing.desk.web.headers import page_headers
from koujing.desk.web.rendering import HERE, Renderer
from koujing.desk.web.request import Opening
from koujing.desk.web.service import Website
from koujing.desk.web.shown import greeting
from koujing.desk.web.sites import Site
from koujing.desk.web.visit import Visit
from koujing.desk.web.widget import FOLDER, Widget
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.errors import STORE_DOWN

__all__ = ["COOKIE", "STATIC", "Endpoint", "PageKit", "Visitor", "address_of"]

log = logging.getLogger(__name__)

COOKIE = "koujing_chat"
STATIC = "/static"
_COOKIE_PATH = "/chat"
_DIGITS = 12

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Visitor:
    """Who asks: the site, the session with its token, and whether the session was begun just now."""

    site: Site
    visit: Visit
    token: str
    fresh: bool


class PageKit:
    """Made once; holds no visitor."""

    def __init__(
        self, website: Website, settings: Settings, knowledge: Knowledge, clock: Clock, widget: Widget
    ) -> None:
        self.website, self.settings, self.knowledge, self.clock, self.widget = (
            website, settings, knowledge, clock, widget,
        )  # fmt: skip
        versions = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS] for path in (HERE / "static").iterdir()
        }
        self._renderer = Renderer(
            static=lambda name: f"{STATIC}/{name}?v={versions[name]}",
            loader=FOLDER + widget.loader.hashed,
            integrity=widget.loader.integrity,
        )

    def html(
        self, request: Request, template: str, site: Site | None = None, status: int = 200, **given: Any
    ) -> Response:
        """A page, whose choices of display are remembered."""
        display = display_of(request)

        def here(**changed: Any) -> str:
            kept = {name: value for name in ("site", "region") if (value := request.query_params.get(name))}
            return f"{_page_of(request)}?{urlencode({**kept, **changed})}"

        common = {"display": display, "here": here, "site": site.id if site else ""}
        body = self._renderer.render(template, display.script, **{**common, **given})
        origins = site.origins if site else ()
        return remember(HTMLResponse(body, status, page_headers(origins)), request, display)

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint whose errors come as a page."""

        async def guarded(request: Request) -> Response:
            try:
                return await endpoint(request)
            except STORE_DOWN:
                log.exception("the database does not serve")
                return told(request, StoreDownError())
            except ApiError as error:
                return told(request, error)

        def told(request: Request, error: ApiError) -> Response:
            response = self.html(request, "error.html", None, error.status, error=error)
            response.headers.update(error.headers)
            return response

        return guarded

    def site(self, fields: Mapping[str, str]) -> Site:
        """The site that the address or a form names, else the first one.

        Raises:
            UnknownSiteError: there is none of this name.
        """
        id = fields.get("site") or next(iter(self.website.sites))
        site = self.website.sites.get(id)
        if site is None:
            raise UnknownSiteError(id)
        return site

    def region(self, fields: Mapping[str, str]) -> str | None:
        """The region that the address names.

        Raises:
            NotFoundError: there is no such region.
        """
        region = fields.get("region") or None
        if region is not None and self.knowledge.regions.get(region) is None:
            raise NotFoundError("没有这个地区。", "地址里的 region 要用地区 id，如 huludao。")
        return region

    def about(self, site: Site, region: str | None) -> dict[str, Any]:
        """What stands around a conversation."""
        website = self.website
        announced, staffed = website.announced(), website.staffed(site)
        return greeting(site, region, self.settings, self.knowledge, self.clock, announced, staffed)

    async def visitor(self, request: Request, site: Site, region: str | None) -> Visitor:
        """The session of the cookie where it fits, else a new one.

        Raises:
            TooManyRequestsError: too many new ones from this address.
        """
        known = await self.known(request, site)
        if known is not None and region in (None, known.visit.region) and "fresh" not in request.query_params:
            return known
        opened = await self.website.open(site, Opening(site.id, region), address_of(request))
        visit = await self.website.visit(opened["token"], None, own_origin(request))
        return Visitor(site, visit, opened["token"], fresh=True)

    async def known(self, request: Request, site: Site) -> Visitor | None:
        """The session of the cookie, where it is alive and of this site."""
        token = request.cookies.get(COOKIE, "")
        try:
            visit = await self.website.visit(token, None, own_origin(request))
        except SessionError:
            return None
        return Visitor(site, visit, token, fresh=False) if visit.site.id == site.id else None

    @staticmethod
    def keep(response: Response, request: Request, visitor: Visitor) -> Response:
        """Keep the session in a cookie until the browser is closed; scripts cannot read it."""
        if visitor.fresh:
            response.set_cookie(
                COOKIE, visitor.token, path=_COOKIE_PATH, secure=request.url.scheme == "https", httponly=True, samesite="lax"
            )  # fmt: skip
        return response

    @staticmethod
    def drop(response: Response) -> Response:
        """Forget the session."""
        response.delete_cookie(COOKIE, path=_COOKIE_PATH, httponly=True, samesite="lax")
        return response

    @staticmethod
    def see_other(path: str, fragment: str = "", **query: Any) -> Response:
        """Go on by GET, so that a reload posts nothing again."""
        given = {name: value for name, value in query.items() if value}
        address = f"{path}?{urlencode(given)}" if given else path
        return RedirectResponse(address + (f"#{fragment}" if fragment else ""), 303, {"Cache-Control": "no-store"})


def address_of(request: Request) -> str:
    """Whom the limits count."""
    return request.client.host if request.client else ""


def _page_of(request: Request) -> str:
    """The page a link leads back to: a form's own path shows nothing by GET."""
    return request.url.path if request.method in ("GET", "HEAD") else "/chat"
