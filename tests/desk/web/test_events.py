"""Events: polled, waited for, and streamed, with nothing lost or doubled."""

from __future__ import annotations

import asyncio
import json
import threading
import time as clock_of_the_machine
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from koujing.desk.web import service
from koujing.desk.web.events import Hub
from tests.desk.conftest import FakeRasa
from tests.desk.web.conftest import WEB, Visitor, answered, browse, error, say
from tests.desk.web.serving import serving

pytestmark = pytest.mark.anyio

MakeDesk = Callable[..., Starlette]


class Stream:
    """An open event stream, read line by line."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> dict[str, str]:
        """The next block: an event's fields, or a comment as `{"": text}`."""
        block: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                return block
            name, _, value = line.partition(":")
            block[name] = value.removeprefix(" ")
        raise EOFError

    async def event(self) -> dict[str, Any]:
        """The next event's data, after a look at its other fields."""
        block = await self.next()
        while "data" not in block:
            block = await self.next()
        data: dict[str, Any] = json.loads(block["data"])
        assert (block["id"], block["event"]) == (str(data["id"]), data["type"])
        return data


@pytest.fixture
def address(web_app: MakeDesk) -> Iterator[str]:
    with serving(web_app()) as address:
        yield address


@pytest.fixture
async def real(address: str) -> AsyncIterator[Visitor]:
    """A visitor over a real connection."""
    async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) as http:
        yield await Visitor(http, headers={"Origin": address}).open()


@asynccontextmanager
async def streaming(visitor: Visitor, after: int = 0, **headers: str) -> AsyncIterator[Stream]:
    bearer = {"Authorization": f"Bearer {visitor.token}", "Accept": "text/event-stream"}
    async with visitor.http.stream(
        "GET", f"{WEB}/events", params={"after": after}, headers={**visitor.headers, **bearer, **headers}
    ) as response:
        yield Stream(response)


async def test_polling_reads_on_from_the_cursor(visitor: Visitor) -> None:
    await visitor.ask("一")
    first = await visitor.events()
    assert await visitor.events(first[-1]["id"]) == []
    assert (await visitor.events(first[0]["id"])) == first[1:]
    await visitor.ask("二")
    assert [event["id"] for event in await visitor.events()] == sorted(event["id"] for event in await visitor.events())
    assert (await visitor.events(first[-1]["id"]))[0]["text"] == "二"


async def test_a_long_poll_is_woken_by_what_comes(visitor: Visitor) -> None:
    began = clock_of_the_machine.monotonic()
    waiting = asyncio.create_task(visitor.events(wait=25))
    await asyncio.sleep(0.1)
    await visitor.send("问")
    assert (await waiting)[0]["text"] == "问"
    assert clock_of_the_machine.monotonic() - began < 10


async def test_a_long_poll_gives_up_in_time(visitor: Visitor) -> None:
    began = clock_of_the_machine.monotonic()
    assert await visitor.events(wait=1) == []
    assert 0.9 < clock_of_the_machine.monotonic() - began < 10


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"after": "-1"}, "invalid_cursor"),
        ({"after": "x"}, "invalid_cursor"),
        ({"after": "9" * 16}, "invalid_cursor"),
        ({"after": "１"}, "invalid_cursor"),
        ({"wait": "26"}, "invalid_wait"),
        ({"wait": "1.5"}, "invalid_wait"),
        ({"script": "繁體"}, "invalid_script"),
    ],
)
async def test_a_wrong_query(visitor: Visitor, query: dict[str, str], code: str) -> None:
    assert error(await visitor.request("GET", "events", params=query)) == (400, code)


async def test_reading_is_limited_by_session(web_app: MakeDesk) -> None:
    visitor = await browse(web_app(web_reads_per_minute=2)).open()
    for _ in range(2):
        await visitor.events()
    for path in ("events", "transcript"):
        response = await visitor.request("GET", path)
        assert error(response) == (429, "too_many_requests")
        assert int(response.headers["Retry-After"]) > 0


async def test_the_stream_gives_what_was_and_what_comes(real: Visitor) -> None:
    await real.ask("一")
    async with streaming(real) as stream:
        headers = stream.response.headers
        assert headers["Content-Type"].startswith("text/event-stream")
        assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
        assert headers["Access-Control-Allow-Origin"] == real.headers["Origin"]
        assert await stream.next() == {"retry": "2000"}
        assert [(await stream.event())["type"] for _ in range(2)] == ["message", "reply"]
        await real.send("二")
        assert (await stream.event())["text"] == "二"
        assert (await stream.event())["view"]["summary"] == "可以申领。"


async def test_after_a_break_nothing_is_lost_or_doubled(real: Visitor) -> None:
    await real.ask("一")
    async with streaming(real) as stream:
        first, second = await stream.event(), await stream.event()
    await real.ask("二")
    everything = await real.events()
    # What the browser remembers goes before what the address says.
    last_event_id = {"Last-Event-ID": str(first["id"])}
    async with streaming(real, 0, **last_event_id) as stream:
        assert [await stream.event() for _ in range(3)] == everything[1:]
    async with streaming(real, second["id"]) as stream:
        assert [await stream.event() for _ in range(2)] == everything[2:]


async def test_a_second_tab_sees_the_same(real: Visitor) -> None:
    async with streaming(real) as one, streaming(real) as other:
        await real.send("问")
        assert [await one.event(), await one.event()] == [await other.event(), await other.event()]


async def test_a_quiet_stream_has_a_heartbeat(real: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service._HEARTBEAT_SECONDS == 15
    monkeypatch.setattr(service, "_HEARTBEAT_SECONDS", 0.1)
    async with streaming(real) as stream:
        await stream.next()
        for _ in range(2):
            assert await stream.next() == {"": ""}
        await real.send("问")
        assert (await stream.event())["text"] == "问"


async def test_a_stream_ends_when_the_conversation_is_cleared(real: Visitor) -> None:
    async with streaming(real) as stream:
        await stream.next()
        await real.request("DELETE", "session")
        with pytest.raises(EOFError):
            await stream.next()


async def test_of_too_many_streams_the_oldest_ends(web_app: MakeDesk) -> None:
    with serving(web_app(web_readers=2)) as address:
        async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) as http:
            visitor = await Visitor(http, headers={"Origin": address}).open()
            async with streaming(visitor) as first, streaming(visitor) as second:
                for stream in (first, second):
                    await stream.next()
                async with streaming(visitor) as third:
                    with pytest.raises(EOFError):
                        await first.next()
                    await visitor.send("问")
                    assert (await second.event()) == (await third.event())


async def test_another_process_s_events_are_seen(web_app: MakeDesk) -> None:
    """Two desks on one database: the message goes to one, the stream hangs on the other."""
    with serving(web_app()) as one, serving(web_app()) as other:
        async with httpx.AsyncClient(base_url=one, timeout=30, trust_env=False) as http:
            visitor = await Visitor(http, headers={"Origin": one}).open()
            async with httpx.AsyncClient(base_url=other, timeout=30, trust_env=False) as there:
                tab = Visitor(there, visitor.token, {"Origin": other})
                async with streaming(tab) as stream:
                    await stream.next()
                    began = clock_of_the_machine.monotonic()
                    await visitor.send("问")
                    assert [(await stream.event())["type"] for _ in range(2)] == ["message", "reply"]
                    assert clock_of_the_machine.monotonic() - began < 10


async def test_open_streams_hold_no_thread(real: Visitor) -> None:
    async with streaming(real) as stream:
        await stream.next()
        before = threading.active_count()
        streams = [streaming(await Visitor(real.http, headers=real.headers).open()) for _ in range(30)]
        opened = [await stream.__aenter__() for stream in streams]
        for one in opened:
            await one.next()
        assert (await real.ask("问"))[0]["status"] == "answered"
        # Worker threads are shared and few; a thread a stream would be thirty more.
        assert threading.active_count() - before < 20
        for stream_context in streams:
            await stream_context.__aexit__(None, None, None)


async def test_the_server_stops_with_streams_open(web_app: MakeDesk) -> None:
    with serving(web_app()) as address:
        http = httpx.AsyncClient(base_url=address, timeout=30, trust_env=False)
        visitor = await Visitor(http, headers={"Origin": address}).open()
        opened = streaming(visitor)
        stream = await opened.__aenter__()
        await stream.next()
        began = clock_of_the_machine.monotonic()
    assert clock_of_the_machine.monotonic() - began < 10
    with pytest.raises((EOFError, httpx.HTTPError)):
        await stream.next()
    await opened.__aexit__(None, None, None)
    await http.aclose()


async def test_a_view_can_be_had_in_traditional_characters(visitor: Visitor, rasa: FakeRasa) -> None:
    say(rasa, answered("失业补助金的规定。"))
    await visitor.send("失业补助金", str(uuid4()))
    await visitor.until("reply")
    [message, reply] = await visitor.events(script="hant")
    assert message["text"] == "失业补助金"
    assert reply["view"]["summary"] == "失業補助金的規定。"
    assert reply["view"]["citations"][0]["quote"] == "参保职工30人（含）以下"


async def test_a_conversation_can_be_saved_as_text(visitor: Visitor) -> None:
    [view] = await visitor.ask("失业补助金怎么领")
    response = await visitor.request("GET", "transcript")
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "attachment" in response.headers["Content-Disposition"]
    for part in ("失业补助金怎么领", "可以申领。", view["receipt"], "以官方文件为准", "2026-11-20 12:00:00"):
        assert part in response.text
    traditional = (await visitor.request("GET", "transcript", params={"script": "hant"})).text
    assert "以官方文件為準" in traditional
    assert "失业补助金怎么领" in traditional


async def test_a_hub_without_a_store_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    class Broken:
        def latest(self) -> int:
            calls.append(1)
            raise RuntimeError("no store")

    hub = Hub(Broken(), 2, poll_seconds=0.01)  # type: ignore[arg-type]
    watching = asyncio.create_task(hub.watch())
    await asyncio.sleep(0.2)
    watching.cancel()
    assert len(calls) > 1
    assert "cannot look for new events" in caplog.text
    hub.close()
    with hub.reader("a") as reader:
        assert reader.ended
