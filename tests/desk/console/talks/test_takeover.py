"""The website's conversations taken over: the bot is silent, nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.desk.console.conftest import Time
from tests.desk.console.talks.conftest import Desk, Slow, handed_off
from tests.desk.web.conftest import Visitor, answered, say

pytestmark = pytest.mark.anyio


def kinds(events: list[dict[str, object]]) -> list[object]:
    return [event["type"] for event in events]


async def sent(visitor: Visitor, text: str) -> None:
    assert (await visitor.send(text)).status_code == 202


async def test_a_citizen_is_taken_over_answered_and_handed_back(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("公司28个人，稳岗返还能领吗")
    talk = desk.the_talk()
    await operator.take(talk.session_id)
    await sent(visitor, "那我去年裁了2个人呢")
    held = await visitor.until("held")
    assert len(desk.rasa.received) == 1, "the bot was asked while a person answers"
    await operator.say(talk.session_id, "我帮您看一下。")
    said = (await visitor.until("operator"))[-1]
    assert (said["text"], said["name"]) == ("我帮您看一下。", "工作人员")
    await operator.back(talk.session_id)
    await visitor.ask("那失业补助金呢")
    assert kinds(held) == ["message", "reply", "notice", "message", "held"]
    assert desk.rasa.received[-1]["metadata"]["facts"] == {"layoffs_last_year": 2}
    await visitor.ask("再问一句")
    assert desk.rasa.received[-1]["metadata"]["facts"] == {}, "told twice"


async def test_no_answer_after_a_human_opened(desk: Desk, slow: type[Slow]) -> None:
    """RasaHQ/rasa-agent-bot-demo#12: the bot goes on answering after a human has opened the conversation."""
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    talk = desk.the_talk()
    rasa = slow(desk, answered("这句不该说出来。"))
    await sent(visitor, "稳岗返还能领吗")
    await rasa.asked.wait()
    await operator.take(talk.session_id)
    rasa.go.set()
    events = await visitor.until("held")
    assert kinds(events)[-3:] == ["message", "notice", "held"]
    assert "这句不该说出来" not in str(events)
    page = await operator.parts(talk.session_id)
    assert "稳岗返还能领吗" in page["parts"]["lines"]
    assert "这句不该说出来" not in page["parts"]["lines"]


async def test_an_answer_recorded_but_not_shown_is_not_shown_after_the_takeover(desk: Desk) -> None:
    """As #12, in the moment between the record and the event; also after a crash in that moment."""
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    await desk.rest()
    talk, events = desk.the_talk(), desk.app.state.website._parts.events
    events.accept(
        talk.session_id, "m2", "digest", {"text": "问", "says": "问", "length": 1, "region": None, "mode": "x"}
    )
    kept = desk.store.record(talk.session_id, "m2", "digest", [answered("晚了一步。")])
    await operator.take(talk.session_id)
    events.answer(talk.session_id, "m2", [reply["receipt"] for reply in kept])
    assert kinds(await visitor.events())[-2:] == ["notice", "held"]


async def test_no_typing_sign_stays_after_a_takeover(desk: Desk, slow: type[Slow]) -> None:
    """chatwoot#9685: the typing bubble stays for ever once a human took over. Every message ends, answered or held."""
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    rasa = slow(desk, answered())
    await sent(visitor, "在途的一条")
    await rasa.asked.wait()
    await operator.take(session_id)
    for text in ("第二条", "第三条"):
        await sent(visitor, text)
    rasa.go.set()
    events = await visitor.until("held", 3)
    begun = {event["message_id"] for event in events if event["type"] == "message"}
    ended = {event["message_id"] for event in events if event["type"] in ("reply", "held", "failed")}
    assert begun == ended


async def test_a_failure_is_no_word_of_the_bot_after_a_takeover(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    await desk.rest()
    talk, events = desk.the_talk(), desk.app.state.website._parts.events
    events.accept(
        talk.session_id, "m2", "digest", {"text": "问", "says": "问", "length": 1, "region": None, "mode": "x"}
    )
    await operator.take(talk.session_id)
    events.fail(talk.session_id, "m2", {"code": "internal", "text": "抱歉", "retry": True})
    assert kinds(await visitor.events())[-1] == "held"


async def test_a_request_for_a_person_is_no_loop(desk: Desk) -> None:
    """chatwoot#15068: stale context hands the conversation off again and again after a human has handed it back."""
    visitor, operator = await desk.visitor(), await desk.operator()
    say(desk.rasa, handed_off())
    message_id = str(uuid4())
    assert (await visitor.send("转人工", message_id)).status_code == 202
    await visitor.until("reply")
    [talk] = desk.talks.waiting()
    await operator.take(talk.session_id)
    await sent(visitor, "转人工")
    await visitor.until("held")
    await operator.back(talk.session_id)
    say(desk.rasa, answered())
    # The same request once more, as a client that lost its line sends it, and a question.
    assert (await visitor.send("转人工", message_id)).status_code == 202
    await visitor.ask("失业补助金怎么领")
    assert desk.talks.waiting() == []
    assert desk.the_talk().state == "bot"
    # Asking anew is no loop.
    say(desk.rasa, handed_off())
    await visitor.ask("还是转人工吧")
    await visitor.ask("转人工")
    assert [each.why for each in desk.talks.waiting()] == ["asked"]


async def test_of_two_operators_at_once_one_gets_it(make_desk: Callable[..., Desk]) -> None:
    first, second = make_desk(), make_desk()
    say(first.rasa, handed_off())
    visitor = await first.visitor()
    await visitor.ask("转人工")
    [talk] = second.talks.waiting()
    operators = [await first.operator("wang"), await second.operator("li")]
    answers = await asyncio.gather(*(each.act(talk.session_id, "take") for each in operators))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = operators[[answer.status_code for answer in answers].index(409)]
    assert (await loser.act(talk.session_id, "say", text="我也说一句")).status_code == 409
    assert (await loser.act(talk.session_id, "back")).status_code == 409
    assert kinds(await visitor.events()).count("notice") == 1
    for desk in (first, second):
        await desk.close()


async def test_what_is_sent_twice_is_said_once(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    key = uuid4().hex
    for _ in range(3):
        assert (await operator.act(session_id, "say", key, text="您好")).status_code == 200
        assert (await operator.act(session_id, "note", key, note="记一笔")).status_code == 200
    assert kinds(await visitor.events()).count("operator") == 1
    assert (await operator.parts(session_id))["parts"]["lines"].count("记一笔") == 1


async def test_another_process_and_a_restart_keep_the_bot_silent(make_desk: Callable[..., Desk]) -> None:
    first, second = make_desk(), make_desk()
    say(first.rasa, answered())
    visitor, operator = await first.visitor(), await second.operator()
    await visitor.ask("你好")
    session_id = first.the_talk().session_id
    await operator.take(session_id)
    await sent(visitor, "还在吗")
    await visitor.until("held")
    third = make_desk()
    again = await third.visitor()
    again.token = visitor.token
    await sent(again, "重启后的一句")
    assert kinds(await again.until("held", 2)).count("reply") == 1
    page = await (await third.operator()).parts(session_id)
    assert "还在吗" in page["parts"]["lines"]
    assert "重启后的一句" in page["parts"]["lines"]
    for desk in (first, second, third):
        await desk.close()


async def test_nobody_talks_into_silence(desk: Desk, time: Time) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    await sent(visitor, "2021年3月1日失业的")
    await visitor.until("held")
    time.pass_(minutes=31)
    await visitor.ask("有人吗")
    assert desk.rasa.received[-1]["metadata"]["facts"]["unemployment_date"] == "2021-03-01"
    assert [each.why for each in desk.talks.waiting()] == ["lapsed"]
    assert (await operator.act(session_id, "say", text="来了")).status_code == 409


async def test_a_colleague_who_is_away_can_be_replaced(desk: Desk, time: Time) -> None:
    visitor, operator, other = await desk.visitor(), await desk.operator(), await desk.operator("li")
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    assert (await other.act(session_id, "take")).status_code == 409
    time.pass_(minutes=11)
    await other.take(session_id)
    assert desk.the_talk().holder == "Li"
    assert kinds(await visitor.events()).count("notice") == 1


async def test_a_conversation_cleared_by_the_citizen_is_gone(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    await operator.act(session_id, "note", note="内部")
    assert (await visitor.request("DELETE", "session")).status_code == 204
    assert (await operator.act(session_id, "say", text="您好")).status_code == 404
    assert desk.talks.active() == []
    with desk.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM talk_lines").scalar() == 0
