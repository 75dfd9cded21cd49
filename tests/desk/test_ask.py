"""`POST /api/v1/ask`: what goes to Rasa, what comes back, and each message once."""

from __future__ import annotations

import asyncio

import httpx
import jsonschema
import pytest
from sqlalchemy import delete

from koujing.contract import reply_schema
from koujing.settings import Settings
from koujing.store.database import connect_database
from koujing.store.tables import sessions
from tests.desk.conftest import FakeRasa, MakeApp, open_client

pytestmark = pytest.mark.anyio

ASK = "/api/v1/ask"


def check(replies: list[dict[str, object]]) -> None:
    for reply in replies:
        jsonschema.validate(reply, reply_schema(), format_checker=jsonschema.FormatChecker())


async def test_a_question_is_answered_with_a_receipt(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    answer = (await client.post(ASK, json={"text": " 失业补助金怎么领 ", "region": "huludao"})).json()
    assert list(answer) == ["session", "replies"]
    [reply] = answer["replies"]
    check([reply])
    assert reply["text"] == "第1次答复"
    assert reply["receipt"]
    [sent] = rasa.received
    assert sent["message"] == "失业补助金怎么领"
    message_id = sent["metadata"].pop("message_id")
    assert message_id
    assert sent["metadata"] == {"region": "huludao", "on": "2021-09-15", "facts": {}}


async def test_date_and_facts_travel_with_the_message(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    asked = {"text": "能领吗", "as_of": "2022-01-01", "facts": {"insured_count": 28}, "message_id": "m1"}
    [reply] = (await client.post(ASK, json=asked)).json()["replies"]
    assert reply["on"] == "2022-01-01"
    expected = {"message_id": "m1", "region": None, "on": "2022-01-01", "facts": {"insured_count": 28}}
    assert rasa.received[0]["metadata"] == expected


async def test_a_session_goes_on_and_belongs_to_its_key(make_app: MakeApp, rasa: FakeRasa) -> None:
    async with open_client(make_app(api_keys=frozenset({"demo", "other"}))) as client:
        first = (await client.post(ASK, json={"text": "你好"})).json()["session"]
        second = (await client.post(ASK, json={"text": "再问", "session": first})).json()["session"]
        other = {"Authorization": "Bearer other"}
        await client.post(ASK, json={"text": "别人", "session": first}, headers=other)
    assert first == second
    senders = [message["sender"] for message in rasa.received]
    assert senders[0] == senders[1] != senders[2]
    assert first not in senders


async def test_a_session_that_was_removed_is_begun_anew_and_rasa_never_hears_of_the_old_one(
    make_app: MakeApp, rasa: FakeRasa, settings: Settings
) -> None:
    async with open_client(make_app()) as client:
        for text in ("你好", "再问"):
            await client.post(ASK, json={"text": text, "session": "s"})
        engine = connect_database(settings)
        with engine.begin() as connection:
            connection.execute(delete(sessions))
        engine.dispose()
        answer = await client.post(ASK, json={"text": "还在吗", "session": "s"})
    assert answer.json()["replies"][0]["receipt"]
    before, same, after = (message["sender"] for message in rasa.received)
    assert before == same != after


async def test_a_repeated_message_is_answered_once_even_across_a_restart(make_app: MakeApp, rasa: FakeRasa) -> None:
    asked = {"text": "能领吗", "session": "s", "message_id": "m1"}
    async with open_client(make_app()) as client:
        first = await client.post(ASK, json=asked)
        second = await client.post(ASK, json=asked)
    async with open_client(make_app()) as client:
        third = await client.post(ASK, json=asked)
    assert first.content == second.content == third.content
    assert len(rasa.received) == 1


async def test_a_message_sent_twice_at_once_is_answered_once(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    asked = {"text": "能领吗", "session": "s", "message_id": "m1"}
    answers = await asyncio.gather(*(client.post(ASK, json=asked) for _ in range(5)))
    assert len({answer.content for answer in answers}) == 1
    assert len(rasa.received) == 1


async def test_a_message_id_used_for_another_message_is_a_conflict(client: httpx.AsyncClient) -> None:
    await client.post(ASK, json={"text": "能领吗", "session": "s", "message_id": "m1"})
    answer = await client.post(ASK, json={"text": "怎么领", "session": "s", "message_id": "m1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "message_id_reused")


async def test_personal_numbers_do_not_reach_rasa_or_the_store(
    client: httpx.AsyncClient, rasa: FakeRasa, make_app: MakeApp
) -> None:
    await client.post(ASK, json={"text": "我电话13812345678，每月3200元"})
    assert rasa.received[0]["message"] == "我电话【手机号】，每月3200元"


@pytest.mark.parametrize(
    "text", ["/restart", "/session_start", "／restart", "/intent{}", '/ask{"a": 1}', " /restart\n"]
)
async def test_a_typed_command_is_refused_without_rasa(client: httpx.AsyncClient, rasa: FakeRasa, text: str) -> None:
    answer = await client.post(ASK, json={"text": text})
    [reply] = answer.json()["replies"]
    check([reply])
    assert (answer.status_code, reply["status"], reply["kind"]) == (200, "refused", "injection")
    assert reply["receipt"]
    assert rasa.received == []


@pytest.mark.parametrize(
    ("text", "passed_on"),
    [
        ("/失业补助金怎么领", "失业补助金怎么领"),
        ("／／ /restart 怎么领", "restart 怎么领"),
        ("稳岗/restart", "稳岗/restart"),
        ("/restart@0.9", "restart@0.9"),
    ],
)
async def test_rasa_never_sees_a_leading_slash(
    client: httpx.AsyncClient, rasa: FakeRasa, text: str, passed_on: str
) -> None:
    await client.post(ASK, json={"text": text})
    assert rasa.received[0]["message"] == passed_on


async def test_nothing_but_slashes_is_nonsense(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    [reply] = (await client.post(ASK, json={"text": " // "})).json()["replies"]
    assert (reply["status"], reply["kind"], rasa.received) == ("refused", "nonsense", [])


async def test_a_text_over_the_limit_is_refused_and_one_at_the_limit_is_not(
    client: httpx.AsyncClient, rasa: FakeRasa
) -> None:
    await client.post(ASK, json={"text": "问" * 1000})
    assert len(rasa.received) == 1
    for length in (1001, 10_000):
        answer = await client.post(ASK, json={"text": "问" * length})
        [reply] = answer.json()["replies"]
        assert (answer.status_code, reply["status"], reply["kind"]) == (200, "refused", "too_long")
    assert len(rasa.received) == 1


async def test_a_key_may_have_a_quota_of_its_own(make_app: MakeApp) -> None:
    async with open_client(make_app(api_keys=frozenset({"demo:2", "other"}))) as client:
        answers = [await client.post(ASK, json={"text": "问"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1].headers["Retry-After"]) in range(1, 31)
        other = {"Authorization": "Bearer other"}
        assert (await client.post(ASK, json={"text": "问"}, headers=other)).status_code == 200, "its own, nobody else's"
        with_quota = {"Authorization": "Bearer demo:2"}
        assert (await client.post(ASK, json={"text": "问"}, headers=with_quota)).status_code == 401, "the key is demo"
