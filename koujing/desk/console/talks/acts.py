"""What operators do in a conversation, posted by its page: by a form, or by its script with JSON in return."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff, wants_page
from koujing.desk.console.errors import InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.reading import text_field
from koujing.desk.console.talks.pages import HOME, TalkPages
from koujing.desk.console.talks.service import TalkService
from koujing.desk.errors import ApiError
from koujing.private.mask import mask, mask_staff

__all__ = ["act_routes"]

_TAKEOVER = "takeover"
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_LONGEST, _LONGEST_NOTE, _LONGEST_REASON = 1000, 1000, 200
_PICK = ("matter", "aspect", "topic", "text")

Form = Mapping[str, str]
Act = Callable[[str, Staff, str, Form], Awaitable[tuple[str, dict[str, Any]]]]


def act_routes(kit: ConsoleKit, service: TalkService, pages: TalkPages) -> list[Route]:
    """The routes that change something; each of them is noted in the audit."""
    acts = _Acts(service)
    named: Mapping[str, Act] = {
        "take": acts.take, "say": acts.say, "back": acts.back, "transfer": acts.transfer, "note": acts.note
    }  # fmt: skip
    return [
        kit.route(f"{HOME}/{{id}}/{name}", _posted(kit, pages, service, act), methods=["POST"], permission=_TAKEOVER)
        for name, act in named.items()
    ]


def _posted(kit: ConsoleKit, pages: TalkPages, service: TalkService, act: Act) -> Any:
    async def posted(request: Request, staff: Staff) -> Response:
        session_id, form = request.path_params["id"], {}
        await service.get(session_id)
        try:
            form = dict(await kit.form(request))
            key = form.get("key", "")
            if not _KEY.fullmatch(key):
                raise InputError("key", "这次提交没有编号。", "请刷新页面再试。")
            noted, detail = await act(session_id, staff, key, form)
        except ApiError as error:
            if not wants_page(request):
                raise
            opened = await service.open(session_id)
            given = await pages.given(staff, opened, error=error, draft=form.get("text", ""))
            return kit.html(request, staff, "talk.html", error.status, **given)
        await kit.note(request, staff, noted, f"talk:{session_id}", **detail)
        return kit.see_other(f"{HOME}/{session_id}", "end") if wants_page(request) else kit.json({"done": noted})

    return posted


class _Acts:
    """One method an act: what it is called in the audit, with what belongs to it. No words of a citizen."""

    def __init__(self, service: TalkService) -> None:
        self._service = service

    async def take(self, session_id: str, staff: Staff, key: str, _form: Form) -> tuple[str, dict[str, Any]]:
        await self._service.take(session_id, staff, key)
        return "talk_take", {}

    async def say(self, session_id: str, staff: Staff, key: str, form: Form) -> tuple[str, dict[str, Any]]:
        text = mask_staff(text_field(form, "text", "答复", most=_LONGEST))
        pick = {name: form[f"pick_{name}"] for name in _PICK if form.get(f"pick_{name}")}
        approved = await self._service.say(session_id, staff, key, text, pick or None)
        return "talk_say", {"caliber": approved}

    async def back(self, session_id: str, staff: Staff, key: str, _form: Form) -> tuple[str, dict[str, Any]]:
        await self._service.give_back(session_id, staff, key)
        return "talk_back", {}

    async def transfer(self, session_id: str, staff: Staff, key: str, form: Form) -> tuple[str, dict[str, Any]]:
        reason = mask(text_field(form, "reason", "说明", most=_LONGEST_REASON, needed=False))
        name = await self._service.pass_on(session_id, staff, key, form.get("to", ""), reason)
        return "talk_transfer", {"to": name}

    async def note(self, session_id: str, staff: Staff, key: str, form: Form) -> tuple[str, dict[str, Any]]:
        await self._service.note(session_id, staff, key, text_field(form, "note", "备注", most=_LONGEST_NOTE))
        return "talk_note", {}
