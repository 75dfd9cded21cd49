"""The pages of tickets: opened by hand, listed, looked for, worked on, and who may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from koujing.store.audit import Filter
from koujing.store.ticket_lists import Wanted
from tests.desk.console.conftest import Console, Time, shown
from tests.desk.console.matrix import registered, wrong_answers
from tests.desk.console.talks.conftest import Desk
from tests.desk.console.tickets.conftest import FORM, HOME, Clerk, MakeClerk, text_of

pytestmark = pytest.mark.anyio


async def test_a_ticket_goes_its_way(clerk: Clerk, make_clerk: MakeClerk, desk: Desk) -> None:
    ticket = await clerk.open()
    assert (ticket.number, ticket.state, ticket.office) == ("2026-000001", "assigned", "employment_promotion")
    page = text_of(await clerk.page(ticket))
    for words in ("见习补贴怎么领", "就业促进科", "葫芦岛市", "已派", "2026年11月25日前答复"):
        assert words in page
    li = await make_clerk("li", "policy_editor", office="就业促进科")
    assert (await li.does(ticket, "accept")).worker == "Li"
    assert (await li.does(ticket, "lack", lack_reason="请补单位名称")).state == "lacking"
    assert (await clerk.does(ticket, "supply", supply_reason="某某厂")).state == "working"
    replied = await li.does(ticket, "reply", reply="按见习协议最长期限算。", way="told")
    assert (replied.state, replied.reply) == ("undelivered", "按见习协议最长期限算。")
    assert "请把上面的答复念给市民听" in text_of(await clerk.page(ticket))
    assert (await clerk.does(ticket, "told", how="电话")).state == "replied"
    assert (await clerk.does(ticket, "close")).state == "closed"
    assert (await clerk.does(ticket, "reopen", reopen_reason="市民又问")).state == "reopened"
    assert [event.kind for event in clerk.history(ticket)] == [
        "opened", "accept", "lack", "supply", "reply", "told", "close", "reopen"
    ]  # fmt: skip
    assert [event.by for event in clerk.history(ticket)][:3] == ["Wang", "Li", "Li"]
    noted = [entry.action for entry in desk.parts.audit.find(Filter(object="ticket:2026-000001"))]
    assert {"ticket_open", "ticket_view", "ticket_reply", "ticket_told", "ticket_close"} <= set(noted)
    assert "见习" not in str(desk.parts.audit.find(Filter(object="ticket:")))


async def test_a_reason_is_needed_where_one_is_owed(clerk: Clerk) -> None:
    ticket = await clerk.open()
    for act, form in (("return", {}), ("void", {"void_reason": " "}), ("lack", {})):
        response = await clerk.act(ticket, act, **form)
        assert response.status_code == 422
        shown(response)
    assert clerk.lists.get(ticket.id).version == ticket.version
    assert (await clerk.does(ticket, "return", return_reason="不归我科")).state == "returned"
    assert (await clerk.does(ticket, "assign", office="general")).office == "general"
    assert (await clerk.does(ticket, "void", void_reason="重复")).state == "void"


async def test_to_an_office_and_to_one_of_its_people(clerk: Clerk, make_clerk: MakeClerk, desk: Desk) -> None:
    li = await make_clerk("li", office="综合科")
    person = desk.parts.staff.named("li")
    assert person is not None
    ticket = await clerk.open(office="")
    assert (ticket.state, ticket.office) == ("new", None)
    # What nobody has yet is theirs who made it; what is theirs by office may be taken.
    assert "共 1 张" in text_of(await clerk.browser.page(f"{HOME}?mine=1"))
    assert "共 0 张" in text_of(await li.browser.page(f"{HOME}?mine=1"))
    given = await clerk.does(ticket, "assign", office="general", staff="")
    assert "共 1 张" in text_of(await li.browser.page(f"{HOME}?mine=1"))
    assert (await clerk.act(given, "assign", office="general", staff="999")).status_code == 422
    assert (await clerk.act(given, "assign", office="")).status_code == 422
    given = await clerk.does(ticket, "assign", office="general", staff=str(person.id))
    assert (given.worker, given.state) == ("Li", "assigned")
    # Urgent and of another kind, its day moves; it still counts from when it was opened.
    edited = await clerk.does(ticket, "edit", **{**FORM, "priority": "urgent"})
    assert edited.due_on.isoformat() == "2026-11-23"
    assert "2026-11-25 → 2026-11-23" in text_of(await clerk.page(ticket))


async def test_two_people_lose_no_change(clerk: Clerk, make_clerk: MakeClerk) -> None:
    ticket = await clerk.open()
    li = await make_clerk("li")
    await li.does(ticket, "edit", **{**FORM, "title": "李改的标题"})
    response = await clerk.act(ticket, "edit", **{**FORM, "title": "王改的标题", "question": "王写的长长的问题"})
    assert response.status_code == 409
    page = shown(response)
    words = text_of(page)
    assert "被改动过" in words
    assert "李改的标题" in words
    # What was typed is still there, to be sent again for the version that is shown now.
    assert "王改的标题" in response.text
    assert "王写的长长的问题" in response.text
    assert f'name="version" value="{ticket.version + 1}"' in response.text
    assert clerk.lists.get(ticket.id).title == "李改的标题"
    edited = await clerk.does(ticket, "edit", **{**FORM, "title": "王改的标题"})
    assert edited.title == "王改的标题"
    changes = [event.data["title"] for event in clerk.history(ticket) if event.kind == "edit"]
    assert changes == [["见习补贴", "李改的标题"], ["李改的标题", "王改的标题"]]


async def test_a_reply_typed_meanwhile_is_not_lost(clerk: Clerk, make_clerk: MakeClerk) -> None:
    ticket = await clerk.open()
    await (await make_clerk("li")).does(ticket, "accept")
    response = await clerk.act(ticket, "reply", reply="写了很久的答复", way="told")
    assert response.status_code == 409
    assert "写了很久的答复" in response.text
    shown(response)
    await (await make_clerk("li")).does(ticket, "void", void_reason="重复")
    response = await clerk.act(clerk.lists.get(ticket.id), "reply", reply="写了很久的答复", way="told")
    assert response.status_code == 409
    assert "作废" in response.text


async def test_a_form_sent_twice_is_done_once(clerk: Clerk) -> None:
    ticket = await clerk.open(key="a" * 32)
    assert (await clerk.open(key="a" * 32)).id == ticket.id
    first = await clerk.act(ticket, "accept", key="b" * 32)
    again = await clerk.act(ticket, "accept", key="b" * 32)
    assert first.status_code == again.status_code == 303
    assert [event.kind for event in clerk.history(ticket)] == ["opened", "accept"]
    for _ in range(2):
        await clerk.act(ticket, "note", key="c" * 32, note="13800138000 打过")
    notes = [event.text for event in clerk.history(ticket) if event.kind == "note"]
    assert notes == ["【手机号】 打过"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "长" * 81), ("question", ""), ("region", "没有的地方"), ("matter", "none"),
        ("clause", "none"), ("receipt", "12"), ("kind", "none"), ("priority", "x"), ("office", "none"),
        ("phone", "123"), ("key", "x"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_said_beside_its_field(clerk: Clerk, field: str, value: str) -> None:
    given = {"key": "k" * 32, "source": "manual", **FORM, field: value}
    response = await clerk.browser.post(HOME, given)
    assert response.status_code == 422, response.text
    page = shown(response)
    if field != "question":
        assert "见习补贴怎么领" in page.text or "见习补贴怎么领" in response.text
    assert clerk.lists.find(Wanted()) == []


async def test_an_ambiguous_place_is_asked_about(clerk: Clerk) -> None:
    response = await clerk.browser.post(HOME, {"key": "k" * 32, "source": "manual", **FORM, "region": "南山区"})
    assert response.status_code == 422
    assert "是不是" in response.text


async def test_the_list_is_filtered_and_paged(clerk: Clerk, make_clerk: MakeClerk, time: Time) -> None:
    first = await clerk.open(title="最早的一张")
    time.pass_(days=10)
    await clerk.again()
    for n in range(31):
        await clerk.open(
            title=f"第{n}张", region="兴城市" if n else "广州市", matter="" if n else "unemployment_assistance"
        )
    page = await clerk.browser.page(HOME)
    words = text_of(page)
    assert "共 32 张，第 1 / 2 页" in words
    assert "超期 5 天" in words
    assert words.index("最早的一张") < words.index("第30张")
    assert "第 2 / 2 页" in text_of(await clerk.browser.page(f"{HOME}?page=2"))
    for query, count in (
        ("overdue=1", 1), ("region=huludao", 31), ("region=guangdong", 1), ("matter=unemployment_assistance", 1),
        ("q=最早", 1), (f"q={first.number}", 1), ("state=closed", 0), ("state=all", 32), ("office=general", 30),
        ("since=2026-11-25", 31), ("until=2026-11-20", 1), ("mine=1", 0), ("page=99", 32),
    ):  # fmt: skip
        assert f"共 {count} 张" in text_of(await clerk.browser.page(f"{HOME}?{query}")), query
    for query in ("state=none", "since=2026-13-01", "region=none", "office=mine"):
        response = await clerk.browser.get(f"{HOME}?{query}")
        assert response.status_code == 422, query
        shown(response)
    li = await make_clerk("li", office="就业促进科")
    assert "共 1 张" in text_of(await li.browser.page(f"{HOME}?office=mine"))


async def test_what_is_due_is_told(clerk: Clerk, make_clerk: MakeClerk, desk: Desk, time: Time) -> None:
    ticket = await clerk.open(office="general")
    await clerk.does(ticket, "accept")
    time.pass_(days=5)
    await clerk.again()
    assert "今天到期" in text_of(await clerk.browser.page(HOME))
    mine = (await clerk.browser.get(f"{HOME}/due.json")).json()
    assert mine == {
        "mine": {"overdue": 0, "today": 1, "next": 0},
        "all": {"overdue": 0, "today": 1, "next": 0},
        "on": "2026-11-25",
    }
    assert (await (await make_clerk("li")).browser.get(f"{HOME}/due.json")).json()["mine"]["today"] == 0
    time.pass_(days=1)
    response = await desk.api().get("/api/v1/tickets/due")
    assert response.json()["counts"] == {"overdue": 1, "today": 0, "next": 0}
    assert response.json()["tickets"] == [
        {
            "number": "2026-000001", "office": "综合科", "state": "working", "state_name": "办理中",
            "due_on": "2026-11-25", "overdue": True, "undelivered": False,
        }
    ]  # fmt: skip
    assert (await desk.api().get("/api/v1/tickets/due", headers={"Authorization": "Bearer x"})).status_code == 401


async def test_beyond_the_calendar_the_page_says_so(clerk: Clerk, time: Time) -> None:
    time.pass_(days=41)  # 2026-12-31
    await clerk.again()
    ticket = await clerk.open()
    words = text_of(await clerk.page(ticket))
    assert "2027年的调休未公布，按周一至周五计" in words
    assert "2027年的调休未公布，按周一至周五计" in text_of(await clerk.browser.page(f"{HOME}/new"))


async def test_every_role_gets_what_the_table_says(desk: Desk) -> None:
    console = Console(desk.parts, Any, desk.app)  # type: ignore[arg-type]
    own = [one for one in registered(desk.app) if one.route.path.startswith("/console/tickets")]
    assert len(own) > 20
    assert [answer async for answer in wrong_answers(console) if "/tickets" in answer] == []
    await console.close()


async def test_who_opens_from_a_conversation_may_see_it(clerk: Clerk, make_clerk: MakeClerk, desk: Desk) -> None:
    visitor = await desk.visitor()
    await visitor.ask("见习补贴怎么领")
    session_id = desk.the_talk().session_id
    editor = await make_clerk("sun", "policy_editor")
    assert (await editor.browser.get(f"{HOME}/new?talk={session_id}")).status_code == 403
    assert (await clerk.browser.get(f"{HOME}/new?talk=none")).status_code == 404
    assert (await clerk.browser.get(f"{HOME}/new?callback=none")).status_code == 404
    ticket = await clerk.open(source="talk", origin=session_id)
    assert "看会话" not in text_of(await editor.page(ticket))
    assert replace(ticket, id=0).session_id == session_id
