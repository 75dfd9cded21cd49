"""How many requests one key, one address or one person may make in a minute: over all desks where there is a Redis.

While Redis is away each desk counts what comes to it. Who called stands in Redis as a digest only.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from redis import asyncio as redis
from redis.exceptions import RedisError

from koujing.desk.errors import TooManyRequestsError

__all__ = ["Counters", "Limits", "RateLimit"]

log = logging.getLogger(__name__)

_MOST_CALLERS = 10_000
_PREFIX = "koujing:limit:"
_TIMEOUT_SECONDS = 0.5
_RETRY_SECONDS = 10.0
# By the clock of Redis, so that the desks' own need not agree. What a bucket would refill to in a minute is full.
_SPEND = """
local time = redis.call('TIME')
local now, size = tonumber(time[1]) + tonumber(time[2]) / 1000000, tonumber(ARGV[1])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, wait = size, 0
if kept[1] then tokens = math.min(size, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * size / 60) end
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) * 60 / size end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 61)
return tostring(wait)
"""


class Counters:
    """What the desks count together. Every call gives None while Redis is away, which is said once each way."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self._scripts: dict[str, Any] = {}
        self._down_until: float | None = None

    async def run(self, script: str, name: str, caller: str, *given: float) -> Any:
        """The result of a script on the counter of one caller, with nothing in between."""
        if self._down_until is not None and time.monotonic() < self._down_until:
            return None
        known = self._scripts.get(script) or self._scripts.setdefault(script, self._redis.register_script(script))
        key = f"{_PREFIX}{name}:{hashlib.sha256(caller.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
        try:
            result = await known(keys=[key], args=given)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            if self._down_until is None:
                log.warning("Redis cannot be used (%s); each desk limits what comes to it", type(error).__name__)
            self._down_until = time.monotonic() + _RETRY_SECONDS
            return None
        if self._down_until is not None:
            self._down_until = None
            log.warning("Redis is back; limits hold over all desks")
        return result

    async def close(self) -> None:
        """Give up the connections."""
        await self._redis.close()
        await self._redis.connection_pool.disconnect()


class RateLimit:
    """A bucket of tokens per caller: full at first, refilled evenly, one token a request."""

    def __init__(
        self,
        per_minute: int,
        seconds: Callable[[], float] = time.monotonic,
        *,
        name: str = "",
        counters: Counters | None = None,
    ) -> None:
        self._size, self._seconds = per_minute, seconds
        self._name, self._counters = name, counters
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def spend(self, caller: str, per_minute: int | None = None) -> None:
        """Take one token; `per_minute` where this caller has a quota of its own.

        Raises:
            TooManyRequestsError: there is none; says when there will be.
        """
        size = per_minute or self._size
        told = await self._counters.run(_SPEND, self._name, caller, size) if self._counters else None
        wait = self._here(caller, size) if told is None else float(told)
        if wait > 0:
            raise TooManyRequestsError(math.ceil(wait))

    def _here(self, caller: str, size: int) -> float:
        """In this process: the seconds until there is a token, 0 where one was taken."""
        now, per_second = self._seconds(), size / 60
        tokens, since = self._buckets.pop(caller, (float(size), now))
        tokens = min(size, tokens + (now - since) * per_second)
        enough = tokens >= 1
        self._buckets[caller] = (tokens - 1 if enough else tokens, now)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        return 0.0 if enough else (1 - tokens) / per_second


class Limits:
    """Makes the limits of a desk."""

    def __init__(self, url: str | None = None) -> None:
        self.counters = None if url is None else Counters(url)

    def rate(self, name: str, per_minute: int) -> RateLimit:
        """A limit; desks count together under its name."""
        return RateLimit(per_minute, name=name, counters=self.counters)

    async def close(self) -> None:
        """Give up the connections."""
        if self.counters is not None:
            await self.counters.close()
