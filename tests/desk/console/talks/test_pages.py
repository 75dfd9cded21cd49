"""The pages of conversations: who waits, what was said, who may see and do what, and what the audit keeps."""

from __future__ import annotations

from uuid import uuid4

import pytest

from koujing.desk.console.talks.routes import talk_routes
from koujing.desk.request import Ask
from koujing.store.audit import Filter
from tests.desk.console.conftest import Console, MakeConsole, Time, shown
from tests.desk.console.matrix import wrong_answers
from tests.desk.console.talks.conftest import HOME, Desk, handed_off
from tests.desk.web.conftest import answered, say
from tests.desk.web.html import Element
from tests.desk.web.surfing import Surfer

pytestmark = pytest.mark.anyio


def text_of(page: Element) -> str:
    return " ".join(page.text.split())


async def test_who_waits_stands_in_the_list_longest_first(desk: Desk, time: Time) -> None:
    operator = await desk.operator()
    say(desk.rasa, answered(question="稳岗返还要什么条件"))
    first, second = await desk.visitor(), await desk.visitor()
    await first.ask("稳岗返还要什么条件")
    say(desk.rasa, {**handed_off(), "question": "转人工"})
    await first.ask("转人工")
    time.pass_(minutes=3)
    await second.ask("转人工")
    page = text_of(await operator.browser.page(HOME))
    # What it is about says more than that somebody wants a person.
    assert page.index("稳岗返还要什么条件") < page.index("转人工")
    assert "3 分钟" in page
    assert "要找人工" in page


async def test_a_wish_to_be_called_back_waits_until_it_is_taken_back(desk: Desk) -> None:
    visitor = await desk.visitor()
    callback = {"phone": "13800138000", "consent": True, "when": "any"}
    response = await visitor.request("POST", "callbacks", json=callback)
    assert response.status_code == 201, response.text
    [talk] = desk.talks.waiting()
    operator = await desk.operator()
    page = await operator.parts(talk.session_id)
    assert response.json()["code"] in page["parts"]["side"]
    assert "13800138000" not in str(page)
    await visitor.request("DELETE", f"callbacks/{response.json()['code']}")
    assert desk.talks.waiting() == []


async def test_every_view_and_every_act_is_in_the_audit(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.browser.page(f"{HOME}/{session_id}")
    await operator.take(session_id)
    await operator.say(session_id, "身份证给我看看")
    await operator.parts(session_id)
    await operator.back(session_id)
    await (await desk.operator("li")).parts(session_id)
    entries = desk.parts.audit.find(Filter(object=f"talk:{session_id}"))
    assert [entry.action for entry in reversed(entries)] == [
        "talk_view",
        "talk_take",
        "talk_say",
        "talk_back",
        "talk_view",
    ]
    assert "身份证" not in str(entries)


async def test_what_the_citizen_said_is_there(desk: Desk) -> None:
    said = {"insured_headcount": {"value": "28", "words": "28人", "said": "28个人", "confirmed": True}}
    say(desk.rasa, answered(facts=said, question="稳岗返还"))
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("我们28个人")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    await visitor.send("去年裁了2个人")
    await visitor.until("held")
    side = (await operator.parts(session_id))["parts"]["side"]
    assert "28人" in side
    assert "2人" in side
    assert "葫人社发〔2021〕2号" in side


async def test_only_words_sent_as_they_stand_count_as_approved(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    found = (await operator.browser.get(f"{HOME}/calibers?q=稳岗返还条件&region=huludao")).json()["found"]
    pick = {name: found[0][name] or "" for name in ("matter", "aspect", "topic", "text")}
    response = await operator.browser.http.get(f"{HOME}/{session_id}/draft", params=pick)
    draft = response.json()
    assert draft["badge"] in ("caliber", "rule"), draft
    form = {f"pick_{name}": value for name, value in pick.items()}
    await operator.say(session_id, draft["text"], **form)
    await operator.say(session_id, draft["text"] + "您看行吗", **form)
    await operator.say(session_id, "没有依据的话", pick_matter="none", pick_aspect="none")
    lines = desk.talks.transcript(desk.the_talk())
    assert [bool(line.data and line.data.get("calibers")) for line in lines if line.kind == "operator"] == [
        True,
        False,
        False,
    ]


async def test_an_api_session_is_only_read(desk: Desk) -> None:
    operator = await desk.operator()
    await desk.api().post("/api/v1/ask", json={"text": "稳岗返还条件", "region": "huludao"})
    session_id = desk.the_talk().session_id
    page = text_of(await operator.browser.page(f"{HOME}/{session_id}"))
    assert "可以申领" in page
    assert "只能看" in page
    for act, form in (("take", {}), ("say", {"text": "您好"}), ("back", {}), ("note", {"note": "x"})):
        assert (await operator.act(session_id, act, **form)).status_code == 409, act
    assert not desk.the_talk().held


async def test_a_question_of_the_console_itself_is_no_conversation(desk: Desk) -> None:
    await desk.parts.conversations.answer("console", Ask(text="稳岗返还", length=4))
    assert desk.talks.active() == []


async def test_transfer_to_a_colleague_and_to_an_office(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    other = await desk.operator("li", office="失业保险科")
    colleague = desk.parts.staff.named("li")
    assert colleague is not None
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    await operator.take(session_id)
    assert (await operator.act(session_id, "transfer", to="staff:99")).status_code == 422
    assert (await operator.act(session_id, "transfer", to=f"staff:{colleague.id}", reason="您更熟")).status_code == 200
    assert [talk.holder for talk in desk.talks.of(colleague.id)] == ["Li"]
    assert (await operator.act(session_id, "say", text="还是我")).status_code == 409
    assert (await other.act(session_id, "transfer", to="office:失业保险科")).status_code == 200
    [waiting] = desk.talks.waiting()
    assert (waiting.office, waiting.held) == ("失业保险科", True)
    await visitor.send("有人吗")
    await visitor.until("held")
    await operator.take(session_id)
    assert "您更熟" in (await operator.parts(session_id))["parts"]["lines"]
    assert [event["type"] for event in await visitor.events()].count("notice") == 1


async def test_a_page_without_script_works_too(desk: Desk) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    for act, form in (("take", {}), ("say", {"text": "您好"}), ("back", {})):
        response = await operator.browser.post(f"{HOME}/{session_id}/{act}", {"key": uuid4().hex, **form})
        assert response.status_code == 303, response.text
    refused = await operator.browser.post(f"{HOME}/{session_id}/say", {"key": uuid4().hex, "text": "写了一半"})
    assert refused.status_code == 409
    assert "现在不由您答复" in text_of(shown(refused))


async def test_a_visitor_without_script_sees_it(desk: Desk) -> None:
    surfer, operator = Surfer(desk.app), await desk.operator()
    async with surfer.http:
        page = await surfer.http.get("/chat")
        form = {"site": "demo", "message_id": str(uuid4()), "text": "你好"}
        headers = {"Origin": "http://desk", "Sec-Fetch-Site": "same-origin"}
        await surfer.http.post("/chat", data=form, headers=headers)
        await surfer.http.get("/chat?sent=1")
        session_id = desk.the_talk().session_id
        await operator.take(session_id)
        form |= {"message_id": str(uuid4()), "text": "有人吗"}
        await surfer.http.post("/chat", data=form, headers=headers)
        page = await surfer.http.get("/chat?sent=1")
        assert "已转给工作人员" in page.text
        assert "正在查询" not in page.text
        await operator.say(session_id, "您好，请讲")
        page = await surfer.http.get("/chat")
        assert "您好，请讲" in page.text
        saved = await surfer.http.get("/chat/transcript")
        assert "工作人员：\n您好，请讲" in saved.text


async def test_the_past_is_paged(desk: Desk, time: Time) -> None:
    for n in range(3):
        say(desk.rasa, answered(question=f"第{n}个人"))
        await (await desk.visitor()).ask("问")
        time.pass_(minutes=1)
    assert len(desk.talks.active()) == 3
    time.pass_(hours=1)
    assert desk.talks.active() == []
    first = desk.talks.past(None, None, 2)
    rest = desk.talks.past("web", first[-1].touched_at, 2)
    assert [talk.said for talk in [*first, *rest]] == ["第2个人", "第1个人", "第0个人"]
    assert desk.talks.past("wechat", None) == []
    operator = await desk.operator()
    assert "第1个人" in text_of(await operator.browser.page(f"{HOME}?tab=past"))
    for query in (
        "tab=nonsense",
        "tab=past&before=nonsense",
        "tab=past&channel=nonsense",
        "tab=mine",
        "tab=active&channel=web",
    ):
        assert (await operator.browser.get(f"{HOME}?{query}")).status_code == 200


async def test_nobody_but_those_who_may(make_console: MakeConsole) -> None:
    console: Console = make_console(talk_routes)
    assert [wrong async for wrong in wrong_answers(console)] == []


async def test_a_reviewer_sees_and_does_nothing(desk: Desk) -> None:
    visitor, reviewer = await desk.visitor(), await desk.operator("boss", "reviewer")
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    page = await reviewer.browser.page(f"{HOME}/{session_id}")
    assert "接手" not in [button.text for button in page.all("button")]
    assert (await reviewer.act(session_id, "take")).status_code == 403


@pytest.mark.parametrize("key", ["", "short", "a b c d e f g h", "x" * 65])
async def test_an_act_needs_its_number(desk: Desk, key: str) -> None:
    visitor, operator = await desk.visitor(), await desk.operator()
    await visitor.ask("你好")
    session_id = desk.the_talk().session_id
    response = await operator.browser.post(f"{HOME}/{session_id}/take", {"key": key}, Accept="application/json")
    assert response.status_code == 422
    assert not desk.the_talk().held


async def test_a_missing_conversation_is_told_kindly(desk: Desk) -> None:
    operator = await desk.operator()
    for path in ("", "/parts", "/events", "/draft"):
        assert (await operator.browser.get(f"{HOME}/nothing{path}")).status_code == 404
