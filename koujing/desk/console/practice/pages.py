"""The pages of practice: a round of ten, the proof after each, one's own results, and all people's for reviewers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, GoneError, InputError
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.practice.questions import ROUND, Questions
from koujing.desk.errors import ApiError
from koujing.store.practice import Practice, Question, Round, Standing

__all__ = ["practice_routes"]

_PAGE = "/console/practice"
_MAY = "practice"
_MOST_PAST = 500
_WEAKEST = 3


def practice_routes(kit: ConsoleKit, random: Random | None = None) -> list[Route]:
    """The routes. `random` mixes questions and options."""
    pages = _PracticePages(kit, random or Random())  # nosec B311 # which question comes next is no secret
    return [
        kit.route(_PAGE, pages.home, permission=_MAY),
        kit.route(_PAGE, pages.begin, ["POST"], permission=_MAY),
        kit.route(f"{_PAGE}/team", pages.team, permission="practice_overview"),
        kit.route(f"{_PAGE}/{{id}}", pages.show, permission=_MAY),
        kit.route(f"{_PAGE}/{{id}}", pages.answer, ["POST"], permission=_MAY),
    ]


class _PracticePages:
    def __init__(self, kit: ConsoleKit, random: Random) -> None:
        self._kit, self._random, self._knowledge = kit, random, kit.parts.knowledge
        self._store, self._questions = Practice(kit.parts.engine, kit.parts.clock), Questions(kit.parts.knowledge)
        own = {region for region, _ in self._knowledge.provisions}
        self._regions = {id: self._knowledge.regions.name(id) for id in sorted(own)}
        self._matters = {id: matter.name for id, matter in self._knowledge.matters.items()}

    async def home(self, request: Request, staff: Staff) -> Response:
        """One's own results, and where a round begins."""
        return await self._home(request, staff)

    async def begin(self, request: Request, staff: Staff) -> Response:
        """A new round. That past questions are shown is noted."""
        form = await self._kit.form(request)
        try:
            region, matter = (self._of(form, field, known) for field, known in self._choices().items())
            made = await run_in_threadpool(self._made, staff, region, matter)
            if not made:
                raise InputError("matter", "这个范围里没有可以练的问题。", "请换一个地区或事项。")
        except ApiError as error:
            return await self._home(request, staff, error, form)
        id = await run_in_threadpool(self._store.begin, staff.id, region, matter, made)
        past = sum(each.receipt is not None for each in made)
        await self._kit.note(request, staff, "practice_begin", f"practice:{id}", rows=past)
        return self._kit.see_other(f"{_PAGE}/{id}")

    async def show(self, request: Request, staff: Staff) -> Response:
        """The next question; what was right of the one just answered; or how the round went."""
        one = await self._round(request, staff)
        shown = request.query_params.get("shown", "")
        told = next((each for each in one.questions if str(each.position) == shown and each.chosen is not None), None)
        given: dict[str, Any] = {
            "one": one,
            "question": told or one.next,
            "told": told is not None,
            "more": one.next is not None,
            "region_name": self._region,
            "matter_name": self._matter,
        }
        return self._kit.html(request, staff, "practice_round.html", **given)

    async def answer(self, request: Request, staff: Staff) -> Response:
        """What was chosen, kept once."""
        one = await self._round(request, staff)
        form = await self._kit.form(request)
        position, choice = (_whole(form.get(field, "")) for field in ("position", "choice"))
        kept = await run_in_threadpool(partial(self._store.answer, one.id, staff.id, position, choice))
        if not kept and not any(each.position == position and each.chosen is not None for each in one.questions):
            raise ConflictError("没有收到选择。", "请回到这一轮，从选项里选一个。")
        return self._kit.see_other(f"{_PAGE}/{one.id}", shown=position)

    async def team(self, request: Request, staff: Staff) -> Response:
        """Everybody's results, and which matters are weak."""
        people = await run_in_threadpool(self._store.by_person)
        by_matter = await run_in_threadpool(self._store.by_matter)
        given: dict[str, Any] = {
            "people": [(name, standing, self._weakest(own)) for _, name, standing, own in people],
            "matters": self._ordered(by_matter),
        }
        return self._kit.html(request, staff, "practice_team.html", **given)

    # ---

    def _made(self, staff: Staff, region: str | None, matter: str | None) -> list[Question]:
        regions = self._knowledge.regions
        within = None if region is None else frozenset(id for id in regions.ids() if regions.within(id, region))
        past = self._store.past(within, matter, _MOST_PAST)
        standing, on = self._store.by_matter(staff.id), self._kit.parts.clock.today()
        return self._questions.made(past, standing, on, self._random, region=region, matter=matter)

    async def _home(
        self, request: Request, staff: Staff, error: ApiError | None = None, form: Mapping[str, str] | None = None
    ) -> Response:
        rounds = await run_in_threadpool(self._store.rounds, staff.id)
        own = await run_in_threadpool(self._store.by_matter, staff.id)
        given: dict[str, Any] = {
            "rounds": rounds,
            "open": next((each for each in rounds if each.ended_at is None), None),
            "matters": self._ordered(own),
            "total": Standing(sum(each.asked for each in own.values()), sum(each.right for each in own.values())),
            "choices": self._choices(),
            "form": form or {},
            "error": error,
            "size": ROUND,
            "team": staff.may("practice_overview"),
            "region_name": self._region,
            "matter_name": self._matter,
        }
        return self._kit.html(request, staff, "practice.html", error.status if error else 200, **given)

    def _choices(self) -> Mapping[str, Mapping[str, str]]:
        return {"region": self._regions, "matter": self._matters}

    @staticmethod
    def _of(form: Mapping[str, str], field: str, known: Mapping[str, str]) -> str | None:
        given = form.get(field, "")
        if given and given not in known:
            raise InputError(field, "没有这个地区或事项。", "请从列表里选。")
        return given or None

    def _region(self, id: str | None) -> str:
        known = self._knowledge.regions.get(id) if id else None
        return known.name if known else (id or "全部地区")

    def _matter(self, id: str | None) -> str:
        return self._matters.get(id, id) if id else "全部事项"

    def _ordered(self, standings: Mapping[str, Standing]) -> list[tuple[str, Standing]]:
        """The weakest matters first."""
        named = [(self._matter(id), standing) for id, standing in standings.items()]
        return sorted(named, key=lambda one: (one[1].rate or 0, -one[1].asked, one[0]))

    def _weakest(self, own: Mapping[str, Standing]) -> list[str]:
        return [name for name, standing in self._ordered(own) if standing.rate is not None and standing.rate < 0.8][:_WEAKEST]  # fmt: skip

    async def _round(self, request: Request, staff: Staff) -> Round:
        id = _whole(request.path_params["id"])
        found = await run_in_threadpool(self._store.round, id, staff.id)
        if found is None:
            raise GoneError("没有这一轮练习。", "练习只有本人能打开；请从“练习”重新开始。")
        return found


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else -1
