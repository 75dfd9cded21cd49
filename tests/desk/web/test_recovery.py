"""What a desk that died left behind is answered by the next one, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from koujing.desk.web import answering
from koujing.store.events import Events
from tests.desk.conftest import FakeRasa
from tests.desk.web.conftest import Time, Visitor, browse

pytestmark = pytest.mark.anyio

MakeDesk = Callable[..., Starlette]


def dying(app: Starlette, after: str) -> None:
    """Let the desk die at a point of every turn: nothing of it happens from there on."""
    turns = app.state.website._turns
    answer = turns._answer

    async def dies(session_id: str, ask: Any) -> Any:
        if after == "answering":
            await answer(session_id, ask)
        await asyncio.Event().wait()

    turns._answer = dies


async def types(visitor: Visitor) -> list[str]:
    return [event["type"] for event in await visitor.events()]


@pytest.mark.parametrize("point", ["accepting", "answering"])
async def test_a_message_accepted_and_not_answered_is_answered_at_start(
    web_app: MakeDesk, rasa: FakeRasa, time: Time, point: str
) -> None:
    dead = web_app()
    dying(dead, point)
    visitor = await browse(dead).open()
    message_ids = [(await visitor.send(f"第{n}问")).json()["message_id"] for n in range(2)]
    await asyncio.sleep(0.3)
    assert await types(visitor) == ["message", "message"]
    time.pass_(seconds=5)
    app = web_app()
    again = browse(app)
    again.token = visitor.token
    async with app.router.lifespan_context(app):
        events = await again.until("reply", times=2)
    assert [event["message_id"] for event in events if event["type"] == "reply"] == message_ids
    # Each was asked of Rasa once, though the first desk may have died after the answer.
    assert [message["message"] for message in rasa.received] == ["第0问", "第1问"]


async def test_after_a_start_there_is_more_patience_with_rasa(web_app: MakeDesk, rasa: FakeRasa, time: Time) -> None:
    dead = web_app()
    dying(dead, "accepting")
    visitor = await browse(dead).open()
    await visitor.send("问")
    time.pass_(seconds=5)
    rasa.down = {"rasa"}
    # A message of now would have failed at once; this one waits for a Rasa that may be starting beside us.
    app = web_app(answer_seconds=1)
    again = browse(app)
    again.token = visitor.token
    async with app.router.lifespan_context(app):
        await asyncio.sleep(2)
        assert await types(again) == ["message"]
        rasa.down = set()
        assert [event["type"] for event in await again.until("reply")] == ["message", "reply"]


async def test_the_end_waits_for_an_answer_under_way(web_app: MakeDesk, rasa: FakeRasa) -> None:
    app = web_app()
    visitor = await browse(app).open()
    turns = app.state.website._turns
    answer = turns._answer

    async def slow(session_id: str, ask: Any) -> Any:
        await asyncio.sleep(0.5)
        return await answer(session_id, ask)

    turns._answer = slow
    async with app.router.lifespan_context(app):
        await visitor.send("问")
    again = browse(web_app())
    again.token = visitor.token
    assert await types(again) == ["message", "reply"]


async def test_the_end_does_not_wait_for_ever(web_app: MakeDesk) -> None:
    app = web_app(answer_seconds=1)
    dying(app, "accepting")
    visitor = await browse(app).open()
    async with app.router.lifespan_context(app):
        await visitor.send("问")
    again = browse(web_app())
    again.token = visitor.token
    assert await types(again) == ["message"]


async def test_an_answer_that_another_desk_gave_is_not_given_twice(web_app: MakeDesk, rasa: FakeRasa) -> None:
    one, other = web_app(), web_app()
    visitor = await browse(one).open()
    await visitor.send("问", str(uuid4()))
    async with other.router.lifespan_context(other):
        await visitor.until("reply")
        await one.state.website._turns.stop(20)
        await other.state.website._turns.stop(20)
    assert await types(visitor) == ["message", "reply"]


async def test_a_broken_store_loses_nothing(
    web_app: MakeDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = web_app()
    visitor = await browse(app).open()
    with monkeypatch.context() as patched:
        patched.setattr(Events, "answer", lambda *_: 1 / 0)
        message_id = (await visitor.send("问")).json()["message_id"]
        await app.state.website._turns.stop(20)
    assert "stays unanswered" in caplog.text
    assert (await visitor.send("问", message_id)).status_code == 202
    assert [event["type"] for event in await visitor.until("reply")] == ["message", "reply"]


async def test_what_the_store_could_not_keep_is_swept_up(
    web_app: MakeDesk, monkeypatch: pytest.MonkeyPatch, time: Time, rasa: FakeRasa
) -> None:
    """The database goes away while an answer is under way; nobody sends it again, and the desk goes on running."""
    monkeypatch.setattr(answering, "_SWEEP_SECONDS", 0.05)
    app = web_app(answer_seconds=1)
    visitor = await browse(app).open()
    async with app.router.lifespan_context(app):
        with monkeypatch.context() as patched:
            patched.setattr(Events, "answer", gone)
            patched.setattr(Events, "fail", gone)
            await visitor.send("问")
            await asyncio.sleep(0.3)
        assert await types(visitor) == ["message"]
        time.pass_(seconds=30)
        assert [event["type"] for event in await visitor.until("reply")] == ["message", "reply"]
    assert len(rasa.received) == 1


async def test_what_a_dead_desk_left_is_answered_by_another_that_runs(
    web_app: MakeDesk, monkeypatch: pytest.MonkeyPatch, time: Time, rasa: FakeRasa
) -> None:
    monkeypatch.setattr(answering, "_SWEEP_SECONDS", 0.05)
    dead, other = web_app(), web_app(answer_seconds=1)
    dying(dead, "accepting")
    visitor = await browse(dead).open()
    async with other.router.lifespan_context(other):
        # It has looked for what was left before it started.
        await asyncio.sleep(0.5)
        await visitor.send("问")
        await asyncio.sleep(0.3)
        assert await types(visitor) == ["message"], "it may still be worked on"
        time.pass_(seconds=30)
        visitor.http = browse(other).http
        assert [event["type"] for event in await visitor.until("reply")] == ["message", "reply"]
    assert len(rasa.received) == 1


def gone(*_: Any) -> None:
    raise OperationalError("UPDATE", {}, Exception("database or disk is full"))
