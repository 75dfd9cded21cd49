"""How many customer-service messages a follower's own acts allow: 5 within 48 hours, or 3 within a minute.

The allowances do not add up: a message that is sent uses one of every window that is open. This is the strictest reading
of the official page, so a desk that keeps to it keeps to any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

__all__ = ["OUT_OF_COUNT", "OUT_OF_TIME", "Left", "Quotas", "Trigger"]

OUT_OF_TIME = 45015
OUT_OF_COUNT = 45047


class Trigger(Enum):
    """An act of a follower that opens a window: its words, how many messages, for how long."""

    MESSAGE = ("发了消息", 5, dt.timedelta(hours=48))
    CLICK = ("点了菜单", 3, dt.timedelta(minutes=1))
    FOLLOW = ("关注", 3, dt.timedelta(minutes=1))
    SCAN = ("扫了码", 3, dt.timedelta(minutes=1))


@dataclass
class Left:
    """What is left of one window."""

    count: int
    until: dt.datetime


class Quotas:
    """The windows of every follower."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._windows: dict[str, dict[Trigger, Left]] = {}

    def open(self, openid: str, trigger: Trigger) -> None:
        """The follower did this: its window begins anew."""
        _, count, lasts = trigger.value
        self._windows.setdefault(openid, {})[trigger] = Left(count, self._now() + lasts)

    def spend(self, openid: str) -> int:
        """Use one message; 0, or the error code with which it is refused."""
        windows = self.left(openid).values()
        if not windows:
            return OUT_OF_TIME
        if not any(left.count for left in windows):
            return OUT_OF_COUNT
        for left in windows:
            left.count = max(0, left.count - 1)
        return 0

    def left(self, openid: str) -> dict[Trigger, Left]:
        """The windows that are open."""
        now = self._now()
        return {trigger: left for trigger, left in self._windows.get(openid, {}).items() if now <= left.until}

    def close(self, openid: str) -> None:
        """The follower left."""
        self._windows.pop(openid, None)
