"""What several desk processes know in common for a short time: tokens, locks, signatures seen. In memory or in Redis."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from redis import asyncio as redis
from redis.exceptions import RedisError

from koujing.store.errors import StoreError

__all__ = ["GuardedShared", "MemoryShared", "RedisShared", "Shared", "SharedError", "open_shared"]

log = logging.getLogger(__name__)

_FEWEST = 1024
_TIMEOUT_SECONDS = 1.0
_PAUSE = dt.timedelta(seconds=10)
_DELETE_IF = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"

T = TypeVar("T")
Now = Callable[[], dt.datetime]


class SharedError(StoreError):
    """Redis cannot be reached, or refuses."""


class Shared(Protocol):
    """Values with a time to live. Raises SharedError where the server behind it is down; `open_shared` gives one that never does."""

    @property
    def state(self) -> str:
        """How it is kept: `memory`, `redis`, or `fallback` while Redis cannot be reached."""
        ...

    async def get(self, key: str) -> str | None:
        """The value, None where there is none or its time is over."""
        ...

    async def put(self, key: str, value: str, seconds: float) -> None:
        """Keep a value in place of what was there."""
        ...

    async def add(self, key: str, value: str, seconds: float) -> bool:
        """Keep a value where there is none; whether this was so. Of several at once exactly one succeeds."""
        ...

    async def delete(self, key: str, value: str | None = None) -> None:
        """Remove what is there; with a value, only where it is that one (the way to give back a lock)."""
        ...

    async def close(self) -> None:
        """Give up the connections."""
        ...


class MemoryShared:
    """For one process. What ran out is removed as the memory grows."""

    state = "memory"

    def __init__(self, now: Now) -> None:
        self._now = now
        self._kept: dict[str, tuple[str, dt.datetime]] = {}
        self._tidy_at = _FEWEST

    async def get(self, key: str) -> str | None:
        """As `Shared` says, like the others."""
        kept = self._kept.get(key)
        return kept[0] if kept and kept[1] > self._now() else None

    async def put(self, key: str, value: str, seconds: float) -> None:
        """Replaces."""
        if len(self._kept) >= self._tidy_at:
            now = self._now()
            self._kept = {key: kept for key, kept in self._kept.items() if kept[1] > now}
            self._tidy_at = max(_FEWEST, 2 * len(self._kept))
        self._kept[key] = (value, self._now() + dt.timedelta(seconds=seconds))

    async def add(self, key: str, value: str, seconds: float) -> bool:
        """Nothing else runs between look and write: neither waits for anything."""
        if await self.get(key) is not None:
            return False
        await self.put(key, value, seconds)
        return True

    async def delete(self, key: str, value: str | None = None) -> None:
        """Removes."""
        if value is None or await self.get(key) == value:
            self._kept.pop(key, None)

    async def close(self) -> None:
        """There is nothing to give up."""


class RedisShared:
    """For several processes on one Redis. Connects when first used."""

    state = "redis"

    def __init__(self, url: str, prefix: str = "koujing:") -> None:
        self._prefix = prefix
        self._redis: Any = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )

    async def get(self, key: str) -> str | None:
        """As `Shared` says, like the others."""
        value: str | None = await self._do(self._redis.get(self._prefix + key))
        return value

    async def put(self, key: str, value: str, seconds: float) -> None:
        """SET PX."""
        await self._do(self._redis.set(self._prefix + key, value, px=_milliseconds(seconds)))

    async def add(self, key: str, value: str, seconds: float) -> bool:
        """SET NX PX."""
        return bool(await self._do(self._redis.set(self._prefix + key, value, px=_milliseconds(seconds), nx=True)))

    async def delete(self, key: str, value: str | None = None) -> None:
        """DEL, with a value in a script, so that nobody writes between look and removal."""
        if value is None:
            await self._do(self._redis.delete(self._prefix + key))
        else:
            await self._do(self._redis.eval(_DELETE_IF, 1, self._prefix + key, value))

    async def close(self) -> None:
        """Give up the connections."""
        await self._redis.close()
        await self._redis.connection_pool.disconnect()

    async def _do(self, command: Awaitable[Any]) -> Any:
        try:
            return await command
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            # The error itself may hold the address with its password.
            raise SharedError(type(error).__name__) from None


class GuardedShared:
    """Another one while it can be reached, else memory, said once in the log each way and in `state`.

    In the meantime every process knows only what it wrote itself; what must hold regardless is in SQL.
    """

    def __init__(self, first: Shared, now: Now, pause: dt.timedelta = _PAUSE) -> None:
        self._first, self._now, self._pause = first, now, pause
        self._memory = MemoryShared(now)
        self._down_until: dt.datetime | None = None

    @property
    def state(self) -> str:
        """`redis`, or `fallback` while it cannot be reached."""
        return "redis" if self._down_until is None else "fallback"

    async def get(self, key: str) -> str | None:
        """What was written while Redis was away is found as well."""
        value = await self._try(lambda: self._first.get(key), None)
        return value if value is not None else await self._memory.get(key)

    async def put(self, key: str, value: str, seconds: float) -> None:
        """Into memory only where Redis does not take it."""
        await self._memory.delete(key)
        if not await self._try(lambda: self._put(key, value, seconds), otherwise=False):
            await self._memory.put(key, value, seconds)

    async def add(self, key: str, value: str, seconds: float) -> bool:
        """What was added while Redis was away still counts."""
        if await self._memory.get(key) is not None:
            return False
        added = await self._try(lambda: self._first.add(key, value, seconds), None)
        return await self._memory.add(key, value, seconds) if added is None else added

    async def delete(self, key: str, value: str | None = None) -> None:
        """From both."""
        await self._memory.delete(key, value)
        await self._try(lambda: self._first.delete(key, value), None)

    async def close(self) -> None:
        """Give up the connections."""
        await self._first.close()

    async def _put(self, key: str, value: str, seconds: float) -> bool:
        await self._first.put(key, value, seconds)
        return True

    async def _try(self, command: Callable[[], Awaitable[T]], otherwise: T) -> T:
        if self._down_until is not None and self._now() < self._down_until:
            return otherwise
        try:
            result = await command()
        except SharedError as error:
            if self._down_until is None:
                log.warning("Redis cannot be used (%s); each process goes on with its own memory", error)
            self._down_until = self._now() + self._pause
            return otherwise
        if self._down_until is not None:
            self._down_until = None
            log.warning("Redis is back")
        return result


def open_shared(url: str | None, now: Now) -> MemoryShared | GuardedShared:
    """What the setting names: a Redis, guarded, or this process's memory."""
    return MemoryShared(now) if url is None else GuardedShared(RedisShared(url), now)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
