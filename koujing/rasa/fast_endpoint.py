"""Makes Rasa call an action over connections that stay open, without the layers of a general client.

Rasa makes a client and a connection anew for every action, and closes both after it.
"""

from __future__ import annotations

import asyncio
from http.client import responses
from typing import Any
from urllib.parse import urlencode

import aiohttp
import ujson
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, concat_url

from koujing.posting import KeptOpen, LostError, SlowError

__all__ = ["install", "request"]

_rasas_own = EndpointConfig.request
_KEPT = "_koujing_connections"
# Shorter than the action server keeps a connection that is not used (Sanic's KEEP_ALIVE_TIMEOUT, 5 seconds): none is used
# that the other side is about to close.
_IDLE_SECONDS = 3.0
# Rasa's own limit where a call brings none; calls of actions do (`koujing.rasa.time_limits`).
_SECONDS = 300.0
_JSON = "application/json"


def install() -> None:
    """Put `request` in the place of Rasa's own method, for the life of this process."""
    EndpointConfig.request = request


async def request(
    endpoint: EndpointConfig,
    method: str = "post",
    subpath: str | None = None,
    content_type: str | None = _JSON,
    compress: bool = False,
    **given: Any,
) -> Any:
    """What `EndpointConfig.request` gives. What is no mere JSON posted to an open server is left to it.

    Raises:
        ClientResponseError: the status is 400 or more.
        aiohttp.ClientConnectionError, asyncio.TimeoutError: nothing came back, or not in time.
    """
    special = compress or endpoint.cafile or endpoint.basic_auth or not set(given) <= {"json", "timeout"}
    if special or method.lower() != "post" or content_type != _JSON:
        return await _rasas_own(endpoint, method, subpath, content_type, compress, **given)
    query = urlencode(endpoint.combine_parameters())
    url = concat_url(endpoint.url, subpath) + (f"?{query}" if query else "")
    body, headers = ujson.dumps(given.get("json")).encode(), tuple(endpoint.headers.items())
    try:
        told = await _kept(endpoint).post(url, body, headers, given.get("timeout", _SECONDS))
    except SlowError as error:
        raise asyncio.TimeoutError from error
    except LostError as error:
        raise aiohttp.ClientConnectionError(str(error)) from error
    if told.status >= 400:
        raise ClientResponseError(told.status, responses.get(told.status, ""), told.body)
    try:
        return ujson.loads(told.body)
    except ValueError:
        return None


def _kept(endpoint: EndpointConfig) -> KeptOpen:
    """The connections to an endpoint, for as long as its event loop runs."""
    loop = asyncio.get_running_loop()
    known: Any = endpoint.__dict__.get(_KEPT)
    if known is None or known[0] is not loop:
        known = endpoint.__dict__[_KEPT] = (loop, KeptOpen(_IDLE_SECONDS, _SECONDS))
    found: KeptOpen = known[1]
    return found
