"""Requests to one endpoint share connections, and say what Rasa's own would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from koujing.rasa import fast_endpoint

RASAS_OWN = EndpointConfig.request


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EndpointConfig, "request", RASAS_OWN)


@asynccontextmanager
async def _serving() -> AsyncIterator[tuple[EndpointConfig, list[tuple[Any, ...]]]]:
    """An action server that keeps who called from where with what."""
    seen: list[tuple[Any, ...]] = []

    async def webhook(request: web.Request) -> web.Response:
        body = await request.json()
        await asyncio.sleep(body.get("wait", 0))
        peer = request.transport.get_extra_info("peername")[1] if request.transport else 0
        headers = {name: request.headers.get(name) for name in ("Content-Type", "X-One")}
        seen.append((peer, headers, request.query_string, body))
        return web.json_response({"events": [], "said": body}, status=body.get("status", 200))

    async def words(_request: web.Request) -> web.Response:
        return web.Response(text="no JSON")

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    app.router.add_post("/words", words)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook", headers={"X-One": "1"}, token="secret-not")
    try:
        yield endpoint, seen
    finally:
        kept = endpoint.__dict__.get(fast_endpoint._KEPT)
        if kept is not None:
            await kept[1].close()
        await runner.cleanup()


def test_requests_are_equal_and_share_a_connection() -> None:
    async def asked() -> None:
        async with _serving() as (endpoint, seen):
            theirs = [await endpoint.request(json={"n": n}) for n in range(3)]
            fast_endpoint.install()
            ours = [await endpoint.request(json={"n": n}) for n in range(3)]
            assert ours == theirs
            before, after = seen[:3], seen[3:]
            assert [call[1:] for call in after] == [call[1:] for call in before]
            assert len({call[0] for call in before}) == 3
            assert len({call[0] for call in after}) == 1

    asyncio.run(asked())


def test_an_error_leaves_the_connections_usable() -> None:
    async def asked() -> None:
        async with _serving() as (endpoint, _):
            fast_endpoint.install()
            with pytest.raises(ClientResponseError):
                await endpoint.request(json={"status": 500})
            assert await endpoint.request(json={"n": 1}) == {"events": [], "said": {"n": 1}}

    asyncio.run(asked())


def test_a_server_that_is_not_there_is_told_as_by_rasa_and_found_again() -> None:
    async def asked() -> None:
        async with _serving() as (endpoint, _):
            fast_endpoint.install()
            there, endpoint.url = endpoint.url, "http://127.0.0.1:9/webhook"
            with pytest.raises(aiohttp.ClientConnectionError):
                await endpoint.request(json={})
            endpoint.url = there
            assert (await endpoint.request(json={"n": 2}))["said"] == {"n": 2}

    asyncio.run(asked())


def test_what_takes_too_long_is_told_as_by_rasa() -> None:
    async def asked() -> None:
        async with _serving() as (endpoint, _):
            for install in (lambda: None, fast_endpoint.install):
                install()
                with pytest.raises(asyncio.TimeoutError):
                    await endpoint.request(json={"wait": 5}, timeout=0.2)

    asyncio.run(asked())


def test_what_is_no_json_is_nothing_as_by_rasa() -> None:
    async def asked() -> None:
        async with _serving() as (endpoint, _):
            endpoint.url = endpoint.url.replace("/webhook", "/words")
            theirs = await endpoint.request(json={})
            fast_endpoint.install()
            assert await endpoint.request(json={}) is theirs is None

    asyncio.run(asked())


def test_what_is_no_mere_json_is_left_to_rasa() -> None:
    async def asked() -> None:
        async with _serving() as (endpoint, seen):
            fast_endpoint.install()
            assert (await endpoint.request(json={"n": 1}, compress=True))["said"] == {"n": 1}
            assert (await endpoint.request(json={"n": 2}, headers={"X-One": "2"}))["said"] == {"n": 2}
            assert fast_endpoint._KEPT not in endpoint.__dict__
            assert len(seen) == 2

    asyncio.run(asked())


def test_another_event_loop_has_connections_of_its_own() -> None:
    endpoint = EndpointConfig("http://127.0.0.1:9/webhook")

    async def kept() -> Any:
        assert fast_endpoint._kept(endpoint) is fast_endpoint._kept(endpoint)
        return fast_endpoint._kept(endpoint)

    assert asyncio.run(kept()) is not asyncio.run(kept())
