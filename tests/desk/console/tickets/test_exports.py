"""Tickets as files: what opens them takes nothing for a formula, and no number of a person is in them."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from koujing.desk.console.tickets import exports
from koujing.store.audit import Filter
from tests.desk.console.talks.conftest import Desk
from tests.desk.console.tickets.conftest import HOME, Clerk, MakeClerk, text_of

pytestmark = pytest.mark.anyio

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "＝1+1", "＠x")


async def test_a_csv_is_read_as_it_was_written(make_clerk: MakeClerk, desk: Desk) -> None:
    clerk: Clerk = await make_clerk("zhao", "operator", "reviewer")
    for formula in FORMULAS:
        await clerk.open(title=formula, question=f'{formula},\n"引号"', phone="13800138000")
    response = await clerk.browser.get(f"{HOME}.csv?q=1&since=2026-01-01")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="koujing-tickets-2026-11-20.csv"' in response.headers["content-disposition"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["工单编号", "状态", "标题"]
    assert {row[2] for row in rows[1:]} == {f"'{formula}" for formula in FORMULAS if "1" in formula}
    assert "138" not in response.text
    assert "有（已隐藏）" in response.text
    [entry] = desk.parts.audit.find(Filter(action="ticket_export"))
    assert entry.detail["rows"] == 5
    # What was looked for may be somebody's words.
    assert entry.detail["filter"] == {"q": "…", "since": "2026-01-01"}


async def test_a_sheet_holds_texts_and_real_days(make_clerk: MakeClerk) -> None:
    clerk: Clerk = await make_clerk("zhao", "operator", "reviewer")
    for formula in FORMULAS:
        await clerk.open(title=formula)
    response = await clerk.browser.get(f"{HOME}.xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    titles = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in titles} == set(FORMULAS)
    assert {cell.data_type for cell in titles} == {"s"}
    due = sheet.cell(2, head.index("到期日") + 1)
    assert due.is_date
    assert str(due.value) == "2026-11-25 00:00:00"
    made = sheet.cell(2, head.index("建单时间") + 1)
    assert str(made.value) == "2026-11-20 12:00:00"


async def test_who_may_export_but_not_see_has_a_page_for_it(clerk: Clerk, make_clerk: MakeClerk) -> None:
    await clerk.open()
    analyst: Clerk = await make_clerk("qian", "analyst")
    words = text_of(await analyst.browser.page(f"{HOME}/export?state=all"))
    assert "共 1 张" in words
    assert (await analyst.browser.get(f"{HOME}.csv")).status_code == 200
    assert (await analyst.browser.get(HOME)).status_code == 403
    assert (await clerk.browser.get(f"{HOME}.csv")).status_code == 403
    assert (await analyst.browser.get(f"{HOME}.csv?since=x")).status_code == 422


def test_what_no_sheet_can_hold_is_left_out() -> None:
    """A NUL ends the writer of CSV, another control character the writer of XLSX."""
    assert exports._plain("\0a\x1b=b") == "a=b"
    assert exports._plain("\x1b=b") == "'=b"
