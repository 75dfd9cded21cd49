"""The kinds of refusal that the desk gives by itself, from the real policy files."""

from __future__ import annotations

from functools import partial

import jsonschema
import pytest

from koujing.answering.refusals import refusal
from koujing.contract import reply_schema
from koujing.knowledge.base import load_knowledge
from koujing.settings import ROOT
from tests.desk.conftest import FakeRasa, MakeApp, open_client

pytestmark = pytest.mark.anyio


TEXTS = {"too_long": "问" * 1001, "injection": "/restart", "nonsense": "///"}


@pytest.mark.parametrize("kind", TEXTS)
async def test_the_wording_is_the_policies_own(make_app: MakeApp, rasa: FakeRasa, kind: str) -> None:
    knowledge = load_knowledge(ROOT / "policies")
    async with open_client(make_app(refuse_with=partial(refusal, knowledge))) as client:
        [reply] = (await client.post("/api/v1/ask", json={"text": TEXTS[kind]})).json()["replies"]
    jsonschema.validate(reply, reply_schema(), format_checker=jsonschema.FormatChecker())
    assert (reply["status"], reply["kind"], rasa.received) == ("refused", kind, [])
    assert "{" not in reply["text"]
