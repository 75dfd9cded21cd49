"""Stops calls that cannot succeed: until somebody mends the configuration, the day ends or the minute is over."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from koujing.clock import SHANGHAI
from koujing.desk.wechat.codes import DAY_USED_UP, MEANING, MINUTE_USED_UP
from koujing.desk.wechat.errors import ApiError, ConfigurationError, QuotaError, TokenError
from koujing.store.shared import Shared

__all__ = ["EVERYTHING", "Breaker"]

log = logging.getLogger(__name__)

EVERYTHING = ""

_PAUSE = dt.timedelta(minutes=5)
_REMEMBERED_SECONDS = 7 * 86_400.0
_PROBE_SECONDS = 30.0
_KINDS: dict[str, type[ApiError]] = {kind.__name__: kind for kind in (ConfigurationError, QuotaError, TokenError)}

Now = Callable[[], dt.datetime]


@dataclass(frozen=True)
class _Stop:
    """Why and until when nothing is called."""

    kind: str
    code: int | None
    reason: str
    until: str

    def over(self, now: dt.datetime) -> bool:
        return now >= dt.datetime.fromisoformat(self.until)

    def error(self) -> ApiError:
        return _KINDS[self.kind](f"暂停调用：{self.reason}", self.code)


class Breaker:
    """One for an account, in every process. What it knows is shared; what it knew last is at hand without waiting.

    A wrong configuration or token opens it; after the pause one call is let through to try, and closes it by succeeding.
    A quota stops its own path until it is renewed.
    """

    def __init__(self, shared: Shared, appid: str, now: Now, pause: dt.timedelta = _PAUSE) -> None:
        self._shared, self._now, self._pause = shared, now, pause
        self._broken = f"wechat:{appid}:broken"
        self._probe = f"wechat:{appid}:probe"
        self._paused = f"wechat:{appid}:paused:"
        self._last: dict[str, _Stop | None] = {}

    async def check(self, path: str) -> bool:
        """Whether this call is the one that tries.

        Raises:
            ApiError: nothing may be called on this path; the kind that stopped it.
        """
        for key in (self._paused + EVERYTHING, self._paused + path):
            stop = await self._read(key)
            if stop is not None and not stop.over(self._now()):
                raise stop.error()
        stop = await self._read(self._broken)
        if stop is None:
            return False
        if stop.over(self._now()) and await self._shared.add(self._probe, "", _PROBE_SECONDS):
            return True
        raise stop.error()

    async def open(self, error: ConfigurationError | TokenError) -> None:
        """Stop everything for a while."""
        log.error("WeChat's interface is shut off for %s: %s", self._pause, error)
        await self._write(self._broken, error, self._now() + self._pause, _REMEMBERED_SECONDS)

    async def pause(self, path: str, error: QuotaError) -> None:
        """Stop a path until its quota is renewed; nothing where it is one follower's quota."""
        now = self._now().astimezone(SHANGHAI)
        if error.code == DAY_USED_UP:
            until = (now + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        elif error.code == MINUTE_USED_UP:
            until = (now + dt.timedelta(minutes=1)).replace(second=0, microsecond=0)
        else:
            return
        log.warning("WeChat's quota is used up, %s rests until %s: %s", path or "everything", until, error)
        await self._write(self._paused + path, error, until, (until - now).total_seconds() + 1)

    async def close(self) -> None:
        """The call that tried succeeded."""
        log.warning("WeChat's interface works again")
        self._last.pop(self._broken, None)
        await self._shared.delete(self._broken)
        await self._shared.delete(self._probe)

    async def unproven(self) -> None:
        """The call that tried told nothing; another may try."""
        await self._shared.delete(self._probe)

    def blocked(self, path: str) -> bool:
        """Whether a call on this path would be stopped, as far as this process knows."""
        keys = (self._broken, self._paused + EVERYTHING, self._paused + path)
        return any(stop is not None and not stop.over(self._now()) for stop in map(self._last.get, keys))

    async def state(self, *paths: str) -> dict[str, Any]:
        """For `/health`: `up`, `broken` or `paused`, with reason, code and end."""
        if (stop := await self._read(self._broken)) is not None:
            return {"state": "broken", "reason": stop.reason, "code": stop.code, "until": stop.until}
        for path in (EVERYTHING, *paths):
            stop = await self._read(self._paused + path)
            if stop is not None and not stop.over(self._now()):
                return {"state": "paused", "reason": stop.reason, "code": stop.code, "until": stop.until}
        return {"state": "up", "reason": None, "code": None, "until": None}

    async def _read(self, key: str) -> _Stop | None:
        found = await self._shared.get(key)
        self._last[key] = None if found is None else _Stop(**json.loads(found))
        return self._last[key]

    async def _write(self, key: str, error: ApiError, until: dt.datetime, seconds: float) -> None:
        # What the platform says beyond the meaning may hold addresses; it stays in the log.
        reason = str(error) if error.code is None or error.code not in MEANING else MEANING[error.code][1]
        stop = _Stop(type(error).__name__, error.code, reason, until.astimezone(SHANGHAI).isoformat(timespec="seconds"))
        self._last[key] = stop
        await self._shared.put(key, json.dumps(asdict(stop), ensure_ascii=False), seconds)
