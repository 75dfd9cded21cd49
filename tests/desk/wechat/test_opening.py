"""The interface as the settings say."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from koujing.clock import Clock
from koujing.desk.wechat.opening import open_api
from koujing.desk.wechat.pushing import SEND
from koujing.desk.wechat.tokens import STABLE_TOKEN
from koujing.settings import Settings
from koujing.store.shared import MemoryShared
from tests.desk.wechat.interface import ACCOUNT, Platform

pytestmark = pytest.mark.anyio

BARE = replace(ACCOUNT, secret=None)


def test_none_without_a_secret() -> None:
    assert open_api(Settings(), BARE, Clock()) is None


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:8010", "https://[::1]:8010", "http://localhost:1"])
async def test_the_platforms_own_address_unless_set(url: str | None) -> None:
    seen: list[httpx.URL] = []
    platform = Platform()

    async def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        return await platform(request)

    api = open_api(Settings(wechat_api_url=url), ACCOUNT, Clock(), transport=httpx.MockTransport(handle))
    assert api is not None
    await api.call(SEND, {})
    await api.close()
    assert [str(one).partition("?")[0] for one in seen] == [
        (url or "https://api.weixin.qq.com") + path for path in (STABLE_TOKEN, SEND)
    ]


async def test_the_token_of_the_central_service() -> None:
    platform = Platform()
    platform.answers["/token"] = {"access_token": "CENTRAL", "expires_in": 7200}
    settings = Settings(wechat_token_url="https://central.test/token?key=1")
    api = open_api(settings, BARE, Clock(), MemoryShared(Clock().now), httpx.MockTransport(platform))
    assert api is not None
    await api.call(SEND, {})
    assert platform.tokens == ["CENTRAL"]
    assert not platform.calls[STABLE_TOKEN]
    await api.close()
