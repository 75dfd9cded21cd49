"""The transport against a real server: what comes back, what is shared, and how each failure is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import web

from koujing.desk.transport import KeptOpen


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
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", peers
    finally:
        await runner.cleanup()


def _client(url: str, timeout: float = 5) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=timeout, transport=KeptOpen(10, 3.0), trust_env=False)


def test_an_answer_comes_whole_over_a_connection_that_is_kept() -> None:
    async def asked() -> None:
        async with _serving() as (url, peers), _client(url) as http:
            for n in range(3):
                response = await http.post("/echo", json={"n": n, "text": "稳岗"})
                assert response.status_code == 201
                assert response.json() == {"said": {"n": n, "text": "稳岗"}, "type": "application/json"}
            assert len(peers) == 1
            assert (await http.get("/away")).status_code == 302

    asyncio.run(asked())


def test_failures_are_told_by_their_kind() -> None:
    async def asked() -> None:
        async with _serving() as (url, _):
            async with _client(url, timeout=0.2) as http:
                with pytest.raises(httpx.ReadTimeout):
                    await http.get("/slow")
                with pytest.raises(httpx.ReadError):
                    await http.get("/cut")
                assert (await http.post("/echo", json=1)).is_success
            async with _client("http://127.0.0.1:9") as http:
                with pytest.raises(httpx.ConnectError):
                    await http.get("/")

    asyncio.run(asked())


def test_closing_what_was_never_used_is_fine() -> None:
    asyncio.run(KeptOpen(1, 1.0).aclose())
