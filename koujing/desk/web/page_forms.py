"""What else a visitor can do without a script: say whether a reply helped, ask to be called, clear and keep the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from koujing.desk.errors import ApiError
from koujing.desk.web.display import display_of
from koujing.desk.web.errors import session_expired
from koujing.desk.web.forms import check_own_page, read_form
from koujing.desk.web.page_kit import PageKit, Visitor, address_of
from koujing.desk.web.request import parse_callback, parse_opinion
from koujing.desk.web.sites import Site

__all__ = ["form_routes"]

_PAGE = "/chat"
_CALLBACK = "/chat/callback"


def form_routes(kit: PageKit) -> list[Route]:
    """The routes below /chat."""
    forms = _Forms(kit)
    return [
        Route("/chat/feedback", kit.guarded(forms.judge), methods=["POST"], include_in_schema=False),
        Route(_CALLBACK, kit.guarded(forms.callback), methods=["GET"], include_in_schema=False),
        Route(_CALLBACK, kit.guarded(forms.ask_callback), methods=["POST"], include_in_schema=False),
        Route("/chat/callback/revoke", kit.guarded(forms.revoke), methods=["POST"], include_in_schema=False),
        Route("/chat/clear", kit.guarded(forms.clear), methods=["GET"], include_in_schema=False),
        Route("/chat/clear", kit.guarded(forms.forget), methods=["POST"], include_in_schema=False),
        Route("/chat/transcript", kit.guarded(forms.transcript), methods=["GET"], include_in_schema=False),
    ]


class _Forms:
    def __init__(self, kit: PageKit) -> None:
        self._kit = kit

    async def judge(self, request: Request) -> Response:
        """有用 or 没用, and why."""
        form, visitor = await self._posted(request)
        useful = {"true": True, "false": False}.get(form.get("useful", ""))
        # The reasons stand beside 没用; with 有用 they mean nothing.
        why = {"reason": form.get("reason"), "note": form.get("note")} if useful is False else {}
        opinion = parse_opinion({"receipt": form.get("receipt"), "useful": useful, **why})
        await self._kit.website.judge(visitor.visit, opinion, address_of(request))
        return self._kit.see_other(_PAGE, f"r-{opinion.receipt}", site=visitor.site.id)

    async def callback(self, request: Request) -> Response:
        """The form that asks for a telephone number, or what became of it."""
        site = self._kit.site(request.query_params)
        return self._callback_page(request, site, code=request.query_params.get("code", ""))

    async def ask_callback(self, request: Request) -> Response:
        check_own_page(request)
        form = await read_form(request)
        site = self._kit.site(form)
        try:
            visitor = await self._kit.visitor(request, site, None)
            wish = {"phone": form.get("phone"), "consent": form.get("consent") == "yes"}
            given = {name: form[name] for name in ("note", "when", "request_id") if form.get(name)}
            callback = parse_callback({**wish, **given})
            code, _ = await self._kit.website.ask_callback(visitor.visit, callback, address_of(request))
        except ApiError as error:
            return self._callback_page(request, site, error=error, form=form)
        return self._kit.keep(self._kit.see_other(_CALLBACK, site=site.id, code=code), request, visitor)

    async def revoke(self, request: Request) -> Response:
        form, visitor = await self._posted(request)
        await self._kit.website.revoke_callback(visitor.visit, form.get("code", ""))
        return self._kit.see_other(_PAGE, "newest", site=visitor.site.id)

    async def clear(self, request: Request) -> Response:
        """Asks first."""
        site = self._kit.site(request.query_params)
        return self._kit.html(request, "clear.html", site, about=self._kit.about(site, site.region))

    async def forget(self, request: Request) -> Response:
        check_own_page(request)
        site = self._kit.site(await read_form(request))
        visitor = await self._kit.known(request, site)
        if visitor is not None:
            await self._kit.website.forget(visitor.visit)
        return self._kit.drop(self._kit.see_other(_PAGE, site=site.id))

    async def transcript(self, request: Request) -> Response:
        """The conversation as a text file."""
        visitor = await self._known(request, self._kit.site(request.query_params))
        text = await self._kit.website.transcript(visitor.visit, script=display_of(request).script)
        name = {"Content-Disposition": 'attachment; filename="koujing-conversation.txt"', "Cache-Control": "no-store"}
        return PlainTextResponse(text, headers=name)

    async def _posted(self, request: Request) -> tuple[Mapping[str, str], Visitor]:
        check_own_page(request)
        form = await read_form(request)
        return form, await self._known(request, self._kit.site(form))

    async def _known(self, request: Request, site: Site) -> Visitor:
        visitor = await self._kit.known(request, site)
        if visitor is None:
            raise session_expired()
        return visitor

    def _callback_page(
        self,
        request: Request,
        site: Site,
        *,
        code: str = "",
        error: ApiError | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        status = error.status if error else 200
        about = self._kit.about(site, site.region)
        return self._kit.html(
            request,
            "callback.html",
            site,
            status,
            about=about,
            code=code,
            error=error,
            form={"request_id": str(uuid4()), **(form or {})},
        )
