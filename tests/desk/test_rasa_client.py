"""What is told beside the replies: how a message was read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from koujing.desk.rasa_client import RasaClient

pytestmark = pytest.mark.anyio

READ = {"share": 0.3, "topics": []}


def client(*items: dict[str, Any]) -> RasaClient:
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=list(items))))
    return RasaClient(http, "http://rasa", "http://actions")


async def test_how_a_message_was_read_is_handed_on() -> None:
    heard: list[Any] = []
    rasa = client(
        {"text": "x"}, {"custom": {"reply": {"text": "a"}, "reading": READ}}, {"custom": {"reply": {"text": "b"}}}
    )
    rasa.heard = lambda *given: heard.append(given)
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "a"}, {"text": "b"}]
    assert heard == [("s", "m", READ)]
    assert await rasa.replies("s", "问", {}) == [{"text": "a"}, {"text": "b"}]
    assert len(heard) == 1


@pytest.mark.parametrize("reading", [None, "x", 1])
async def test_what_is_no_reading_is_not(reading: Any) -> None:
    heard: list[Any] = []
    rasa = client({"custom": {"reply": {"text": "a"}, "reading": reading}})
    rasa.heard = lambda *given: heard.append(given)
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "a"}]
    assert heard == []


async def test_that_it_cannot_be_kept_costs_no_answer() -> None:
    def broken(*_: Any) -> None:
        raise OSError

    rasa = client({"custom": {"reply": {"text": "a"}, "reading": READ}})
    rasa.heard = broken
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "a"}]
