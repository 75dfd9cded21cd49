"""繁體 replies: everything people read is converted, the notices' own words and all ids are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import opencc
import pytest

from koujing.answering.answer import answer
from koujing.contract import reply_schema
from koujing.desk.openapi import openapi
from koujing.desk.request import parse_ask
from koujing.desk.script import SCRIPTS, in_script
from koujing.settings import Settings
from koujing.text.normalise import normalise
from tests.answering.replies import asked, policies, situation
from tests.desk.conftest import DEMO_DATE, KNOWLEDGE, FakeRasa, MakeApp, blank_reply, open_client

ASK = "/api/v1/ask"
# Keys of the contract under which no words for people stand: ids, codes, dates, values, verdicts, and the quote.
NOT_WORDED = {
    "schema_version", "status", "kind", "on", "region", "matter", "aspect", "verdict", "fact", "value", "clause", "earliest",
    "qualifier", "of", "opens", "closes", "state", "quote", "url", "type", "id", "phone", "version", "receipt", "ticket",
}  # fmt: skip


def hant(words: str) -> str:
    return str(opencc.OpenCC("s2hk").convert(words))


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a reply with the key it stands under."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, str):
        yield key, value


def full_reply() -> dict[str, Any]:
    """A reply with words under every key of the contract."""
    words = "条件"
    return blank_reply(
        "determined", "结论", DEMO_DATE, verdict="eligible", question="能领吗", plain="简单说", points=["第一条"],
        reasons=[{"condition": words, "fact": "insured_count", "value": "国", "holds": True, "clause": None, "referred_to": "辽宁省厅"}],
        changes=[{"fact": "insured_count", "text": "减员", "earliest": None}],
        amounts=[{"label": "返还额", "value": "1", "unit": "CNY", "qualifier": "exact", "formula": "缴费额×60%", "clause": None}],
        windows=[{"of": "rule", "opens": None, "closes": None, "state": "open", "clause": None}],
        citations=[{"clause": None, "notice": "葫人社发〔2021〕2号", "region": "huludao", "heading": "实施", "quote": "实施稳岗", "url": None}],
        facts={"insured_count": {"value": 28, "words": "28个", "unit": "个", "label": "参保人数", "said": "28个", "confirmed": True}},
        ask={"fact": "region", "question": "哪个地区？", "why": "各地规定不同", "type": "choice", "options": [{"id": "a", "label": "辽宁"}]},
        items=[{"matter": "m", "name": "稳岗返还", "verdict": "eligible", "summary": "可以领", "missing": ["参保人数"], "clause": None}],
        suggestions=["怎么办？"], contacts=[{"name": "热线", "phone": "12333", "url": None, "hours": "工作时间"}],
        handoff={"state": "offered", "ticket": None, "hours": "办公时间"}, calibers=[{"id": "x", "version": "1"}],
    )  # fmt: skip


def test_the_default_is_the_reply_itself() -> None:
    reply = full_reply()
    assert in_script(reply, "hans") is reply


def test_every_key_is_either_converted_or_known_to_hold_no_words() -> None:
    reply, shown = full_reply(), in_script(full_reply(), "hant")
    assert [key for key, _ in strings(shown)] == [key for key, _ in strings(reply)]
    for (key, before), (_, after) in zip(strings(reply), strings(shown), strict=True):
        assert after == (before if key in NOT_WORDED else hant(before)), key
    jsonschema.validate(shown, reply_schema())


def test_every_word_of_the_contract_was_looked_at() -> None:
    def keys(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for part in schema.values():
                yield from keys(part)

    described = {key for key in keys({**reply_schema(), "allOf": []}) if key not in NOT_WORDED}
    held = {key for key, _ in strings(full_reply())} - NOT_WORDED
    lists = {"reasons", "changes", "amounts", "windows", "citations", "facts", "ask", "options", "items", "contacts"}
    assert described - lists - {"calibers", "handoff", "holds"} <= held


@pytest.mark.parametrize("region", ["huludao", "guangdong", "guangzhou"])
def test_a_quoted_clause_stays_in_the_script_of_its_notice(region: str) -> None:
    reply = answer(policies(), asked("unemployment_assistance", "quote_original", "原文怎么说"), situation(region))
    shown = in_script(reply, "hant")
    [citation] = reply["citations"]
    assert reply["status"] == "quoted"
    assert citation["quote"] in shown["text"]
    before, after = reply["text"].split(citation["quote"])
    assert shown["text"] == hant(before) + citation["quote"] + hant(after)
    assert shown["citations"][0]["quote"] == citation["quote"]


@pytest.mark.parametrize("matter", sorted(policies().matters))
def test_what_is_shown_can_be_said_back(matter: str) -> None:
    reply = answer(policies(), asked(matter, "overview"), situation("huludao"))
    shown = in_script(reply, "hant")
    for words, converted in zip(reply["suggestions"], shown["suggestions"], strict=True):
        assert normalise(converted) == normalise(words)
    assert {key for key, _ in strings(shown)} == {key for key, _ in strings(reply)}
    assert (shown["calibers"], shown["matter"]) == (reply["calibers"], reply["matter"])


def test_the_script_is_no_part_of_what_is_asked() -> None:
    plain, shown = (parse_ask({"text": "问", "script": script}, KNOWLEDGE) for script in (None, "hant"))
    assert (plain.script, shown.script) == ("hans", "hant")
    assert plain.digest == shown.digest
    assert openapi(Settings())["components"]["schemas"]["Ask"]["properties"]["script"]["enum"] == [*SCRIPTS, None]


@pytest.mark.anyio
async def test_replies_are_shown_in_the_script_asked_for_and_kept_as_decided(make_app: MakeApp, rasa: FakeRasa) -> None:
    message = {"text": "能领吗", "session": "s", "message_id": "m"}
    async with open_client(make_app()) as client:
        first = await client.post(ASK, json={**message, "script": "hant"})
        again = await client.post(ASK, json={**message, "script": "hant"})
        plain = await client.post(ASK, json=message)
        [shown], [kept] = first.json()["replies"], plain.json()["replies"]
        receipt = (await client.get(f"/api/v1/receipts/{shown['receipt']}")).json()
    assert first.content == again.content
    assert len(rasa.received) == 1
    assert "script" not in rasa.received[0]["metadata"]
    assert (shown["text"], kept["text"], receipt["text"]) == ("第1次答覆", "第1次答复", "第1次答复")
    assert shown["question"] == "能領嗎"
    assert shown == in_script(kept, "hant")


@pytest.mark.anyio
async def test_the_desks_own_refusals_are_shown_so_too(client: httpx.AsyncClient) -> None:
    [reply] = (await client.post(ASK, json={"text": "/restart", "script": "hant"})).json()["replies"]
    assert reply["text"].startswith("不予答覆")
