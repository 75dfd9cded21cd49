"""How often a password may be tried: per account and per address, counted before it is checked, forgiven when it is right."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from koujing.desk.errors import TooManyRequestsError
from koujing.desk.limits import Counters

__all__ = ["Attempts"]

_MOST_KEYS = 10_000
# The moments of the attempts, oldest first, by the clock of Redis.
_BEGIN = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local most, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = tonumber(redis.call('LINDEX', KEYS[1], 0) or 'nil')
while oldest and oldest <= now - window do
  redis.call('LPOP', KEYS[1])
  oldest = tonumber(redis.call('LINDEX', KEYS[1], 0) or 'nil')
end
if redis.call('LLEN', KEYS[1]) >= most then return tostring(oldest + window - now) end
redis.call('RPUSH', KEYS[1], string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], window)
return '0'
"""
_UNDO = "redis.call('RPOP', KEYS[1]) return 1"
_FORGIVE = "redis.call('DEL', KEYS[1]) return 1"


class Attempts:
    """So many attempts in so many seconds for each key: over all desks where there is a Redis, else in this process."""

    def __init__(
        self,
        most: int,
        seconds: float,
        now: Callable[[], float] = time.monotonic,
        *,
        name: str = "",
        counters: Counters | None = None,
    ) -> None:
        self._most, self._window, self._now = most, seconds, now
        self._name, self._counters = f"tries {name}", counters
        self._made: OrderedDict[str, deque[float]] = OrderedDict()

    async def begin(self, key: str) -> None:
        """Count one attempt, before it is known how it ends: many at once get no further than many in a row.

        Raises:
            TooManyRequestsError: there were too many; says when the next may be made.
        """
        told = await self._shared(_BEGIN, key, self._most, round(self._window))
        # Counted here too, so that a Redis that goes away gives nobody new tries.
        here = self._here(key)
        wait = here if told is None else float(str(told))
        if wait > 0:
            raise TooManyRequestsError(max(1, math.ceil(wait)))

    async def undo(self, key: str) -> None:
        """The last attempt does not count; those before it do."""
        if made := self._made.get(key):
            made.pop()
        await self._shared(_UNDO, key)

    async def forgive(self, key: str) -> None:
        """The attempt was right: nothing before it counts."""
        self._made.pop(key, None)
        await self._shared(_FORGIVE, key)

    async def _shared(self, script: str, key: str, *given: float) -> object:
        return None if self._counters is None else await self._counters.run(script, self._name, key, *given)

    def _here(self, key: str) -> float:
        """In this process: the seconds until the next may be made, 0 where one was counted."""
        now = self._now()
        made = self._made.pop(key, None) or deque()
        while made and made[0] <= now - self._window:
            made.popleft()
        full = len(made) >= self._most
        if not full:
            made.append(now)
        self._made[key] = made
        if len(self._made) > _MOST_KEYS:
            self._made.popitem(last=False)
        return max(made[0] + self._window - now, 1e-6) if full else 0.0
