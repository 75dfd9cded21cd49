"""How often a password may be tried: per account and per address, counted before it is checked, forgiven when it is right."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from koujing.desk.errors import TooManyRequestsError

__all__ = ["Attempts"]

_MOST_KEYS = 10_000


class Attempts:
    """So many attempts in so many seconds for each key; in this process only."""

    def __init__(self, most: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._window, self._now = most, seconds, now
        self._made: OrderedDict[str, deque[float]] = OrderedDict()

    def begin(self, key: str) -> None:
        """Count one attempt, before it is known how it ends: many at once get no further than many in a row.

        Raises:
            TooManyRequestsError: there were too many; says when the next may be made.
        """
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
        if full:
            raise TooManyRequestsError(max(1, math.ceil(made[0] + self._window - now)))

    def undo(self, key: str) -> None:
        """The last attempt does not count; those before it do."""
        if made := self._made.get(key):
            made.pop()

    def forgive(self, key: str) -> None:
        """The attempt was right: nothing before it counts."""
        self._made.pop(key, None)
