"""Tells the other desks at once that a conversation has news: a reply given by one reaches the stream held by another.

What is not heard (Redis is away, a desk connects anew) is found within a second by looking into the store.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from redis import asyncio as redis
from redis.exceptions import RedisError

__all__ = ["Bell"]

log = logging.getLogger(__name__)

_CHANNEL = "koujing:news"
_TIMEOUT_SECONDS = 1.0
_PAUSE_SECONDS = 2.0
_MOST_UNDER_WAY = 1000


class Bell:
    """Over one Redis. Connects when first used."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self._ringing: set[asyncio.Task[None]] = set()

    def ring(self, session_id: str) -> None:
        """Tell the others; returns at once."""
        if len(self._ringing) < _MOST_UNDER_WAY:
            task = asyncio.get_running_loop().create_task(self._publish(session_id))
            self._ringing.add(task)
            task.add_done_callback(self._ringing.discard)

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Pass on what the others tell; until cancelled."""
        told = False
        while True:
            pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            try:
                await pubsub.subscribe(_CHANNEL)
                if told:
                    log.warning("Redis is back; news of other desks come at once")
                told = False
                while True:
                    message = await pubsub.get_message(timeout=_TIMEOUT_SECONDS / 2)
                    if message is not None:
                        heard(message["data"])
            except (RedisError, OSError, asyncio.TimeoutError) as error:
                if not told:
                    log.warning("Redis cannot be used (%s); news of other desks are looked for", type(error).__name__)
                told = True
            finally:
                await pubsub.close()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def close(self) -> None:
        """Give up the connections."""
        for task in list(self._ringing):
            task.cancel()
        await asyncio.gather(*self._ringing, return_exceptions=True)
        await self._redis.close()
        await self._redis.connection_pool.disconnect()

    async def _publish(self, session_id: str) -> None:
        try:
            await self._redis.publish(_CHANNEL, session_id)
        except (RedisError, OSError, asyncio.TimeoutError):
            # `listen` says so.
            return
