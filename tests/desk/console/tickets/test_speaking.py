"""A ticket's reply on the citizen's channel: there once, together with the state; what a channel refuses stays undelivered."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.engine import Connection

from koujing.desk.console.tickets.speaking import CLEARED, LOST, UNKNOWN
from koujing.desk.holding import Room, UnreachableError
from koujing.store.tables import sessions
from tests.desk.console.talks.conftest import Desk
from tests.desk.console.tickets.conftest import Clerk, text_of

pytestmark = pytest.mark.anyio


async def asked(desk: Desk, clerk: Clerk, **form: str) -> Any:
    """A ticket of a citizen's conversation on the website, and the citizen."""
    visitor = await desk.visitor()
    await visitor.ask("见习补贴怎么领")
    return visitor, await clerk.open(source="talk", origin=desk.the_talk().session_id, **form)


async def said(visitor: Any) -> list[str]:
    """What the citizen was told by a person."""
    events = (await visitor.request("GET", "events")).json()["events"]
    return [event["text"] for event in events if event["type"] == "operator"]


async def test_the_citizen_gets_the_reply_where_they_asked(desk: Desk, clerk: Clerk) -> None:
    visitor, ticket = await asked(desk, clerk, tell="yes")
    [told] = await said(visitor)
    assert "2026-000001" in told
    assert ticket.code in told
    replied = await clerk.does(ticket, "reply", reply="按协议最长期限算。", way="channel")
    assert (replied.state, replied.delivery) == ("replied", "sent")
    assert (await said(visitor))[1:] == ["您咨询的事项（工单2026-000001）答复如下：\n按协议最长期限算。"]
    # Colleagues who look at the conversation see it too; the bot goes on as before.
    page = text_of(await clerk.browser.page(f"/console/conversations/{ticket.session_id}"))
    assert "按协议最长期限算。" in page
    await visitor.ask("还有呢")


async def test_it_is_said_once_however_often_it_is_sent(desk: Desk, clerk: Clerk) -> None:
    visitor, ticket = await asked(desk, clerk)
    form = {"reply": "一次", "way": "channel", "key": "a" * 32}
    responses = await asyncio.gather(*(clerk.act(ticket, "reply", **form) for _ in range(4)))
    assert {response.status_code for response in responses} == {303}
    other = await clerk.act(ticket, "reply", reply="二次", way="channel")
    assert other.status_code == 409
    assert len(await said(visitor)) == 1


async def test_without_the_conversation_it_waits_to_be_told(desk: Desk, clerk: Clerk) -> None:
    _, ticket = await asked(desk, clerk)
    with desk.engine.begin() as connection:
        connection.execute(delete(sessions))
    assert "市民已清除对话" in text_of(await clerk.page(ticket))
    response = await clerk.act(ticket, "reply", reply="答", way="channel")
    assert response.status_code == 409
    assert (await clerk.does(ticket, "reply", reply="答", way="told")).state == "undelivered"
    assert (await clerk.does(ticket, "told", how="电话")).delivery == "told"


async def test_a_reply_too_long_for_the_channel_is_told(desk: Desk, clerk: Clerk) -> None:
    _, ticket = await asked(desk, clerk)
    response = await clerk.act(ticket, "reply", reply="长" * 801, way="channel")
    assert response.status_code == 422
    assert "长" * 801 in response.text
    assert clerk.lists.get(ticket.id).state == "assigned"


class Phone:
    """A channel like WeChat, as the test plays it."""

    longest = 600

    def __init__(self) -> None:
        self.spoken: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.refuses: str | None = None
        self.note: str | None = None
        self.woken = 0

    def says(self, _connection: Connection, _session_id: str, key: str, text: str) -> None:
        if self.refuses:
            raise UnreachableError(self.refuses)
        assert key not in self.spoken
        self.spoken[key], self.states[key] = text, "waiting"

    async def wake(self, _session_id: str) -> None:
        self.woken += 1

    async def room(self, _session_id: str) -> Room:
        return Room(0 if self.note else 3, None, self.note, dict(self.states))

    def comes(self, state: str) -> None:
        self.states = dict.fromkeys(self.states, state)


@pytest.fixture
def phone(desk: Desk) -> Phone:
    phone = Phone()
    assert desk.parts.conversations.holding is not None
    desk.parts.conversations.holding.speaks("web", phone)  # type: ignore[arg-type]
    return phone


async def test_it_is_answered_when_it_got_there(desk: Desk, clerk: Clerk, phone: Phone) -> None:
    _, ticket = await asked(desk, clerk)
    phone.note = "主动发送的条数已用完，您的话会在对方下次发消息时送到。"
    waiting = await clerk.does(ticket, "reply", reply="答", way="channel")
    assert (waiting.state, waiting.delivery) == ("undelivered", "handed")
    words = text_of(await clerk.page(ticket))
    assert "待送达" in words
    assert "条数已用完" in words
    # On its way it is not sent once more.
    for act, form in (("deliver", {}), ("reply", {"reply": "另", "way": "channel"})):
        assert (await clerk.act(waiting, act, **form)).status_code == 409
    phone.comes("sent")
    assert "已答复" in text_of(await clerk.browser.page("/console/tickets?state=all"))
    there = clerk.lists.get(ticket.id)
    assert (there.state, there.delivery) == ("replied", "sent")
    assert isinstance(there.delivered_at, dt.datetime)
    assert [event.kind for event in clerk.history(ticket)] == ["opened", "reply", "delivered"]
    assert list(phone.spoken.values()) == ["您咨询的事项（工单2026-000001）答复如下：\n答"]


async def test_what_the_channel_refuses_stays_with_the_reason(desk: Desk, clerk: Clerk, phone: Phone) -> None:
    _, ticket = await asked(desk, clerk)
    phone.refuses = "对方超过48小时没有发过消息。"
    failed = await clerk.does(ticket, "reply", reply="答", way="channel")
    assert (failed.state, failed.delivery, failed.reply) == ("undelivered", "failed", "答")
    assert phone.refuses in text_of(await clerk.page(ticket))
    assert phone.spoken == {}
    phone.refuses = None
    again = await clerk.does(ticket, "deliver")
    assert again.delivery == "handed"
    assert len(phone.spoken) == 1


@pytest.mark.parametrize(("state", "why"), [("lost", LOST), (None, UNKNOWN)])
async def test_what_got_lost_can_be_sent_again(
    desk: Desk, clerk: Clerk, phone: Phone, state: str | None, why: str
) -> None:
    _, ticket = await asked(desk, clerk)
    await clerk.does(ticket, "reply", reply="答", way="channel")
    phone.states = dict.fromkeys(phone.states, state) if state else {}
    assert why in text_of(await clerk.page(ticket))
    # It is not told again with every look.
    await clerk.page(ticket)
    assert [event.kind for event in clerk.history(ticket)] == ["opened", "reply", "failed"]
    await clerk.does(ticket, "deliver")
    assert len(phone.spoken) == 2
    phone.comes("doubtful")
    await clerk.page(ticket)
    assert clerk.lists.get(ticket.id).delivery == "handed"
    with desk.engine.begin() as connection:
        connection.execute(delete(sessions))
    assert CLEARED in text_of(await clerk.page(ticket))


async def test_a_reply_is_not_said_where_the_ticket_was_changed(desk: Desk, clerk: Clerk, phone: Phone) -> None:
    _, ticket = await asked(desk, clerk)
    await clerk.does(ticket, "accept")
    assert (await clerk.act(ticket, "reply", reply="旧", way="channel")).status_code == 409
    assert phone.spoken == {}


async def test_telling_of_the_ticket_may_fail_without_losing_it(desk: Desk, clerk: Clerk, phone: Phone) -> None:
    phone.refuses = "不行"
    _, ticket = await asked(desk, clerk, tell="yes")
    assert ticket.number == "2026-000001"
    assert phone.spoken == {}
