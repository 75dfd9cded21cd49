"""The transport against a real server: what comes back, what is shared, and how each failure is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from koujing.desk.transport import KeptOpen, LostError, SlowError


@asynccontextmanager
async def _serving() -> AsyncIterator[tuple[str, set[int]]]:
    peers: set[int] = set()

    async def echo(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername")[1])
        response = web.json_response({"said": await request.json(), "type": request.content_type}, status=201)
        response.enable_compression(web.ContentCoding.gzip)
        return response

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
    wire = KeptOpen(10, 3.0, seconds)
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
    asyncio.run(KeptOpen(1, 1.0, 1.0).close())
