"""The access token: fetched once for all who wait for it, in this process and in the others, and kept until shortly before its end."""

from __future__ import annotations

import asyncio
import datetime as dt
import random as chance
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any, Protocol

import httpx

from koujing.desk.wechat.account import Account
from koujing.desk.wechat.errors import ApiError, ConfigurationError, TokenError, TransientError, UncertainError
from koujing.desk.wechat.wire import exchange
from koujing.store.shared import Shared

__all__ = ["STABLE_TOKEN", "CentralToken", "StableToken", "TokenSource"]

STABLE_TOKEN = "/cgi-bin/stable_token"

_LOCK_SECONDS = 10.0
_FETCH_SECONDS = 8.0
_LOOK_SECONDS = 0.1
_LOOKS = 80
# One that was refused is fetched anew once in this time, however many callers were refused.
_DROPPED_SECONDS = 60.0
_REST = dt.timedelta(seconds=3)
_EARLY_SECONDS = 300.0
_JITTER_SECONDS = 60.0
_SHORTEST_SECONDS = 30.0
_CENTRAL_SECONDS = 60.0

Now = Callable[[], dt.datetime]
Sleep = Callable[[float], Awaitable[None]]


class TokenSource(Protocol):
    """Where the token comes from."""

    async def token(self) -> str:
        """The token to use now.

        Raises:
            ConfigurationError: app id, secret or address list is wrong.
            QuotaError: fetched too often.
            TransientError: the platform is busy, or cannot be reached.
        """
        ...

    async def drop(self, token: str) -> None:
        """Say that the platform refused this token."""
        ...

    async def close(self) -> None:
        """Give up what is under way."""
        ...


class _Cached(ABC):
    """What both sources share: the cache, one fetch at a time, and a rest after a failure."""

    def __init__(self, name: str, shared: Shared, now: Now, sleep: Sleep, random: Callable[[], float]) -> None:
        self._shared, self._now, self._sleep, self._random = shared, now, sleep, random
        self._key, self._lock, self._dropped = (f"wechat:{name}:{what}" for what in ("token", "token-lock", "dropped:"))
        self._fetching: asyncio.Task[str] | None = None
        self._failed: tuple[dt.datetime, str] | None = None

    async def token(self) -> str:
        """As `TokenSource` says."""
        found = await self._shared.get(self._key)
        if found is not None:
            return found
        if self._failed is not None and self._now() < self._failed[0]:
            raise TransientError(self._failed[1])
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch_alone())
            self._fetching.add_done_callback(_seen)
        # Who gives up waiting does not take the token from the others.
        return await asyncio.shield(self._fetching)

    async def drop(self, token: str) -> None:
        """As `TokenSource` says. Of many who were refused one token, the first has it fetched anew."""
        mark = self._dropped + sha256(token.encode()).hexdigest()[:16]
        if await self._shared.add(mark, "", _DROPPED_SECONDS):
            await self._shared.delete(self._key, token)

    async def close(self) -> None:
        """As `TokenSource` says."""
        if self._fetching is not None:
            self._fetching.cancel()
            with suppress(asyncio.CancelledError, ApiError):
                await self._fetching

    async def _fetch_alone(self) -> str:
        owner = secrets.token_hex(8)
        for _ in range(_LOOKS):
            if await self._shared.add(self._lock, owner, _LOCK_SECONDS):
                try:
                    # Another process may have been done just before.
                    return await self._shared.get(self._key) or await self._fetch_and_keep()
                finally:
                    await self._shared.delete(self._lock, owner)
            await self._sleep(_LOOK_SECONDS * (1 + self._random()))
            if (found := await self._shared.get(self._key)) is not None:
                return found
        raise self._rest("等另一个进程取 access_token，等得太久")

    async def _fetch_and_keep(self) -> str:
        try:
            answer = await asyncio.wait_for(self._fetch(), _FETCH_SECONDS)
        except (TransientError, UncertainError) as error:
            # To fetch again does no harm.
            failure = self._rest(f"取不到 access_token：{error}")
        except asyncio.TimeoutError:
            failure = self._rest("取 access_token 超时")
        else:
            token = answer.get("access_token")
            if not isinstance(token, str) or not token:
                raise ConfigurationError("取 access_token 的回答里没有 access_token")
            lasts = answer.get("expires_in")
            seconds = self._lasting(float(lasts) if isinstance(lasts, int | float) else _CENTRAL_SECONDS)
            await self._shared.put(self._key, token, seconds)
            return token
        raise failure

    def _rest(self, said: str) -> TransientError:
        self._failed = (self._now() + _REST, said)
        return TransientError(said)

    @abstractmethod
    async def _fetch(self) -> dict[str, Any]: ...

    @abstractmethod
    def _lasting(self, expires_in: float) -> float: ...


class StableToken(_Cached):
    """From the platform's stable_token, which gives all who ask the same token. Never forces a new one: 20 a day are allowed."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        account: Account,
        shared: Shared,
        now: Now,
        sleep: Sleep = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        super().__init__(account.appid, shared, now, sleep, random)
        self._http, self._account = http, account

    async def _fetch(self) -> dict[str, Any]:
        secret = self._account.secret
        if secret is None:
            raise ConfigurationError("没有 AppSecret，请设置 KOUJING_WECHAT_SECRET")
        body = {
            "grant_type": "client_credential",
            "appid": self._account.appid,
            "secret": secret,
            "force_refresh": False,
        }
        try:
            return await exchange(self._http, STABLE_TOKEN, body, hide=(secret,))
        except TokenError as error:
            # Here 40001 speaks of the secret.
            failure = ConfigurationError(f"AppSecret 不对，请核对 KOUJING_WECHAT_SECRET（{error.code}）", error.code)
        raise failure

    def _lasting(self, expires_in: float) -> float:
        return max(_SHORTEST_SECONDS, expires_in - _EARLY_SECONDS - _JITTER_SECONDS * self._random())


class CentralToken(_Cached):
    """From the agency's own token service: a GET that answers `{"access_token": …, "expires_in": …}`, asked again every minute."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        shared: Shared,
        now: Now,
        sleep: Sleep = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        super().__init__(f"central:{sha256(url.encode()).hexdigest()[:16]}", shared, now, sleep, random)
        self._http, self._url = http, url

    async def _fetch(self) -> dict[str, Any]:
        return await exchange(self._http, self._url, hide=(self._url,))

    def _lasting(self, expires_in: float) -> float:
        return min(_CENTRAL_SECONDS, max(1.0, expires_in))


def _seen(task: asyncio.Task[str]) -> None:
    """A failure that nobody waited for any more needs no traceback."""
    if not task.cancelled():
        task.exception()
