"""Access tokens as `stable_token` gives them: the same again until shortly before its end, refused once invalidated."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

__all__ = ["EXPIRED", "INVALID", "Tokens"]

INVALID, MISSING, EXPIRED = 40001, 41001, 42001
_OVERLAP = dt.timedelta(minutes=5)
_FORCED_APART = dt.timedelta(seconds=30)


class Tokens:
    """The tokens of one account. `lasts` is in seconds; `issued` counts the different tokens."""

    def __init__(self, now: Callable[[], dt.datetime], lasts: int = 7200) -> None:
        self._now, self.lasts = now, lasts
        self._ends: dict[str, dt.datetime] = {}
        self._current: str | None = None
        self._forced: dt.datetime | None = None
        self.issued = 0

    def issue(self, *, force: bool = False) -> tuple[str, int]:
        """A token and the seconds it lasts; forced, a new one, and the earlier ones are refused from then on."""
        now = self._now()
        if force and (self._forced is None or now - self._forced >= _FORCED_APART):
            self._forced = now
            self.invalidate()
        current = self._current
        if current is None or self._ends[current] - now <= min(_OVERLAP, dt.timedelta(seconds=self.lasts / 2)):
            current = self._current = secrets.token_urlsafe(96)
            self._ends[current] = now + dt.timedelta(seconds=self.lasts)
            self.issued += 1
        return current, int((self._ends[current] - now).total_seconds())

    def check(self, token: str | None) -> int:
        """0, or the error code with which a call is refused."""
        if not token:
            return MISSING
        if token not in self._ends:
            return INVALID
        return EXPIRED if self._now() >= self._ends[token] else 0

    def invalidate(self) -> None:
        """Refuse every token given so far, as after a leak."""
        self._ends.clear()
        self._current = None
