"""The followers of a 公众号: the region they are answered for, and whether a person serves them now."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store.tables import wechat_followers

__all__ = ["Follower", "Followers"]

# WeChat ends a session with its own customer service after so long without a word.
_HUMAN = dt.timedelta(minutes=30)
# Of every message, so built once.
_FOLLOWER = select(wechat_followers).where(
    wechat_followers.c.appid == bindparam("appid"), wechat_followers.c.openid == bindparam("openid")
)


@dataclass(frozen=True)
class Follower:
    """One follower; `human` while a person serves."""

    region: str | None
    human: bool


class Followers:
    """Blocking, as the store is. Each method is one transaction. An openid is a person's only within one AppID."""

    def __init__(self, engine: Engine, clock: Clock, appid: str) -> None:
        self._engine, self._clock, self._appid = engine, clock, appid

    def seen(self, openid: str) -> Follower:
        """A follower who sends something, kept from now on. A session with a person goes on."""
        found = self._find(openid)
        if found is None:
            row = {**self._key(openid), "followed_at": self._clock.now()}
            # Two first messages may come at once; the earlier one made it.
            with suppress(IntegrityError), self._engine.begin() as connection:
                connection.execute(insert(wechat_followers).values(row))
            return Follower(None, human=False)
        if found.human:
            self.serve(openid, by_person=True)
        return found

    def place(self, openid: str, region: str) -> None:
        """Answer a follower for this region from here on."""
        self._set(openid, region=region)

    def serve(self, openid: str, *, by_person: bool) -> None:
        """Say whether a person serves a follower; it ends by itself after half an hour without a message."""
        self._set(openid, human_until=self._clock.now() + _HUMAN if by_person else None)

    def remove(self, openid: str) -> None:
        """Forget a follower."""
        with self._engine.begin() as connection:
            connection.execute(delete(wechat_followers).filter_by(**self._key(openid)))

    def _find(self, openid: str) -> Follower | None:
        with self._engine.connect() as connection:
            row = connection.execute(_FOLLOWER, self._key(openid)).first()
        if row is None:
            return None
        human = row.human_until is not None and row.human_until > self._clock.now()
        return Follower(row.region, human)

    def _set(self, openid: str, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(wechat_followers).filter_by(**self._key(openid)).values(**values))

    def _key(self, openid: str) -> dict[str, str]:
        return {"appid": self._appid, "openid": openid}
