"""`/t`: where a ticket is and what was answered, for whoever has its code; nothing of who asked."""

from __future__ import annotations

import pytest

from tests.desk.console.talks.conftest import Desk, make_desk, time
from tests.desk.console.tickets.conftest import Clerk, MakeClerk, clerk, desk, make_clerk
from tests.desk.web.html import flaws, parse

__all__ = ["MakeClerk", "clerk", "desk", "make_clerk", "make_desk", "time"]

pytestmark = pytest.mark.anyio


async def look(desk: Desk, code: str, status: int = 200) -> str:
    """The words of the page."""
    response = await desk.api().get("/t", params={"code": code})
    assert response.status_code == status
    page = parse(response.text)
    assert flaws(page) == []
    assert response.headers["cache-control"] == "no-store"
    return " ".join(page.text.split())


async def test_it_tells_where_the_ticket_is(desk: Desk, clerk: Clerk) -> None:
    ticket = await clerk.open(phone="13800138000")
    words = await look(desk, f" {ticket.code[:6].lower()}-{ticket.code[6:]}")
    assert "工单 2026-000001" in words
    assert "办理中" in words
    assert "2026-11-25" in words
    for private in ("见习补贴怎么领", "13800138000", "Wang", "就业促进科"):
        assert private not in words
    await clerk.does(ticket, "reply", reply="按协议最长期限算。", way="told")
    words = await look(desk, ticket.code)
    assert "已答复" in words
    assert "按协议最长期限算。" in words
    await clerk.does(ticket, "told")
    await clerk.does(ticket, "reopen", reopen_reason="答错了")
    words = await look(desk, ticket.code)
    assert "按协议最长期限算。" not in words


async def test_without_a_code_there_is_the_form(desk: Desk) -> None:
    assert "查询码" in await look(desk, "")
    assert "没有这个查询码" in await look(desk, "000000000000", 404)


async def test_codes_cannot_be_tried_without_end(make_desk: object) -> None:
    assert callable(make_desk)
    desk = make_desk(lookups_per_minute=2)
    for status in (404, 404, 429):
        assert (await desk.api().get("/t", params={"code": "0" * 12})).status_code == status
    await desk.close()
