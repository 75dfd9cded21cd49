"""Opens the platform's interface as the settings say: the desk and the commands do it alike."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx

from koujing.clock import Clock
from koujing.desk.wechat.account import Account
from koujing.desk.wechat.api import Api
from koujing.desk.wechat.breaker import Breaker
from koujing.desk.wechat.demo import api_url_of
from koujing.desk.wechat.tokens import CentralToken, StableToken, TokenSource
from koujing.settings import Settings
from koujing.store.shared import Shared, open_shared

__all__ = ["open_api"]

_SECONDS = 5.0


def open_api(
    settings: Settings,
    account: Account,
    clock: Clock,
    shared: Shared | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Api | None:
    """The interface of an account, to be closed by the caller; None without a secret and without a central token service.

    Args:
        settings: the addresses of the platform and of the token service.
        account: whose interface.
        clock: tells the moment.
        shared: the desk's; opened as the settings say where it is not given.
        transport: for tests.
    """
    if account.secret is None and settings.wechat_token_url is None:
        return None
    base = api_url_of(settings, account)
    # A proxy of the environment leads out of the office, not to this machine.
    http = httpx.AsyncClient(base_url=base, timeout=_SECONDS, trust_env=not _loopback(base), transport=transport)
    own = open_shared(settings.redis, clock.now) if shared is None else None
    shared = shared or own
    assert shared is not None
    tokens: TokenSource
    if settings.wechat_token_url is not None:
        tokens = CentralToken(http, settings.wechat_token_url, shared, clock.now)
    else:
        tokens = StableToken(http, account, shared, clock.now)
    breaker = Breaker(shared, account.appid, clock.now)
    return Api(http, tokens, breaker, closing=None if own is None else own.close)


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
