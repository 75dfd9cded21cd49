"""How many requests one key or one address may make in a minute."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from koujing.desk.errors import TooManyRequestsError

__all__ = ["RateLimit"]

_MOST_CALLERS = 10_000


class RateLimit:
    """A bucket of tokens per caller: full at first, refilled evenly, one token a request. In this process only."""

    def __init__(self, per_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._size = per_minute
        self._per_second = per_minute / 60
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, caller: str) -> None:
        """Take one token.

        Raises:
            TooManyRequestsError: there is none; says when there will be.
        """
        now = self._seconds()
        tokens, since = self._buckets.pop(caller, (float(self._size), now))
        tokens = min(self._size, tokens + (now - since) * self._per_second)
        enough = tokens >= 1
        self._buckets[caller] = (tokens - 1 if enough else tokens, now)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        if not enough:
            raise TooManyRequestsError(math.ceil((1 - tokens) / self._per_second))
