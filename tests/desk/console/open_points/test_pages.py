"""Open points: counted by themselves, put to an office, answered, and made a caliber's draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from koujing.store.audit import Filter as AuditFilter
from koujing.store.tickets import Tickets
from tests.desk.console.matrix import wrong_answers
from tests.desk.console.reviews.conftest import DRAFT, HOME, POINTS, TOPIC, Desk, reply, silent

pytestmark = pytest.mark.anyio

ANSWER = {
    "answer": "到参保地经办机构窗口\n办理。", "answer_source": "电话答复", "answer_on": "2026-11-18", "answer_by": "失业保险科",
}  # fmt: skip


async def test_silent_answers_are_counted_under_one_number(desk: Desk, time: Any) -> None:
    desk.say(silent("去哪个窗口办"))
    time.pass_(days=1)
    desk.say(silent("在哪办"), name="another")
    desk.say(reply("answered", "什么时候截止"))
    browser = await desk.reviewer()
    for _ in range(2):
        page = await browser.page(POINTS)
        (link,) = [link for link in page.all("a") if "data-row" in link.attributes]
        assert link.text == "葫芦岛市失业保险稳岗返还：办理地点"
        assert "DM-001" in page.text
    (point,) = desk.made.points.points.find()
    assert (point.hits, point.state, point.key) == (2, "open", f"huludao.{TOPIC}.where")
    assert (str(point.first)[:10], str(point.last)[:10]) == ("2026-11-20", "2026-11-21")
    assert point.office is not None
    assert desk.made.points.offices.get(point.office) is not None
    page = await browser.page(f"{POINTS}/1")
    assert "去哪个窗口办" in page.text
    assert [entry.object for entry in desk.console.parts.audit.find(AuditFilter(action="point_view"))] == ["point:1"]
    # What was cleared is counted no more; the point stays.
    with desk.console.parts.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")
    assert desk.made.points.points.get(1).hits == 0


async def test_filters(desk: Desk) -> None:
    desk.say(silent())
    desk.say(reply("referred", "要什么材料", aspect="funding"))
    browser = await desk.editor()
    for query, found in (
        ("", 2),
        ("?state=open", 2),
        ("?state=asked", 0),
        ("?q=办理地点", 1),
        ("?matter=tax_relief", 0),
    ):
        page = await browser.page(f"{POINTS}{query}")
        assert len([link for link in page.all("a") if "data-row" in link.attributes]) == found, query


async def test_from_a_question_to_the_answer_in_a_patch(desk: Desk, untried: Callable[[bool], None]) -> None:
    desk.say(silent())
    reviewer, editor = await desk.reviewer(), await desk.editor()
    await reviewer.page(POINTS)
    office = desk.made.points.offices.all[0]
    worded = {
        "title": "稳岗返还在哪办",
        "question": "请明确办理地点。",
        "office": office.id,
        "remark": "",
        "revision": "0",
    }
    assert (await reviewer.post(f"{POINTS}/1/draft", DRAFT)).status_code == 409
    assert (await reviewer.post(f"{POINTS}/1/change", {**worded, "office": "none"})).status_code == 422
    assert (await reviewer.post(f"{POINTS}/1/change", worded)).status_code == 303
    late = await editor.post(f"{POINTS}/1/change", {**worded, "title": "我的标题"})
    assert (late.status_code, "我的标题" in late.text) == (409, True)
    assert (await reviewer.post(f"{POINTS}/1/ask", {"revision": "1"})).status_code == 303
    for wrong in ({"answer_on": "2026-13-01"}, {"answer_on": "2027-01-01"}, {"answer": ""}, {"answer_by": ""}):
        assert (await reviewer.post(f"{POINTS}/1/answer", {**ANSWER, **wrong, "revision": "2"})).status_code == 422
    assert (await reviewer.post(f"{POINTS}/1/answer", {**ANSWER, "revision": "2"})).status_code == 303
    assert desk.made.points.points.get(1).state == "answered"
    assert (await editor.post(f"{POINTS}/1/draft", {**DRAFT, "seen": ""})).status_code == 422
    assert (await editor.post(f"{POINTS}/1/draft", DRAFT)).status_code == 303
    assert (
        await editor.post(f"{HOME}/patches", {"title": "答复", "reason": "待明确", "change": "1"})
    ).status_code == 303
    text = (await editor.get(f"{HOME}/patches/1.patch")).text
    said = "待明确事项DM-001：失业保险科2026年11月18日答复（电话答复）：到参保地经办机构窗口 办理。"
    assert f"+  - {said}" in text
    assert "-  where: {clause:" in text
    assert 'status: draft, role: "政策编辑"' in text
    assert desk.made.points.points.get(1).state == "patched"
    assert "在补丁里" in (await editor.page(f"{POINTS}/1")).text
    await editor.post(f"{HOME}/patches/1/merged", {"why": "abc"})
    assert desk.made.points.points.get(1).state == "published"
    assert (await editor.post(f"{POINTS}/1/ask", {"revision": "5"})).status_code == 303


async def test_a_point_is_dropped_with_a_reason(desk: Desk) -> None:
    desk.say(silent())
    browser = await desk.reviewer()
    await browser.page(POINTS)
    assert (await browser.post(f"{POINTS}/1/drop", {"revision": "0"})).status_code == 422
    assert (await browser.post(f"{POINTS}/1/drop", {"revision": "0", "reason": "通知里写了"})).status_code == 303
    assert "通知里写了" in (await browser.page(f"{POINTS}/1")).text


async def test_by_hand_from_a_list_or_in_ones_own_words(desk: Desk) -> None:
    browser = await desk.editor()
    key = {"key": f"huludao.{TOPIC}.funding"}
    made = await browser.post(f"{POINTS}/add", key)
    assert made.headers["location"] == f"{POINTS}/1?done=opened"
    assert (await browser.post(f"{POINTS}/add", key)).headers["location"] == f"{POINTS}/1?done=there"
    own = {
        "provision": f"huludao.{TOPIC}",
        "aspect": "amount",
        "title": "裁员率的分母",
        "question": "6％一档按什么算？",
    }
    for wrong in ({"provision": "x.y"}, {"aspect": ""}, {"title": ""}, {"question": ""}):
        assert (await browser.post(f"{POINTS}/add", {**own, **wrong})).status_code == 422
    assert (await browser.post(f"{POINTS}/add", own)).status_code == 303
    assert (await browser.post(f"{POINTS}/add", own)).status_code == 303
    assert [point.number for point in desk.made.points.points.find()] == ["DM-001", "DM-002", "DM-003"]
    assert (await browser.post(f"{POINTS}/add", {"key": "x.y.z"})).status_code == 422


async def test_a_turn_and_a_ticket_are_put_under_a_point(desk: Desk) -> None:
    desk.say(reply("outside_scope", "这个到底谁管"))
    browser = await desk.reviewer()
    await browser.page(HOME)
    await browser.post(f"{POINTS}/add", {"key": f"huludao.{TOPIC}.funding"})
    assert "这个到底谁管" in (await browser.page(f"{POINTS}/add?review=1")).text
    linked = await browser.post(f"{POINTS}/add", {"point": "1", "review": "1"})
    assert linked.headers["location"] == f"{POINTS}/1?done=linked"
    assert (await browser.post(f"{POINTS}/add", {"point": "1", "review": "1"})).headers["location"].endswith("there")
    assert "DM-001" in (await browser.page(f"{HOME}/1")).text
    ticket = make_ticket(desk)
    assert "资金从哪里出" in (await browser.page(f"{POINTS}/add?ticket={ticket}")).text
    assert (await browser.post(f"{POINTS}/add", {"point": "1", "ticket": str(ticket)})).status_code == 303
    point = desk.made.points.points.get(1)
    assert (point.hits, point.waiting) == (2, 1)
    assert desk.made.points.points.of_ticket(str(ticket)) == [point]
    assert f"/console/tickets/{ticket}" in [
        link.attributes["href"] for link in (await browser.page(f"{POINTS}/1")).all("a")
    ]
    assert (await browser.post(f"{POINTS}/1/unlink/1")).status_code == 303
    assert (await browser.post(f"{POINTS}/1/unlink/1")).status_code == 404
    for gone in ("review=99", "ticket=99", "talk=none"):
        assert (await browser.get(f"{POINTS}/add?{gone}")).status_code == 404
    assert (await browser.post(f"{POINTS}/add", {"point": "99", "review": "1"})).status_code == 404


async def test_a_conversation_is_put_under_a_point_once_and_seeing_its_words_is_noted(desk: Desk) -> None:
    desk.say(reply("answered", "这个归谁管"))
    session = desk.store.session("web:demo", "n")
    browser = await desk.reviewer()
    await browser.post(f"{POINTS}/add", {"key": f"huludao.{TOPIC}.funding"})
    assert "这个归谁管" in (await browser.page(f"{POINTS}/add?talk={session}")).text
    (noted,) = desk.console.parts.audit.find(AuditFilter(object="point:add"))
    assert noted.detail == {"talk": session}
    for done in ("linked", "there"):
        response = await browser.post(f"{POINTS}/add", {"point": "1", "talk": session})
        assert response.headers["location"] == f"{POINTS}/1?done={done}"


async def test_a_question_whose_matter_is_known_is_worded_already(desk: Desk) -> None:
    desk.say(silent(), reply("outside_scope", "养老金", matter="pension", aspect=None))
    browser = await desk.reviewer()
    await browser.page(HOME)
    titles = []
    for id in (1, 2):
        page = await browser.page(f"{POINTS}/add?review={id}")
        titles += [field.attributes["value"] for field in page.all("input") if field.attributes.get("name") == "title"]
    assert titles == ["葫芦岛市失业保险稳岗返还：办理地点", ""]


def make_ticket(desk: Desk) -> int:
    parts = desk.console.parts
    person = parts.staff.named("reviewer")
    assert person is not None
    return Tickets(parts.engine, parts.clock).open("key-of-form", person.id, ticket_fields(parts.clock.now()))


def ticket_fields(now: Any) -> dict[str, Any]:
    return {
        "source": "manual", "title": "资金", "question": "资金从哪里出", "kind": "inquiry", "priority": "normal",
        "due_on": now.date(), "due_unsure": "",
    }  # fmt: skip


async def test_every_route_asks_for_its_permission(desk: Desk) -> None:
    assert [wrong async for wrong in wrong_answers(desk.console)] == []
