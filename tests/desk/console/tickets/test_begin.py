"""Tickets from a conversation, from a call and from a request to be called back; and the number of the person."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.store.audit import Filter
from koujing.store.calls import Calls
from koujing.store.tables_tickets import tickets
from tests.desk.console.conftest import shown
from tests.desk.console.talks.conftest import Desk, handed_off
from tests.desk.console.tickets.conftest import HOME, Clerk, MakeClerk, text_of
from tests.desk.web.conftest import answered, say

pytestmark = pytest.mark.anyio


async def test_what_was_said_is_filled_in(clerk: Clerk, desk: Desk) -> None:
    say(desk.rasa, answered(question="见习补贴能领多久，我电话13800138000"))
    visitor = await desk.visitor()
    await visitor.ask("见习补贴能领多久，我电话13800138000")
    talk = desk.the_talk()
    side = await clerk.browser.page(f"/console/conversations/{talk.session_id}")
    assert f"{HOME}/new?talk={talk.session_id}" in str([link.get("href") for link in side.all("a")])
    say(desk.rasa, handed_off())
    await visitor.ask("转人工")
    response = await clerk.browser.get(f"{HOME}/new?talk={talk.session_id}")
    [title] = [field for field in shown(response).all("input") if field.get("name") == "title"]
    # What it is about, and not that somebody wants a person.
    assert "见习补贴能领多久" in str(title.get("value"))
    assert "13800138000" not in response.text
    assert "在会话里告诉市民" in response.text
    assert desk.parts.audit.find(Filter(action="talk_view", object=f"talk:{talk.session_id}"))
    ticket = await clerk.open(source="talk", origin=talk.session_id)
    assert (ticket.source, ticket.session_id, ticket.channel) == ("talk", talk.session_id, talk.channel)
    assert "2026-000001" in text_of(await clerk.browser.page(f"/console/conversations/{talk.session_id}"))


async def test_of_a_call(clerk: Clerk, make_clerk: MakeClerk, desk: Desk) -> None:
    calls = Calls(desk.engine, desk.parts.clock)
    me = desk.parts.staff.named("wang")
    assert me is not None
    call_id = calls.open(me.id, "huludao")
    reply = answered(matter="internship_subsidy", receipt="0123456789AB")
    calls.add_turn(call_id, "m1", "见习补贴怎么领", None, [reply])
    response = await clerk.browser.get(f"{HOME}/new?call={call_id}")
    assert response.status_code == 200, response.text
    assert "见习补贴怎么领" in response.text
    assert "0123456789AB" in response.text
    ticket = await clerk.open(source="call", origin=call_id, phone="+86 138 0013 8000")
    assert ticket.call_id == call_id
    assert [each.id for each in clerk.lists.of_call(call_id)] == [ticket.id]
    # Another's call is not theirs to tell of.
    li: Clerk = await make_clerk("li")
    assert (await li.browser.get(f"{HOME}/new?call={call_id}")).status_code == 409
    page = await clerk.browser.page(f"/console/assist/{call_id}")
    assert f"{HOME}/new?call={call_id}" in str([link.get("href") for link in page.all("a")])


async def test_a_number_is_kept_encrypted_and_shown_only_on_purpose(clerk: Clerk, desk: Desk) -> None:
    ticket = await clerk.open(phone="0429-3123456")
    with desk.engine.connect() as connection:
        kept = connection.execute(tickets.select()).one()
    assert b"3123456" not in kept.phone
    assert "3123456" not in (await clerk.browser.get(f"{HOME}/{ticket.id}")).text
    response = await clerk.browser.post(f"{HOME}/{ticket.id}/phone")
    assert "04293123456" in response.text
    assert [entry.object for entry in desk.parts.audit.find(Filter(action="ticket_phone"))] == ["ticket:2026-000001"]
    assert [event.kind for event in clerk.history(ticket)] == ["opened", "phone"]
    assert "3123456" not in (await clerk.browser.get(f"{HOME}/{ticket.id}")).text
    assert "3123456" not in str(desk.parts.audit.find(Filter()))


async def test_of_a_request_to_be_called_back(clerk: Clerk, desk: Desk) -> None:
    visitor = await desk.visitor()
    await visitor.ask("你好")
    wish = {"phone": "13800138000", "consent": True, "when": "afternoon", "note": "社保断缴"}
    code = (await visitor.request("POST", "callbacks", json=wish)).json()["code"]
    words = text_of(await clerk.browser.page(f"{HOME}/callbacks"))
    assert code in words
    assert "下午" in words
    form = (await clerk.browser.get(f"{HOME}/new?callback={code}")).text
    assert "社保断缴" in form
    assert "13800138000" not in form
    ticket = await clerk.open(source="callback", origin=code, kind="callback")
    assert (ticket.callback, ticket.phone, ticket.due_on) == (code, True, dt.date(2026, 11, 23))
    assert code not in text_of(await clerk.browser.page(f"{HOME}/callbacks"))
    assert (await clerk.browser.get(f"{HOME}/new?callback={code}")).status_code == 409
    assert "13800138000" in (await clerk.browser.post(f"{HOME}/{ticket.id}/phone")).text
    # Who takes the request back takes the number back.
    await visitor.request("DELETE", f"callbacks/{code}")
    response = await clerk.browser.post(f"{HOME}/{ticket.id}/phone")
    assert response.status_code == 404
    assert "13800138000" not in response.text
