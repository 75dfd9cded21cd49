"""Sentences of a call from speech recognition, and the page that follows them."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import pytest

from koujing.desk.console.assist.streams import Streams
from tests.desk.console.assist.conftest import Calls, Desk
from tests.desk.console.assist.reading import part
from tests.desk.web.conftest import error

pytestmark = pytest.mark.anyio
LINES = (
    ("operator", "您好，请讲"),
    ("caller", "喂你好，我今年三月一号失业的，以前交过失业保险"),
    ("caller", "我想问失业补助金能不能领，没领过失业补助金"),
)


async def post(calls: Calls, name: str, *sentences: dict[str, Any], key: str = "demo") -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    path = f"/api/v1/calls/{name}/transcript"
    return await calls.console.browser().http.post(path, json={"sentences": list(sentences)}, headers=headers)


def lines() -> list[dict[str, Any]]:
    return [{"seq": n, "speaker": speaker, "text": text} for n, (speaker, text) in enumerate(LINES, 1)]


async def taken(calls: Calls, name: str = "4001") -> Desk:
    """The call that a call centre announced, taken."""
    call = (await post(calls, name, *lines())).json()["call"]
    desk = await calls.operator()
    home = await desk.browser.page("/console/assist")
    assert "等待接听" in home.text
    assert (await desk.browser.page(f"/console/assist/{call}")).one("h1").text == "等待接听"
    assert (await desk.browser.post(f"/console/assist/{call}/take")).status_code == 303
    desk.id = call
    return desk


async def test_facts_and_suggestions_follow_what_is_heard(calls: Calls) -> None:
    desk = await taken(calls)
    state = await desk.act("place", region="huludao", as_of=None)
    rows = {row["data-row"]: row.text for row in part(state, "facts").all("li", class_="heard")}
    assert set(rows) >= {"is_unemployed", "was_insured", "assistance_received", "unemployment_date"}
    assert "从通话听到" in rows["was_insured"]
    assert "失业补助金" in part(state, "heard").one("div", class_="hints").text
    assert "来电人 喂你好" in part(state, "heard").text
    state = await desk.ask("能领失业补助金吗")
    assert calls.rasa.heard[-1]["metadata"]["facts"]["was_insured"] is True


async def test_sentences_count_once(calls: Calls) -> None:
    first = (await post(calls, "4001", *lines())).json()
    assert (first["accepted"], first["repeated"]) == (3, 0)
    again = (await post(calls, "4001", *lines(), {"seq": 9, "speaker": "caller", "text": "嗯"})).json()
    assert (again["accepted"], again["repeated"]) == (1, 3)
    assert again["call"] == first["call"]
    assert first["page"] == f"/console/assist/{first['call']}"
    reused = await post(calls, "4001", {"seq": 10, "speaker": "caller", "text": "好"}, {**lines()[1], "text": "另一句"})
    assert error(reused) == (409, "seq_reused")
    assert len(calls.assist.records.heard(first["call"], 99)) == 4


async def test_what_the_operator_set_stands_beside_what_is_heard(calls: Calls) -> None:
    desk = await taken(calls)
    await desk.fact("assistance_received", "true")
    await post(calls, desk.id, {"seq": 20, "speaker": "caller", "text": "没领过失业补助金"})
    state = (await desk.get("state")).json()
    row = next(row for row in part(state, "facts").all("li") if row.attributes.get("data-row") == "assistance_received")
    assert "通话里听到的是 没有申领过失业补助金" in row.text


async def test_the_operators_own_sentences_tell_no_facts(calls: Calls) -> None:
    call = (await post(calls, "4002", {"seq": 1, "speaker": "operator", "text": "您交过失业保险没领过对吧"})).json()[
        "call"
    ]
    assert calls.assist.calls.find(call).sheet == {}


async def test_personal_numbers_are_not_kept(calls: Calls) -> None:
    call = (await post(calls, "4003", {"seq": 1, "speaker": "caller", "text": "我电话13800000000"})).json()["call"]
    assert [each.text for each in calls.assist.records.heard(call, 9)] == ["我电话【手机号】"]


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ({"speaker": "caller", "text": "喂"}, "invalid_seq"),
        ({"seq": True, "speaker": "caller", "text": "喂"}, "invalid_seq"),
        ({"seq": -1, "speaker": "caller", "text": "喂"}, "invalid_seq"),
        ({"seq": 1, "speaker": "robot", "text": "喂"}, "invalid_speaker"),
        ({"seq": 1, "speaker": "caller"}, "missing_text"),
        ({"seq": 1, "speaker": "caller", "text": "字" * 1001}, "sentence_too_long"),
        ({"seq": 1, "speaker": "caller", "text": "喂", "at": "昨天"}, "invalid_at"),
        ({"seq": 1, "speaker": "caller", "text": "喂", "tone": "急"}, "unknown_field"),
    ],
)
async def test_a_sentence_that_cannot_be(calls: Calls, sentence: dict[str, Any], code: str) -> None:
    assert error(await post(calls, "4004", sentence)) == (400, code)


async def test_a_request_that_cannot_be(calls: Calls) -> None:
    assert error(await post(calls, "4004")) == (400, "invalid_sentences")
    assert error(await post(calls, "4004", *lines(), key="")) == (401, "unauthorized")
    assert error(await post(calls, "4004", *lines(), key="wrong")) == (401, "unauthorized")
    assert error(await post(calls, "通话", *lines())) == (400, "invalid_call")


async def test_a_wrapped_up_call_hears_no_more(calls: Calls) -> None:
    desk = await taken(calls)
    await desk.act("wrap-up", code="answered", next=False)
    assert (await post(calls, desk.id, {"seq": 30, "speaker": "caller", "text": "没领过"})).status_code == 409


async def test_the_page_is_told_at_once_and_in_the_end_let_go(calls: Calls) -> None:
    desk = await taken(calls)
    streams, told = calls.assist.streams, anyio.Event()
    seen: list[int | None] = []

    async def alive() -> bool:
        return True

    async def follow() -> None:
        async for revision in streams.follow(desk.id, calls.assist.calls.revision(desk.id), alive):
            seen.append(revision)
            told.set()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(follow)
            await anyio.sleep(0.05)
            await post(calls, desk.id, {"seq": 40, "speaker": "caller", "text": "没领过失业补助金"})
            await told.wait()
            streams.close()
    assert seen[-1] == calls.assist.calls.revision(desk.id)


async def test_a_stream_ends_with_its_session_and_notices_other_processes() -> None:
    revisions = {"c": 1}
    streams = Streams(lambda call: revisions.get(call, -1), poll_seconds=0.01)
    left = iter([True, False])

    async def alive() -> bool:
        return next(left)

    seen = []
    with anyio.fail_after(20):
        async for revision in streams.follow("c", 0, alive):
            seen.append(revision)
            revisions["c"] = 2
    assert seen == [1, 2, None]
    assert [each async for each in streams.follow("gone", 0, alive)] == []
