"""The pages of figures: the report on screen, for print, as a workbook and as JSON; and the questions behind a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.figures.behind import WHATS, Behind
from koujing.desk.console.figures.drawing import WEEK, drawn
from koujing.desk.console.figures.report import TRANSFER_NAMES, Names, Report, make_report
from koujing.desk.console.figures.scope import CHANNELS, Asked, presets, read
from koujing.desk.console.figures.shown import as_json, duration, share
from koujing.desk.console.figures.workbook import workbook
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.rendering import day, moment
from koujing.knowledge.yaml_lines import read_document
from koujing.labels import STATUS, VERDICT
from koujing.settings import ROOT
from koujing.store.figures import Figures
from koujing.store.figures_transfers import Transfers

__all__ = ["figure_routes"]

_PAGE = "/console/figures"
_SEE = "figures"
_TEXTS = ROOT / "config" / "console" / "figures.yml"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = "全部"


def figure_routes(kit: ConsoleKit, texts: Path = _TEXTS) -> list[Route]:
    """The routes.

    Raises:
        PolicyFileError: the file of definitions cannot be read.
    """
    pages = _FigurePages(kit, texts)
    return [
        kit.route(_PAGE, pages.show, permission=_SEE),
        kit.route(f"{_PAGE}/print", pages.print, permission=_SEE),
        kit.route(f"{_PAGE}/report.xlsx", pages.file, permission=_SEE),
        kit.route(f"{_PAGE}/report.json", pages.json, permission=_SEE),
        kit.route(f"{_PAGE}/questions", pages.questions, permission=_SEE),
    ]


class _FigurePages:
    def __init__(self, kit: ConsoleKit, texts: Path) -> None:
        self._kit, self._knowledge, self._clock = kit, kit.parts.knowledge, kit.parts.clock
        self._figures = Figures(kit.parts.engine)
        self._transfers = Transfers(kit.parts.engine, self._figures)
        self._names = Names(self._knowledge)
        self._behind = Behind(self._figures, self._transfers)
        self._definitions: list[dict[str, str]] = read_document(texts).data["definitions"]
        own = {region for region, _ in self._knowledge.provisions}
        self._choices: Mapping[str, Mapping[str, str]] = {
            "channel": CHANNELS,
            "region": {id: self._knowledge.regions.name(id) for id in sorted(own)},
            "matter": {id: matter.name for id, matter in self._knowledge.matters.items()},
            "clause": {id: self._names.clause(id) for id in self._knowledge.clauses},
        }

    # --- the report

    async def show(self, request: Request, staff: Staff) -> Response:
        """On screen. With days that cannot be, this month and what is wrong."""
        error = None
        try:
            asked = read(request.query_params, self._knowledge, self._clock)
        except InputError as wrong:
            error, asked = wrong, read({}, self._knowledge, self._clock)
        return await self._page(request, staff, "figures.html", asked, error)

    async def print(self, request: Request, staff: Staff) -> Response:
        """For paper."""
        asked = read(request.query_params, self._knowledge, self._clock)
        return await self._page(request, staff, "figures_print.html", asked)

    async def file(self, request: Request, staff: Staff) -> Response:
        """As a workbook. Taking it away is noted."""
        asked = read(request.query_params, self._knowledge, self._clock)
        report = await self._report(asked)
        await self._kit.note(request, staff, "figures_export", "figures", filter=asked.query)
        data = await run_in_threadpool(workbook, report, self._about(asked, report.made_at), self._definitions)
        name = f"koujing-{asked.scope.first:%Y%m%d}-{asked.scope.last:%Y%m%d}.xlsx"
        return Response(
            data, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )  # fmt: skip

    async def json(self, request: Request, _staff: Staff) -> Response:
        """As data."""
        asked = read(request.query_params, self._knowledge, self._clock)
        return self._kit.json(as_json(await self._report(asked), asked, self._definitions))

    async def _report(self, asked: Asked) -> Report:
        now = self._clock.now()
        return await run_in_threadpool(make_report, self._figures, self._transfers, self._names, asked.scope, now)

    async def _page(
        self, request: Request, staff: Staff, template: str, asked: Asked, error: InputError | None = None
    ) -> Response:
        report = await self._report(asked)
        shown: dict[str, Any] = {
            "report": report,
            "charts": await run_in_threadpool(drawn, report),
            "about": self._about(asked, report.made_at),
            "given": asked.given,
            "query": urlencode(asked.query),
            "narrowed": any(asked.given[name] for name in self._choices),
            "choices": self._choices,
            "presets": [
                (name, self._address(asked, first, last), (first, last) == (asked.scope.first, asked.scope.last))
                for name, first, last in presets(self._clock)
            ],
            "behind": partial(_behind, asked),
            "definitions": self._definitions,
            "transfer_names": TRANSFER_NAMES,
            "week": WEEK,
            "share": share,
            "duration": duration,
            "tickets": staff.may("ticket_export"),
            "error": error,
        }
        return self._kit.html(request, staff, template, error.status if error else 200, **shown)

    def _about(self, asked: Asked, made_at: dt.datetime) -> list[tuple[str, str]]:
        """What the report is of, for people."""
        scope, given = asked.scope, asked.given
        names = {"channel": "渠道", "region": "地区", "matter": "事项", "clause": "条款"}
        filters = [
            (names[field], self._choices[field].get(given[field], given[field]) if given[field] else _ALL)
            for field in names
        ]
        days = (scope.last - scope.first).days + 1
        return [
            ("日期", f"{day(scope.first)}至{day(scope.last)}，共 {days} 天"),
            *filters,
            ("生成", moment(made_at)),
        ]

    @staticmethod
    def _address(asked: Asked, first: dt.date, last: dt.date) -> str:
        days = {"from": first.isoformat(), "to": last.isoformat()}
        return f"{_PAGE}?{urlencode({**asked.query, **days})}"

    # --- what is behind a number

    async def questions(self, request: Request, staff: Staff) -> Response:
        """The questions counted in a number, newest first, without their words."""
        asked = read(request.query_params, self._knowledge, self._clock)
        found = await run_in_threadpool(self._behind.read, asked.scope, request.query_params)
        aspects = {id: aspect["name"] for id, aspect in self._knowledge.wordings["aspects"].items()}
        later = {**asked.query, **found.query}
        shown: dict[str, Any] = {
            "found": found,
            "about": [pair for pair in self._about(asked, self._clock.now())[:-1] if pair[1] != _ALL],
            "what": WHATS[found.what],
            "name": self._names.of,
            "kind": self._names.kind,
            "statuses": STATUS,
            "verdicts": VERDICT,
            "aspects": aspects,
            "transfer_names": TRANSFER_NAMES,
            "back": f"{_PAGE}?{urlencode(asked.query)}",
            "older": f"{_PAGE}/questions?{urlencode({**later, 'before': found.older})}" if found.older else None,
            "may_read": staff.may("conversations"),
        }
        return self._kit.html(request, staff, "figures_questions.html", **shown)


def _behind(asked: Asked, what: str, **more: Any) -> str:
    """The address of what a number counts; `more` narrows the scope further. Days replace the scope's."""
    if isinstance(on := more.pop("day", None), dt.date):
        more |= {"from": on.isoformat(), "to": on.isoformat()}
    return f"{_PAGE}/questions?{urlencode({**asked.query, 'what': what, **{k: v for k, v in more.items() if v}})}"
