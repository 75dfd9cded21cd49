"""The one clock: what day it is for the person who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

__all__ = ["SHANGHAI", "Clock"]

# China has kept one offset since 1991; no time zone data is needed.
SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")


def _system_now() -> dt.datetime:
    return dt.datetime.now(SHANGHAI)


class Clock:
    """Tells the day in Asia/Shanghai, or a fixed day, and the moment."""

    def __init__(self, fixed: dt.date | None = None, now: Callable[[], dt.datetime] = _system_now) -> None:
        self.fixed = fixed
        self._now = now

    def now(self) -> dt.datetime:
        """This moment, in Asia/Shanghai; never fixed, as records must tell when they were made."""
        return self._now().astimezone(SHANGHAI)

    def today(self) -> dt.date:
        """The day that questions are answered for."""
        return self.fixed or self.now().date()
