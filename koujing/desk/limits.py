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
        self._per_minute = per_minute
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, caller: str, per_minute: int | None = None) -> None:
        """Take one token; `per_minute` where this caller has a quota of its own.

        Raises:
            TooManyRequestsError: there is none; says when there will be.
        """
        now, size = self._seconds(), per_minute or self._per_minute
        tokens, since = self._buckets.pop(caller, (float(size), now))
        tokens = min(size, tokens + (now - since) * size / 60)
        enough = tokens >= 1
        self._buckets[caller] = (tokens - 1 if enough else tokens, now)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        if not enough:
            raise TooManyRequestsError(math.ceil((1 - tokens) * 60 / size))
