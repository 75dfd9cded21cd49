"""Messages: accepted at once and once, answered in the background, buttons resolved here."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time as clock_of_the_machine
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.applications import Starlette

from tests.desk.conftest import FakeRasa
from tests.desk.web.conftest import WEB, Visitor, answered, asking, browse, database_bytes, error, listing, say

pytestmark = pytest.mark.anyio


async def test_a_message_is_accepted_and_its_reply_is_an_event(visitor: Visitor, rasa: FakeRasa) -> None:
    message_id = str(uuid4())
    response = await visitor.send("失业补助金怎么领", message_id)
    assert response.status_code == 202
    message, reply = await visitor.until("reply")
    assert response.json() == {"message_id": message_id, "cursor": message["id"]}
    assert (message["type"], message["text"], message["from"]) == ("message", "失业补助金怎么领", "person")
    assert (reply["message_id"], reply["view"]["summary"]) == (message_id, "可以申领。")
    assert message["at"].endswith("+08:00")
    assert rasa.received[0]["message"] == "失业补助金怎么领"
    assert rasa.received[0]["metadata"]["message_id"] == message_id


async def test_two_questions_in_one_breath_are_two_replies(visitor: Visitor, rasa: FakeRasa) -> None:
    say(rasa, answered("第一。"), answered("第二。"))
    assert [view["summary"] for view in await visitor.ask("两件事")] == ["第一。", "第二。"]


async def test_accepting_does_not_wait_for_rasa(web_app: Callable[..., Starlette], rasa: FakeRasa) -> None:
    visitor = await browse(web_app()).open()
    await visitor.send("先热一下")
    await visitor.until("reply")
    began = clock_of_the_machine.monotonic()
    assert (await visitor.send("问")).status_code == 202
    assert clock_of_the_machine.monotonic() - began < 0.5


async def test_a_message_sent_again_doubles_nothing(visitor: Visitor, rasa: FakeRasa) -> None:
    message_id = str(uuid4())
    answers = await asyncio.gather(*(visitor.send("问", message_id.upper()) for _ in range(5)))
    await visitor.until("reply")
    answers.append(await visitor.send("问", message_id))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert [event["type"] for event in await visitor.events()] == ["message", "reply"]
    assert len(rasa.received) == 1


async def test_a_message_id_serves_one_message(visitor: Visitor) -> None:
    message_id = str(uuid4())
    await visitor.send("问", message_id)
    assert error(await visitor.send("别的", message_id)) == (409, "message_id_reused")


async def test_messages_are_answered_in_their_order(visitor: Visitor, rasa: FakeRasa) -> None:
    for n in range(5):
        await visitor.send(f"第{n}问")
    await visitor.until("reply", times=5)
    assert [message["message"] for message in rasa.received] == [f"第{n}问" for n in range(5)]


async def test_personal_numbers_are_masked_before_they_are_kept(visitor: Visitor, tmp_path: Path) -> None:
    await visitor.ask("我的号码13812345678，能领吗")
    [message, _] = await visitor.events()
    assert message["text"] == "我的号码【手机号】，能领吗"
    assert b"13812345678" not in database_bytes(tmp_path)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_message_id"),
        ({"message_id": "m1", "text": "问"}, "invalid_message_id"),
        ({"message_id": None, "text": "问"}, "invalid_message_id"),
        ({"text": " \n"}, "empty_text"),
        ({"text": "\ud800"}, "invalid_text"),
        ({"text": 5}, "missing_text"),
        ({"message_id": str(uuid4())}, "missing_text"),
        ({"text": "问", "option": "0123456789AB.1"}, "text_and_option"),
        ({"option": 5}, "invalid_option"),
        ({"option": "0123456789AB.1"}, "unknown_option"),
        ({"option": "' OR 1=1 --"}, "unknown_option"),
        ({"text": "问", "mode": "young"}, "invalid_mode"),
        ({"text": "问", "as_of": "2021-09-15"}, "unknown_field"),
    ],
)
async def test_a_wrong_body(visitor: Visitor, rasa: FakeRasa, body: dict[str, Any], code: str) -> None:
    if "message_id" not in body and code != "invalid_message_id":
        body = {"message_id": str(uuid4()), **body}
    # Written by hand, since httpx cannot write half a character.
    response = await visitor.http.post(
        f"{WEB}/messages",
        content=json.dumps(body),
        headers={**visitor.headers, "Authorization": f"Bearer {visitor.token}", "Content-Type": "application/json"},
    )
    assert error(response) == (400, code)
    assert await visitor.events() == []
    assert rasa.received == []


async def test_a_body_that_is_too_large_or_not_json(visitor: Visitor) -> None:
    assert error(await visitor.send("问" * 9000)) == (413, "body_too_large")
    assert error(await visitor.request("POST", "messages", content=b"text=a")) == (415, "unsupported_media_type")


async def test_a_text_over_the_limit_and_a_command_are_refused_by_a_reply(visitor: Visitor, rasa: FakeRasa) -> None:
    for text in ("问" * 1001, "/restart"):
        [view] = await visitor.ask(text)
        assert view["status"] == "refused"
    assert rasa.received == []


async def test_the_option_of_a_question_is_resolved_here(visitor: Visitor, rasa: FakeRasa) -> None:
    say(rasa, asking("葫芦岛市", "广州市"))
    [view] = await visitor.ask("稳岗返还怎么领")
    second = view["ask"]["options"][1]
    message_id = str(uuid4())
    say(rasa, answered())
    for _ in range(2):
        assert (await visitor.send(option=second["id"], message_id=message_id)).status_code == 202
    assert (await visitor.until("reply"))[2]["text"] == second["label"] == "广州市"
    await visitor.until("reply", times=2)
    assert rasa.received[1]["message"] == "广州市"


async def test_a_listed_matter_is_chosen_by_place_and_of_an_older_list_by_name(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    say(rasa, listing("稳岗返还", "失业补助金"))
    [view] = await visitor.ask("我能享受什么")
    pressed = view["items"][1]["option"]
    say(rasa, answered())
    first, second = str(uuid4()), str(uuid4())
    await visitor.send(option=pressed["id"], message_id=first)
    await visitor.until("reply", times=2)
    await visitor.send(option=pressed["id"], message_id=second)
    await visitor.until("reply", times=3)
    assert [message["message"] for message in rasa.received[1:]] == ["第2个", "失业补助金"]
    assert [event["text"] for event in await visitor.events() if event["type"] == "message"][1:] == ["失业补助金"] * 2
    # Sent again it is the same message, though the list is older by now.
    assert (await visitor.send(option=pressed["id"], message_id=first)).status_code == 202


async def test_the_buttons_of_another_session_cannot_be_pressed(
    visitor: Visitor, rasa: FakeRasa, web_app: Callable[..., Starlette]
) -> None:
    say(rasa, asking("葫芦岛市"))
    [view] = await visitor.ask("稳岗返还怎么领")
    other = Visitor(visitor.http)
    await other.open()
    assert error(await other.send(option=view["ask"]["options"][0]["id"])) == (400, "unknown_option")
    assert error(await visitor.send(option=f"{view['receipt']}.2")) == (400, "unknown_option")


async def test_rasa_being_down_is_an_event_and_a_resend_tries_again(
    web_app: Callable[..., Starlette], rasa: FakeRasa
) -> None:
    visitor = await browse(web_app(answer_seconds=1)).open()
    rasa.down = {"rasa"}
    message_id = str(uuid4())
    await visitor.send("问", message_id)
    [_, failed] = await visitor.until("failed")
    assert (failed["message_id"], failed["code"], failed["retry"]) == (message_id, "unavailable", True)
    assert "12333" in failed["text"]
    rasa.down = set()
    assert (await visitor.send("问", message_id)).status_code == 202
    events = await visitor.until("reply")
    assert [event["type"] for event in events] == ["message", "failed", "reply"]


async def test_a_failed_message_can_be_tried_again_by_its_id(web_app: Callable[..., Starlette], rasa: FakeRasa) -> None:
    app = web_app(answer_seconds=1)
    visitor = await browse(app).open()
    rasa.down = {"rasa"}
    message_id = (await visitor.send("我的号码13812345678")).json()["message_id"]
    await visitor.until("failed")
    rasa.down = set()
    website = app.state.website
    visit = await website.visit(visitor.token, None, "http://desk")
    await website.retry(visit, message_id, "127.0.0.1")
    await visitor.until("reply")
    with pytest.raises(Exception, match="没有这条消息"):
        await website.retry(visit, str(uuid4()), "127.0.0.1")


async def test_rasa_that_comes_back_soon_is_not_noticed(web_app: Callable[..., Starlette], rasa: FakeRasa) -> None:
    visitor = await browse(web_app()).open()
    rasa.down = {"rasa"}
    await visitor.send("问")
    await asyncio.sleep(0.2)
    rasa.down = set()
    assert [event["type"] for event in await visitor.until("reply")] == ["message", "reply"]


async def test_the_unforeseen_is_an_event_without_details(web_app: Callable[..., Starlette], rasa: FakeRasa) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret")

    visitor = await browse(web_app(refuse_with=broken)).open()
    await visitor.send("/restart")
    [_, failed] = await visitor.until("failed")
    assert (failed["code"], failed["retry"]) == ("internal", True)
    assert "secret" not in str(failed)


async def test_messages_are_limited_by_session(web_app: Callable[..., Starlette]) -> None:
    visitor = await browse(web_app(web_messages_per_minute=2)).open()
    for _ in range(2):
        assert (await visitor.send("问")).status_code == 202
    response = await visitor.send("问")
    assert error(response) == (429, "too_many_requests")
    assert 0 < int(response.headers["Retry-After"]) <= 30
    assert (await Visitor(visitor.http).open()).token
    assert len([event for event in await visitor.events() if event["type"] == "message"]) == 2


async def test_a_reply_that_can_no_longer_be_shown_in_full_is_shown_by_its_text(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    reason = {
        "condition": "条件",
        "fact": None,
        "value": None,
        "holds": True,
        "clause": "gone-1:1",
        "referred_to": None,
    }
    say(rasa, answered(reasons=[reason]))
    [view] = await visitor.ask("问")
    assert (view["text"], view["reasons"]) == (["可以申领。"], [])


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


async def test_a_conversation_cleared_while_it_is_answered_stays_cleared(
    web_app: Callable[..., Starlette], rasa: FakeRasa, tmp_path: Path
) -> None:
    app = web_app()
    visitor = await browse(app).open()
    removed: list[str] = []

    class Remembering:
        def remove(self, session_id: str) -> None:
            removed.append(session_id)

    entered, go_on = asyncio.Event(), asyncio.Event()
    turns = app.state.website._turns
    answer = turns._answer

    async def slow(session_id: str, ask: Any) -> Any:
        entered.set()
        await go_on.wait()
        return await answer(session_id, ask)

    turns._answer, turns._trackers = slow, Remembering()
    await visitor.send("问")
    await entered.wait()
    assert (await visitor.request("DELETE", "session")).status_code == 204
    go_on.set()
    await turns.stop(20)
    assert len(removed) == 1
    with sqlite3.connect(tmp_path / "koujing.db") as database:
        assert [_count(database, table) for table in ("web_events", "messages", "receipts", "sessions")] == [0] * 4
    database.close()


async def test_rasa_hears_of_a_conversation_only_by_its_own_name(visitor: Visitor, rasa: FakeRasa) -> None:
    await visitor.ask("问")
    sender = rasa.received[0]["sender"]
    assert sender not in visitor.token
