"""Makes Rasa keep its connections to the action server open.

Rasa makes a client and a connection anew for every action, and closes both after it. One client for each endpoint keeps
them, for as long as its event loop runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
from rasa.utils.endpoints import EndpointConfig

__all__ = ["install", "session"]

_rasas_own = EndpointConfig.session
_KEPT = "_koujing_session"
# Shorter than the action server keeps a connection that is not used (Sanic's KEEP_ALIVE_TIMEOUT, 5 seconds): none is used
# that the other side is about to close.
_IDLE_SECONDS = 3.0


def install() -> None:
    """Put `session` in the place of Rasa's own method, for the life of this process."""
    EndpointConfig.session = session


def session(endpoint: EndpointConfig) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
    """A session as `EndpointConfig.session` makes it, the same for every request; leaving it does not close it."""
    return _kept(endpoint)


@asynccontextmanager
async def _kept(endpoint: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    loop = asyncio.get_running_loop()
    known: Any = endpoint.__dict__.get(_KEPT)
    if known is None or known[0] is not loop or known[1].closed:
        made = _rasas_own(endpoint)
        made._connector._keepalive_timeout = _IDLE_SECONDS
        known = endpoint.__dict__[_KEPT] = (loop, made)
    yield known[1]
