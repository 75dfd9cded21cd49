"""Calls to the platform's interface: with the token, one retry with a new one, and typed errors."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from koujing.desk.wechat.breaker import EVERYTHING, Breaker
from koujing.desk.wechat.errors import (
    ApiError,
    ConfigurationError,
    QuotaError,
    TokenError,
    TransientError,
    UncertainError,
)
from koujing.desk.wechat.tokens import TokenSource
from koujing.desk.wechat.wire import exchange

__all__ = ["Api"]

# Before the second and the third try of a call that was certainly not carried out.
_PAUSES = (0.5, 1.0)

Answer = dict[str, Any]
Pauses = tuple[float, ...]


class Api:
    """One account's interface. Takes over the HTTP client, whose base is the platform's address."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        tokens: TokenSource,
        breaker: Breaker,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
        closing: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._http, self._tokens, self._breaker = http, tokens, breaker
        self._sleep, self._random, self._closing = sleep, random, closing

    async def call(self, path: str, body: Mapping[str, Any] | None = None, *, patient: bool = True) -> Answer:
        """Post the body, or get where there is none.

        A refused token is fetched anew and tried once more; refused again, it opens the breaker. A busy platform is
        tried twice more, unless the caller does so itself. A call whose outcome is not known is never tried again.

        Raises:
            ApiError: of the kind that `codes` gives; ConfigurationError, TokenError and QuotaError also without a call,
                while the breaker is open.
        """
        trying = await self._breaker.check(path)
        try:
            answer = await self._with_token(path, body, _PAUSES if patient else ())
        except (ConfigurationError, TokenError) as error:
            await self._breaker.open(error)
            raise
        except (TransientError, UncertainError):
            if trying:
                await self._breaker.unproven()
            raise
        except ApiError as error:
            # The platform looked past the token to find this.
            if trying:
                await self._breaker.close()
            if isinstance(error, QuotaError):
                await self._breaker.pause(path, error)
            raise
        if trying:
            await self._breaker.close()
        return answer

    def blocked(self, path: str) -> bool:
        """Whether a call would be stopped, as far as this process knows."""
        return self._breaker.blocked(path)

    async def state(self, *paths: str) -> dict[str, Any]:
        """The breaker's, for `/health`."""
        return await self._breaker.state(*paths)

    async def close(self) -> None:
        """Give up the connections, and what was opened for this account alone."""
        await self._tokens.close()
        await self._http.aclose()
        if self._closing is not None:
            await self._closing()

    async def _with_token(self, path: str, body: Mapping[str, Any] | None, pauses: Pauses) -> Answer:
        token = await self._token()
        try:
            return await self._patiently(path, body, token, pauses)
        except TokenError:
            await self._tokens.drop(token)
        if self._breaker.blocked(path):
            # Another call found meanwhile that no token is accepted.
            raise TokenError("access_token 被拒绝")
        return await self._patiently(path, body, await self._token(), pauses)

    async def _token(self) -> str:
        try:
            return await self._tokens.token()
        except QuotaError as error:
            await self._breaker.pause(EVERYTHING, error)
            raise

    async def _patiently(self, path: str, body: Mapping[str, Any] | None, token: str, pauses: Pauses) -> Answer:
        hide = (token, str((body or {}).get("touser", "")))
        for pause in (*pauses, None):
            try:
                return await exchange(self._http, path, body, query={"access_token": token}, hide=hide)
            except TransientError:
                if pause is None:
                    raise
                await self._sleep(pause * (1 + self._random()))
        raise AssertionError
