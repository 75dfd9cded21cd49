"""One process at a time in a conversation: a lease in Redis, renewed while it is used, over soon when its holder died.

Without Redis, and while it is away, each process orders what is its own, and the store keeps the first of two answers.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from redis import asyncio as redis
from redis.exceptions import RedisError

__all__ = ["Leases", "LocalLeases", "RedisLeases", "open_leases"]

log = logging.getLogger(__name__)

_PREFIX = "koujing:lease:"
# Renewed three times before it ends: a holder that is busy keeps it, one that is gone loses it.
_SECONDS, _RENEWED_AFTER = 6.0, 2.0
_PAUSES = (0.01, 0.02, 0.05, 0.1)
_TIMEOUT_SECONDS = 1.0
_RETRY_SECONDS = 10.0
_RENEW = (
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end"
)
_GIVE_BACK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"


class LocalLeases:
    """In this process, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Nobody else is in this block under the same name."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            yield

    async def close(self) -> None:
        """There is nothing to give up."""


class RedisLeases:
    """In every process on one Redis. Connects when first used."""

    def __init__(
        self, url: str, kind: str, *, seconds: float = _SECONDS, renewed_after: float = _RENEWED_AFTER
    ) -> None:
        self._local = LocalLeases()
        self._prefix = f"{_PREFIX}{kind}:"
        self._lasts, self._renewed_after = round(seconds * 1000), renewed_after
        self._down_until: float | None = None
        self._redis: Any = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Nobody else is in this block under the same name, in this process or another."""
        async with self._local.held(name):
            key, mine = self._prefix + name, secrets.token_hex(8)
            taken = await self._take(key, mine)
            renewing: list[asyncio.Task[None]] = []
            # Most answers are given before it is time to renew; only then a task is made.
            later = asyncio.get_running_loop().call_later(
                self._renewed_after, lambda: renewing.append(asyncio.ensure_future(self._renew(key, mine)))
            )
            try:
                yield
            finally:
                later.cancel()
                for task in renewing:
                    task.cancel()
                if taken:
                    await self._do(self._redis.eval(_GIVE_BACK, 1, key, mine))

    async def close(self) -> None:
        """Give up the connections."""
        await self._redis.close()
        await self._redis.connection_pool.disconnect()

    async def _take(self, key: str, mine: str) -> bool:
        """Wait for it; False where Redis cannot tell. Whoever holds it renews it or loses it, so the wait ends."""
        tries = 0
        while not self._down:
            taken = await self._do(self._redis.set(key, mine, px=self._lasts, nx=True))
            if taken:
                return True
            if not self._down:
                await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
                tries += 1
        return False

    async def _renew(self, key: str, mine: str) -> None:
        while True:
            await self._do(self._redis.eval(_RENEW, 1, key, mine, self._lasts))
            await asyncio.sleep(self._renewed_after)

    @property
    def _down(self) -> bool:
        return self._down_until is not None and asyncio.get_running_loop().time() < self._down_until

    async def _do(self, command: Awaitable[Any]) -> Any:
        try:
            result = await command
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            if self._down_until is None:
                # The error itself may hold the address with its password.
                log.warning(
                    "Redis cannot be used (%s); conversations are ordered in each process", type(error).__name__
                )
            self._down_until = asyncio.get_running_loop().time() + _RETRY_SECONDS
            return None
        if self._down_until is not None:
            self._down_until = None
            log.warning("Redis is back; conversations are ordered over all processes")
        return result


Leases = LocalLeases | RedisLeases


def open_leases(url: str | None, kind: str) -> Leases:
    """Over all processes where there is a Redis, else in this one. `kind` keeps different users of it apart."""
    return LocalLeases() if url is None else RedisLeases(url, kind)
