"""The pages of figures: numbers, filters, files, what is behind a number, and who may see what."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.console.figures.pages import figure_routes
from koujing.store.audit import Filter
from koujing.store.feedback import Feedback
from koujing.store.store import Store
from tests.desk.conftest import blank_reply
from tests.desk.console.conftest import Console, MakeConsole, Time
from tests.desk.console.matrix import wrong_answers

pytestmark = pytest.mark.anyio

PAGE = "/console/figures"
MATTER, OTHER = "job_retention_refund", "unemployment_benefit"
CLAUSE = "hld-2021-2:1"


@pytest.fixture
def console(make_console: MakeConsole) -> Console:
    return make_console(lambda kit, _parts: figure_routes(kit))


class Asking:
    def __init__(self, engine: Engine, time: Time) -> None:
        self.clock = Clock(now=lambda: time.now)
        self.store, self.n = Store(engine, self.clock), 0

    def __call__(self, name: str, status: str = "answered", client: str = "web:demo", **more: Any) -> str:
        self.n += 1
        given = {"matter": MATTER, "region": "huludao", "aspect": "amount", "citations": [{"clause": CLAUSE}], **more}
        reply = blank_reply(status, f"第{self.n}次", dt.date(2021, 9, 15), question="张三能领吗", **given)
        return str(self.store.record(self.store.session(client, name), f"m{self.n}", "d", [reply])[0]["receipt"])


@pytest.fixture
def ask(engine: Engine, time: Time) -> Asking:
    return Asking(engine, time)


@pytest.fixture
def asked(ask: Asking, engine: Engine, time: Time) -> Asking:
    """Two settled, one disliked, one passed on, one that got no conclusion."""
    ask("a")
    ask("b", "determined", verdict="eligible", client="wechat:wx1", matter=OTHER)
    code = ask("a")
    Feedback(engine, Clock(now=lambda: time.now)).keep(
        ask.store.session("web:demo", "a"), code, useful=False, reason=None, note=None
    )
    ask("c")
    ask("c", "handed_off", matter=None, citations=[], kind="human_request")
    ask("d", "outside_scope", matter=None, citations=[], kind="pension", region=None)
    return ask


async def data(console: Console, query: str = "") -> dict[str, Any]:
    person = await console.person("analyst")
    response = await person.get(f"{PAGE}/report.json{query}")
    assert response.status_code == 200, response.text
    return dict(json.loads(response.text))


async def test_the_page_shows_what_is_counted(console: Console, asked: Asking) -> None:
    page = await (await console.person("analyst")).page(PAGE)
    assert "40.0%" in page.text  # two of five
    for words in (
        "失业保险稳岗返还",
        "葫芦岛市",
        "微信",
        "要求人工",
        "不在范围内：养老保险和退休",
        "首答解决率",
        "2026年11月1日至2026年11月20日",
    ):
        assert words in page.text, words
    assert len(page.all("svg")) == 7
    assert "张三" not in page.text


async def test_the_data_holds_the_same(console: Console, asked: Asking) -> None:
    found = await data(console)
    total = found["total"]
    assert (total["questions"], total["concluded"], total["resolved_first"], total["transfers"]) == (5, 4, 2, 1)
    assert (total["sessions"], total["useless"], total["abstained"]) == (4, 1, 1)
    assert total["first_answer_rate"] == pytest.approx(0.4)
    matters = {group["id"]: group for group in found["by_matter"]}
    assert (matters[MATTER]["questions"], matters[MATTER]["resolved_first"], matters[MATTER]["transfers"]) == (3, 1, 1)
    assert matters[None]["name"] == "没有认出事项"
    clause = next(group for group in found["by_clause"] if group["id"] == CLAUSE)
    assert clause["share_of_transfers"] == 1
    assert len(found["by_day"]) == 20
    assert found["transfers"]["asked"]["count"] == 1
    assert found["unsettled"]
    assert {one["name"] for one in found["definitions"]} >= {"问题", "首答解决", "转出"}


@pytest.mark.parametrize(
    ("query", "questions"),
    [
        ("?channel=wechat", 1), (f"?matter={MATTER}", 3), ("?region=liaoning", 4), ("?region=guangdong", 0), (f"?clause={CLAUSE}", 4),
        ("?from=2026-11-20&to=2026-11-20", 5), ("?from=2026-11-01&to=2026-11-19", 0), ("?channel=web&matter=" + OTHER, 0),
    ],
)  # fmt: skip
async def test_filters_narrow(console: Console, asked: Asking, query: str, questions: int) -> None:
    assert (await data(console, query))["total"]["questions"] == questions


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-02-30",
        "?from=2026-11-20&to=2026-11-01",
        "?from=2024-01-01&to=2026-11-01",
        "?channel=fax",
        "?matter=x",
        "?region=x",
        "?clause=x",
        "?to=9999-12-31",
    ],
)
async def test_what_cannot_be_is_told_kindly(console: Console, asked: Asking, query: str) -> None:
    person = await console.person("analyst")
    response = await person.get(PAGE + query)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert "本月" in response.text
    assert (await person.get(f"{PAGE}/report.xlsx{query}")).status_code == 422


async def test_a_period_without_questions_says_so(console: Console, asked: Asking) -> None:
    page = await (await console.person("analyst")).page(f"{PAGE}?from=2020-01-01&to=2020-02-01")
    assert "这段时间没有问题" in page.text
    assert page.all("svg") == []


async def test_long_periods_are_drawn_by_months(console: Console, asked: Asking) -> None:
    page = await (await console.person("analyst")).page(f"{PAGE}?from=2026-01-01&to=2026-11-20")
    assert "每月的问题" in page.text


async def test_the_workbook_holds_numbers(console: Console, asked: Asking) -> None:
    person = await console.person("reviewer")
    response = await person.get(f"{PAGE}/report.xlsx?matter={MATTER}")
    assert "koujing-20261101-20261120.xlsx" in response.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["总览", "日期", "渠道", "地区", "事项", "条款", "时段", "未作结论", "追问", "口径"]
    overview = {row[0]: row[1] for row in book["总览"].iter_rows(values_only=True) if row and row[0]}
    assert (overview["问题"], overview["首答解决"], overview["事项"]) == (3, 1, "失业保险稳岗返还")
    assert overview["首答解决率（占全部问题）"] == pytest.approx(1 / 3)
    days = list(book["日期"].iter_rows(values_only=True))
    assert days[-1][:2] == (dt.datetime(2026, 11, 20), 3)  # noqa: DTZ001 - a workbook knows no zone
    assert book["日期"].cell(21, 5).number_format == "0.0%"
    [entry] = console.parts.audit.find(Filter(action="figures_export"), limit=5)
    assert entry.detail["filter"]["matter"] == MATTER


async def test_the_page_for_paper_has_no_links_in_its_tables(console: Console, asked: Asking) -> None:
    page = await (await console.person("policy_editor")).page(f"{PAGE}/print")
    assert [link["href"] for table in page.all("table") for link in table.all("a")] == []
    assert "政策咨询数据报告" in page.text


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("what=questions", 5), ("what=resolved", 2), ("what=unresolved", 2), ("what=useless", 1), ("what=abstained", 1),
        ("what=concluded&matter=" + OTHER, 1), ("what=questions&status=outside_scope&kind=pension", 1),
        ("what=questions&none=matter", 1), ("what=transfers", 1), ("what=transfers&way=ticket", 0), ("what=pointed", 0),
    ],
)  # fmt: skip
async def test_every_number_leads_to_what_it_counts(console: Console, asked: Asking, query: str, rows: int) -> None:
    page = await (await console.person("analyst")).page(f"{PAGE}/questions?{query}")
    body = page.one("tbody")
    listed = [row for row in body.all("tr") if not row.all("td", class_="empty")]
    assert len(listed) == rows
    assert "张三" not in page.text


async def test_a_conversation_is_linked_for_who_may_read_it(console: Console, asked: Asking) -> None:
    links = {}
    for role in ("analyst", "reviewer"):
        page = await (await console.person(role)).page(f"{PAGE}/questions")
        links[role] = [
            link["href"] for link in page.one("tbody").all("a") if link["href"].startswith("/console/conversations/")
        ]
    assert links["analyst"] == []
    assert len(links["reviewer"]) == 5


async def test_long_lists_have_pages(console: Console, ask: Asking) -> None:
    for _ in range(103):
        ask("a")
    person = await console.person("analyst")
    first = await person.page(f"{PAGE}/questions?what=resolved")
    assert len(first.one("tbody").all("tr")) == 100
    second = await person.page(first.one("nav", class_="pages").one("a")["href"])
    assert len(second.one("tbody").all("tr")) == 3
    assert second.all("nav", class_="pages") == []


async def test_a_list_of_nothing_known_is_refused(console: Console) -> None:
    assert (await (await console.person("analyst")).get(f"{PAGE}/questions?what=names")).status_code == 422


async def test_the_export_of_tickets_is_linked_for_who_may(console: Console, asked: Asking) -> None:
    for role, there in (("analyst", True), ("administrator", False)):
        page = await (await console.person(role)).page(PAGE)
        assert ("工单导出" in page.text) is there


async def test_only_those_who_may_see_figures(console: Console) -> None:
    assert [wrong async for wrong in wrong_answers(console)] == []
