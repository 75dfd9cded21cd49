"""How many customer-service messages each follower may still be pushed, counted here so that the platform never has to refuse.

From the page of `message/custom/send`, read 2026: 5 within 48 hours after a message; 3 within a minute after a click on
the menu or on an item of a menu message, a scan, or following.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from hashlib import sha256

from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool

from koujing.store.wechat_quota import Limit, Quotas, Trigger

__all__ = ["LIMITS", "Ledger", "Trigger"]

# Each a little shorter than the platform's: our clock is not theirs, and a call takes its time.
LIMITS: Mapping[Trigger, Limit] = {
    "message": Limit(5, dt.timedelta(hours=48) - dt.timedelta(minutes=1)),
    "event": Limit(3, dt.timedelta(minutes=1) - dt.timedelta(seconds=5)),
}


class Ledger:
    """One account's followers. The store knows them by a digest."""

    def __init__(self, engine: Engine, appid: str, now: Callable[[], dt.datetime]) -> None:
        self._quotas, self._appid, self._now = Quotas(engine, LIMITS), appid, now

    async def open(self, openid: str, trigger: Trigger, at: dt.datetime | None = None) -> None:
        """A follower did something, at the time that the platform gives; the same or an older act opens nothing again."""
        now = self._now()
        await run_in_threadpool(self._quotas.open, self._name(openid), trigger, at or now, now)

    async def reserve(self, openid: str) -> bool:
        """Count one push before it is made; False where there is none left."""
        return await run_in_threadpool(self._quotas.reserve, self._name(openid), self._now())

    async def settle(self, openid: str, *, spent: bool) -> None:
        """The push was answered; one that was not spent is given back."""
        await run_in_threadpool(self._quotas.settle, self._name(openid), spent=spent)

    async def left(self, openid: str) -> tuple[int, dt.datetime | None]:
        """How many pushes are left, and until when."""
        return await run_in_threadpool(self._quotas.left, self._name(openid), self._now())

    async def exhaust(self, openid: str) -> None:
        """The platform says that nothing is left."""
        await run_in_threadpool(self._quotas.exhaust, self._name(openid))

    async def forget(self, openid: str) -> None:
        """Remove a follower."""
        await run_in_threadpool(self._quotas.forget, self._name(openid))

    async def expire(self) -> None:
        """Remove the followers who did nothing for long."""
        await run_in_threadpool(self._quotas.expire, self._now())

    def _name(self, openid: str) -> str:
        return sha256(f"{self._appid}\0{openid}".encode("utf-8", "surrogatepass")).hexdigest()
