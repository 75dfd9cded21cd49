"""Requests to real servers: what comes back, what is shared, and how each failure is told, however the other side behaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from itertools import pairwise
from typing import Any

import pytest
import uvloop
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from koujing.posting import KeptOpen, LostError, SlowError, Told


@asynccontextmanager
async def _serving() -> AsyncIterator[tuple[str, set[int]]]:
    peers: set[int] = set()

    async def echo(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername")[1])
        return web.json_response({"said": await request.json(), "type": request.content_type}, status=201)

    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def away(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/echo")

    app = web.Application()
    app.router.add_route("*", "/echo", echo)
    for path, handler in (("/slow", slow), ("/cut", cut), ("/away", away)):
        app.router.add_route("*", path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", peers
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _wire(seconds: float = 5) -> AsyncIterator[KeptOpen]:
    wire = KeptOpen(3.0, seconds)
    try:
        yield wire
    finally:
        await wire.close()


def test_an_answer_comes_whole_over_a_connection_that_is_kept() -> None:
    async def asked() -> None:
        async with _serving() as (url, peers), _wire() as wire:
            for n in range(3):
                told = await wire.post(f"{url}/echo", json.dumps({"n": n, "text": "稳岗"}).encode())
                assert (told.status, told.well) == (201, True)
                assert json.loads(told.body) == {"said": {"n": n, "text": "稳岗"}, "type": "application/json"}
            assert len(peers) == 1
            away = await wire.get(f"{url}/away", 5)
            assert (away.status, away.well) == (302, False)

    asyncio.run(asked())


def test_failures_are_told_by_their_kind() -> None:
    async def asked() -> None:
        async with _serving() as (url, _), _wire(0.2) as wire:
            with pytest.raises(SlowError):
                await wire.post(f"{url}/slow", b"{}")
            with pytest.raises(SlowError):
                await wire.get(f"{url}/slow", 0.1)
            with pytest.raises(LostError):
                await wire.post(f"{url}/cut", b"{}")
            assert (await wire.post(f"{url}/echo", b"1")).well
            with pytest.raises(LostError):
                await wire.get("http://127.0.0.1:9/", 1)

    asyncio.run(asked())


def test_closing_what_was_never_used_is_fine() -> None:
    asyncio.run(KeptOpen(1.0, 1.0).close())


Answering = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WELL = b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"ok"'


@asynccontextmanager
async def _by_hand(answering: Answering) -> AsyncIterator[str]:
    """A server that does with the `n`th request of all what it is told to."""
    heard = 0
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        task.add_done_callback(serving.discard)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().rpartition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                await reader.readexactly(length)
                heard += 1
                await answering(heard, reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        await server.wait_closed()
        while serving:
            await asyncio.wait(serving)


@given(st.lists(st.integers(1, len(WELL) - 1), max_size=6), st.booleans())
@settings(max_examples=40)
def test_an_answer_is_whole_in_whatever_pieces_it_comes(cuts: list[int], chunked: bool) -> None:
    sent = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n"ok"\r\n0\r\n\r\n' if chunked else WELL

    async def piecewise(_n: int, _reader: Any, writer: asyncio.StreamWriter) -> None:
        for begin, end in pairwise(sorted({0, *cuts, len(sent)})):
            writer.write(sent[begin:end])
            await writer.drain()
            await asyncio.sleep(0)

    async def asked() -> None:
        async with _by_hand(piecewise) as url, _wire() as wire:
            for _ in range(2):
                assert await wire.post(url, b"{}") == Told(200, b'"ok"')

    asyncio.run(asked())


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nnot all",
        b"HTTP/1.1 200 OK\r\n\r\nno length",
        b"no HTTP\r\n\r\n",
        b"\x16\x03\x01",
    ],
    ids=["nothing", "too little", "no length", "no HTTP", "TLS"],
)
def test_what_is_no_whole_answer_is_lost_and_the_next_request_is_not(said: bytes) -> None:
    async def once_wrong(n: int, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(said if n == 1 else WELL)
        await writer.drain()
        if n == 1:
            writer.close()

    async def asked() -> None:
        async with _by_hand(once_wrong) as url, _wire() as wire:
            with pytest.raises(LostError):
                await wire.post(url, b"{}")
            assert (await wire.post(url, b"{}")).body == b'"ok"'

    asyncio.run(asked())


def test_an_answer_that_comes_too_late_is_not_the_next_ones() -> None:
    async def late(n: int, _reader: Any, writer: asyncio.StreamWriter) -> None:
        if n == 1:
            await asyncio.sleep(0.2)
        writer.write(WELL.replace(b"ok", b"%02d" % n))
        await writer.drain()

    async def asked() -> None:
        async with _by_hand(late) as url, _wire() as wire:
            with pytest.raises(SlowError):
                await wire.post(url, b"{}", seconds=0.1)
            await asyncio.sleep(0.2)
            assert (await wire.post(url, b"{}")).body == b'"02"'
            # Given up by whoever asked: neither is its answer anybody's.
            asking = asyncio.create_task(wire.post(url, b"{}"))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert (await wire.post(url, b"{}")).body in (b'"03"', b'"04"')

    asyncio.run(asked())


def test_a_connection_that_the_other_side_ends_or_that_is_too_old_is_not_used_again() -> None:
    used: set[Any] = set()

    async def seen(n: int, _reader: Any, writer: asyncio.StreamWriter) -> None:
        used.add(writer.get_extra_info("peername"))
        writer.write(WELL.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") if n == 1 else WELL)
        await writer.drain()

    async def asked() -> None:
        now = 0.0
        async with _by_hand(seen) as url:
            wire = KeptOpen(3.0, 5, lambda: now)
            for moment, connections in ((0, 1), (0, 2), (1, 2), (3.5, 2), (9, 3)):
                now = moment
                assert (await wire.post(url, b"{}")).well
                assert len(used) == connections
            await wire.close()

    asyncio.run(asked())


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_many_at_once_get_each_their_own_answer(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def asked() -> None:
        async with _serving() as (url, peers), _wire() as wire:
            told = await asyncio.gather(*(wire.post(f"{url}/echo", str(n).encode()) for n in range(50)))
            assert [json.loads(each.body)["said"] for each in told] == list(range(50))
            again = await asyncio.gather(*(wire.post(f"{url}/echo", str(n).encode()) for n in range(50)))
            assert [json.loads(each.body)["said"] for each in again] == list(range(50))
            assert len(peers) == 50

    with closing(loop()) as running:
        running.run_until_complete(asked())


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1:5005", "http:///x"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        asyncio.run(KeptOpen(1.0, 1.0).post(url, b"{}"))
