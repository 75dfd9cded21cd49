"""The audit's page: filters, pages, and the file."""

from __future__ import annotations

import csv
import io

import pytest

from koujing.desk.console.audit_pages import detail_words
from koujing.store.audit import Filter
from tests.desk.console.conftest import Console, Time

pytestmark = pytest.mark.anyio


async def test_what_was_done_is_found_by_who_what_and_when(console: Console, time: Time) -> None:
    console.account("boss", "administrator")
    audit = console.parts.audit
    audit.note(1, "staff_add", "staff:7", {"name": "zhao", "roles": ["operator"]}, address="10.0.0.1")
    time.pass_(days=1)
    audit.note(None, "staff_disable", "staff:7", {"name": "zhao"}, address="命令行（root）")
    boss = await console.person("administrator", name="boss")
    page = await boss.page("/console/audit")
    rows = [row.text for row in page.one("tbody").all("tr")]
    assert len(rows) == 3
    assert "登录" in rows[0]
    assert "停用账号" in rows[1]
    assert "无账号" in rows[1]
    assert "账号：zhao；角色：坐席" in rows[2]
    for query, count in (
        ("staff=1", 2), ("action=staff_add", 1), ("object=staff:7", 2), ("object=staff:%", 0), ("since=2026-11-21", 2),
        ("until=2026-11-20", 1), ("since=2026-11-20&until=2026-11-21", 3), ("object=none", 0),
    ):  # fmt: skip
        page = await boss.page(f"/console/audit?{query}")
        assert sum(len(body.all("tr")) for body in page.all("tbody")) == count, query


async def test_older_entries_are_on_further_pages(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    for number in range(60):
        console.parts.audit.note(1, "call_view", f"call:{number}", {})
    page = await boss.page("/console/audit?object=call:")
    assert len(page.one("tbody").all("tr")) == 50
    older = next(link["href"] for link in page.all("a") if link.text == "更早")
    assert older == "/console/audit?object=call%3A&before=12"
    page = await boss.page(older)
    assert [row.all("td")[3].text for row in page.one("tbody").all("tr")] == [f"call:{n}" for n in range(9, -1, -1)]


@pytest.mark.parametrize("query", ["since=yesterday", "until=2026-02-30", "staff=x", "before=x", "staff=²"])
async def test_a_filter_that_cannot_be_is_told(console: Console, query: str) -> None:
    boss = await console.person("administrator", name="boss")
    assert (await boss.get(f"/console/audit?{query}")).status_code == 422
    if not query.startswith("before"):
        assert (await boss.get(f"/console/audit.csv?{query}")).status_code == 422


async def test_the_file_holds_no_formula_and_taking_it_is_noted(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    console.parts.audit.note(1, "staff_add", "=1+1", {})
    response = await boss.get("/console/audit.csv?staff=1")
    assert response.headers["content-disposition"] == 'attachment; filename="koujing-audit.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["编号", "时间", "账号"]
    assert rows[1][5] == "'=1+1"
    assert console.parts.audit.find(Filter(action="audit_view"))[0].detail == {"filter": {"staff": "1"}}


def test_details_are_read_as_words() -> None:
    detail = {"roles": ["administrator", "operator"], "until": None, "other": [1, 2], "filter": {"staff": "1"}}
    assert detail_words(detail) == "角色：坐席、管理员；other：1、2；条件：staff=1"
