"""What is timed inside Rasa and the action server, and their two addresses, on a real Sanic."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sanic import Sanic

from koujing.watching.inner import InnerMetrics, expose, timed

pytestmark = pytest.mark.anyio


def test_both_kinds_of_functions_are_timed_and_their_failures_counted() -> None:
    metrics = InnerMetrics(CollectorRegistry(), "rasa", ("whole", "reading"))

    async def slow(given: int) -> int:
        return given + 1

    def broken() -> None:
        raise KeyError

    assert asyncio.run(timed(metrics, "whole", slow)(1)) == 2
    with pytest.raises(KeyError):
        timed(metrics, "reading", broken)()
    value = metrics.registry.get_sample_value
    assert value("koujing_rasa_stage_seconds_count", {"stage": "whole"}) == 1
    assert value("koujing_rasa_stage_seconds_count", {"stage": "reading"}) == 1
    assert value("koujing_rasa_failures_total", {"stage": "reading"}) == 1
    assert value("koujing_rasa_failures_total", {"stage": "whole"}) == 0


async def test_ready_tells_whether_everything_is_loaded() -> None:
    loaded: list[str] = []
    metrics = InnerMetrics(CollectorRegistry(), "actions", ("whole",))
    app = Sanic("koujing_test", configure_logging=False)
    expose(app, metrics, lambda: bool(loaded), "k" * 20)
    listening = socket.create_server(("127.0.0.1", 0))
    server: Any = await app.create_server(
        sock=listening, return_asyncio_server=True, asyncio_server_kwargs={"start_serving": False}
    )
    await server.startup()
    await server.start_serving()
    port = listening.getsockname()[1]
    try:
        assert await got(port, "/ready") == 503
        loaded.append("model")
        assert await got(port, "/ready") == 200
        assert await got(port, "/metrics") == 200
        assert await got(port, "/metrics", "X-Forwarded-For: 127.0.0.1") == 401
        assert await got(port, "/metrics", "X-Forwarded-For: 1.2.3.4", f"Authorization: Bearer {'k' * 20}") == 200
    finally:
        server.close()
        await server.wait_closed()


async def got(port: int, path: str, *headers: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status
