"""One request: what can go wrong becomes a typed error, and what is secret stays out of errors and logs."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import httpx
import pytest

from koujing.desk.wechat.errors import ApiError, ContentError, TokenError, TransientError, UncertainError
from koujing.desk.wechat.wire import exchange

pytestmark = pytest.mark.anyio

TOKEN = "VERY-SECRET-TOKEN"


def http(answer: Any) -> httpx.AsyncClient:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, type) and issubclass(answer, httpx.RequestError):
            raise answer(f"while asking {request.url}", request=request)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    return httpx.AsyncClient(base_url="https://platform.test", transport=httpx.MockTransport(handle))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError, TransientError),
        (httpx.ConnectTimeout, TransientError),
        (httpx.PoolTimeout, TransientError),
        (httpx.ReadTimeout, UncertainError),
        (httpx.ReadError, UncertainError),
        (httpx.WriteError, UncertainError),
        (httpx.RemoteProtocolError, UncertainError),
        (httpx.Response(502), UncertainError),
        (httpx.Response(302, headers={"location": "https://elsewhere.test"}), UncertainError),
        (httpx.Response(403), TransientError),
        (httpx.Response(200, text="<html>"), UncertainError),
        (httpx.Response(200, content=b"\xff\xfe"), UncertainError),
        (httpx.Response(200, json=["no", "object"]), UncertainError),
        (httpx.Response(200, json={"errcode": "0"}), UncertainError),
        ({"errcode": 42001, "errmsg": f"access_token {TOKEN} expired"}, TokenError),
    ],
)
async def test_every_failure_is_typed_and_tells_no_token(
    answer: Any, kind: type[ApiError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ApiError) as caught:
        await exchange(http(answer), "/cgi-bin/x", {}, query={"access_token": TOKEN}, hide=(TOKEN,))
    assert type(caught.value) is kind
    # Neither the error nor anything that it carries along.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in caplog.text


async def test_the_address_in_the_log_has_no_query_and_no_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await exchange(http({"errcode": 0}), "https://user:word@platform.test/x", query={"access_token": TOKEN})
    assert "https://platform.test/x?…" in caplog.text
    assert TOKEN not in caplog.text
    assert "word" not in caplog.text


async def test_posts_plain_chinese_and_gets_without_a_body() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"ok": 1})

    client = httpx.AsyncClient(base_url="https://platform.test", transport=httpx.MockTransport(handle))
    assert await exchange(client, "/a", {"content": "“答复”😀"}) == {"ok": 1}
    assert await exchange(client, "/b") == {"ok": 1}
    assert [request.method for request in seen] == ["POST", "GET"]
    assert seen[0].content == '{"content":"“答复”😀"}'.encode()
    assert seen[0].headers["content-type"] == "application/json; charset=utf-8"


async def test_a_lone_surrogate_is_refused_before_any_call() -> None:
    with pytest.raises(ContentError):
        await exchange(http(httpx.ReadError), "/a", {"content": "\ud83d"})
