"""Applications on a port of this machine, inside the running event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from koujing.desk.wechat.account import Account
from koujing.wechat_sim.api import api_routes
from koujing.wechat_sim.control import control_routes
from koujing.wechat_sim.platform import Platform

__all__ = ["playing", "serving"]

_HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Leaves the signals to whoever owns the loop, and tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on loopback, on a free port where none is given; its address.

    Raises:
        OSError: the port is taken.
    """
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_HOST, port))
        config = uvicorn.Config(
            app, ws="none", access_log=False, log_level="warning", log_config=None, server_header=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await server.listening.wait()
            yield f"http://{_HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def playing(
    account: Account, callback: str | list[str], *, port: int = 0, **given: Any
) -> AsyncIterator[Platform]:
    """A platform that listens; its address is `platform.url`. `given` as for `Platform`.

    Raises:
        OSError: the port is taken.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as http:
        platform = Platform(account, callback, http, **given)
        async with serving(Starlette(routes=[*api_routes(platform), *control_routes(platform)]), port) as url:
            platform.url = url
            yield platform
            await platform.settle()
