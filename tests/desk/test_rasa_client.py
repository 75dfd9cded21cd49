"""What is told beside the replies: how a message was read."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from koujing.desk.errors import UnavailableError
from koujing.desk.rasa_client import RasaClient
from tests.desk.played_wire import PlayedWire

pytestmark = pytest.mark.anyio

READ = {"share": 0.3, "topics": []}


def client(*items: dict[str, Any]) -> RasaClient:
    return RasaClient(PlayedWire(lambda _: httpx.Response(200, json=list(items))), "http://rasa", "http://actions")


def hearing(heard: list[Any]) -> Any:
    async def hear(*given: Any) -> None:
        heard.append(given)

    return hear


async def test_how_a_message_was_read_is_handed_on() -> None:
    heard: list[Any] = []
    rasa = client(
        {"text": "x"}, {"custom": {"reply": {"text": "a"}, "reading": READ}}, {"custom": {"reply": {"text": "b"}}}
    )
    rasa.heard = hearing(heard)
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "a"}, {"text": "b"}]
    assert heard == [("s", "m", READ)]
    assert await rasa.replies("s", "问", {}) == [{"text": "a"}, {"text": "b"}]
    assert len(heard) == 1


@pytest.mark.parametrize("reading", [None, "x", 1])
async def test_what_is_no_reading_is_not(reading: Any) -> None:
    heard: list[Any] = []
    rasa = client({"custom": {"reply": {"text": "a"}, "reading": reading}})
    rasa.heard = hearing(heard)
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "a"}]
    assert heard == []


async def test_that_it_cannot_be_kept_costs_no_answer() -> None:
    async def broken(*_: Any) -> None:
        raise OSError

    rasa = client({"custom": {"reply": {"text": "a"}, "reading": READ}})
    rasa.heard = broken
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "a"}]


def reply_json(text: str) -> list[dict[str, Any]]:
    return [{"custom": {"reply": {"text": text}}}]


@pytest.mark.parametrize(
    "first",
    [
        httpx.ReadError("died"),
        httpx.RemoteProtocolError("died"),
        httpx.Response(502),
        httpx.Response(200, json=[]),
    ],
    ids=["cut", "nothing", "gateway", "no reply"],
)
async def test_a_message_whose_first_hearer_died_is_asked_once_more(first: Any) -> None:
    sent: list[bytes] = []

    def hear(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        if len(sent) > 1:
            return httpx.Response(200, json=reply_json("答"))
        if isinstance(first, Exception):
            raise first
        return first

    rasa = RasaClient(PlayedWire(hear), "http://rasa", "http://actions")
    assert await rasa.replies("s", "问", {"message_id": "m"}) == [{"text": "答"}]
    assert len(sent) == 2
    assert sent[0] == sent[1]


@pytest.mark.parametrize(("error", "times"), [(httpx.ReadTimeout("slow"), 1), (httpx.ReadError("died"), 2)])
async def test_what_does_not_come_back_is_told(error: Exception, times: int) -> None:
    sent: list[Any] = []

    def hear(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        raise error

    rasa = RasaClient(PlayedWire(hear), "http://rasa", "http://actions")
    with pytest.raises(UnavailableError):
        await rasa.replies("s", "问", {})
    assert len(sent) == times


async def test_no_more_than_so_many_are_with_rasa_at_a_time() -> None:
    """Who finds no place in time is told so, and Rasa never hears of them."""
    here, most, heard = 0, 0, 0
    go = asyncio.Event()

    async def hear(_request: httpx.Request) -> httpx.Response:
        nonlocal here, most, heard
        here, heard = here + 1, heard + 1
        most = max(most, here)
        await go.wait()
        here -= 1
        return httpx.Response(200, json=reply_json("答"))

    rasa = RasaClient(PlayedWire(hear), "http://rasa", "http://actions", places=2, patience=0.1)
    asking = [asyncio.create_task(rasa.replies("s", "问", {})) for _ in range(4)]
    await asyncio.sleep(0.3)
    go.set()
    came = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(one, UnavailableError) for one in came] == [False, False, True, True]
    assert (most, heard) == (2, 2)
    assert await rasa.replies("s", "问", {}) == [{"text": "答"}]
