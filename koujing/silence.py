"""A process that runs and answers nothing: who keeps it may tell it apart from one that is only slow."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["ANSWER_SECONDS", "LISTEN_SECONDS", "Silence"]

LISTEN_SECONDS = 5.0
"""How often a process is listened to."""
ANSWER_SECONDS = 3.0
"""So long it may take to answer its health address with anything at all."""


class Silence:
    """How long a process has not answered; `most_seconds` of it are too long, 0: no silence is."""

    def __init__(self, most_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.most_seconds, self._now = most_seconds, now
        self._since: float | None = None

    def heard(self) -> None:
        """It answered, or need not answer yet."""
        self._since = None

    def missed(self) -> bool:
        """It did not answer; whether that has gone on too long."""
        if self._since is None:
            self._since = self._now()
        return bool(self.most_seconds) and self._now() - self._since >= self.most_seconds
