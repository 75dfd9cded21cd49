"""Calls with a token: one retry with a new one and no more, two for a busy platform, none where nobody knows."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from koujing.desk.wechat.api import Api
from koujing.desk.wechat.breaker import Breaker
from koujing.desk.wechat.errors import (
    ApiError,
    ConfigurationError,
    ContentError,
    QuotaError,
    TokenError,
    TransientError,
    UncertainError,
)
from koujing.desk.wechat.pushing import SEND, TYPING
from koujing.desk.wechat.tokens import STABLE_TOKEN
from koujing.store.shared import MemoryShared
from tests.desk.wechat.interface import OPENID, SECRET, Platform, Time, make_api

pytestmark = pytest.mark.anyio

BODY = {"touser": OPENID, "msgtype": "text", "text": {"content": "答复"}}


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def api(platform: Platform, time: Time) -> AsyncIterator[Api]:
    api, _, _ = make_api(platform, time)
    yield api
    await api.close()


async def test_calls_with_the_token(api: Api, platform: Platform) -> None:
    platform.answers["/cgi-bin/menu/get"] = {"menu": {}}
    assert await api.call(SEND, BODY) == {"errcode": 0, "errmsg": "ok"}
    assert await api.call("/cgi-bin/menu/get") == {"menu": {}}
    assert platform.tokens == ["TOKEN-1", "TOKEN-1"]
    assert platform.bodies[1] == (SEND, BODY)
    assert platform.calls[STABLE_TOKEN] == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_refused_token_is_fetched_anew_once(api: Api, platform: Platform, code: int) -> None:
    platform.answers[SEND] = [{"errcode": code}, {"errcode": 0}]
    await api.call(SEND, BODY)
    assert platform.tokens == ["TOKEN-1", "TOKEN-2"]
    assert platform.counted == (2, 2)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_refused_for_good_costs_two_calls_and_two_tokens(
    api: Api, platform: Platform, time: Time, code: int
) -> None:
    platform.refuse(SEND, code)
    for _ in range(30):
        with pytest.raises(TokenError):
            await api.call(SEND, BODY)
    assert platform.counted == (2, 2)
    assert api.blocked(SEND)
    assert (await api.state(SEND))["state"] == "broken"
    assert (await api.state(SEND))["code"] == code

    # Every five minutes one more try, of the same cost.
    for tries in (2, 3, 4):
        time.pass_(300)
        for _ in range(5):
            with pytest.raises(TokenError):
                await api.call(SEND, BODY)
        assert platform.counted[0] == 2 * tries
        assert platform.counted[1] <= 2 * tries

    del platform.answers[SEND]
    time.pass_(300)
    await api.call(SEND, BODY)
    assert (await api.state(SEND))["state"] == "up"
    assert not api.blocked(SEND)


async def test_fifty_at_once_with_a_token_refused_for_good(api: Api, platform: Platform) -> None:
    platform.refuse(SEND, 40001)
    results = await asyncio.gather(*(api.call(SEND, BODY) for _ in range(50)), return_exceptions=True)
    assert {type(result) for result in results} == {TokenError}
    calls, tokens = platform.counted
    assert calls <= 100, "at most one retry each"
    assert tokens == 2
    with pytest.raises(TokenError):
        await api.call(SEND, BODY)
    assert platform.counted == (calls, tokens)


async def test_fifty_at_once_with_a_token_that_ran_out_all_succeed(api: Api, platform: Platform) -> None:
    def judge(_body: Any) -> dict[str, Any]:
        return {"errcode": 42001 if platform.tokens[-1] == "TOKEN-1" else 0}

    platform.answers[SEND] = judge
    results = await asyncio.gather(*(api.call(SEND, BODY) for _ in range(50)))
    assert len(results) == 50
    assert platform.calls[STABLE_TOKEN] == 2
    assert platform.calls[SEND] <= 100


async def test_another_process_knows_that_it_is_broken(platform: Platform, time: Time) -> None:
    shared = MemoryShared(time)
    (one, *_), (other, *_) = (make_api(platform, time, shared) for _ in range(2))
    platform.refuse(SEND, 40001)
    for each in (one, other, other, one):
        with pytest.raises(TokenError):
            await each.call(SEND, BODY)
    assert platform.counted == (2, 2)
    assert other.blocked(SEND)


@pytest.mark.parametrize("code", [40013, 40125, 40164])
@pytest.mark.parametrize("path", [SEND, STABLE_TOKEN])
async def test_a_wrong_configuration_is_not_tried_again(api: Api, platform: Platform, path: str, code: int) -> None:
    platform.refuse(path, code, "invalid ip 1.2.3.4")
    for _ in range(5):
        with pytest.raises(ConfigurationError):
            await api.call(SEND, BODY)
    assert platform.counted == (int(path == SEND), 1)
    assert (await api.state(SEND))["code"] == code


async def test_a_wrong_secret_is_not_tried_again(api: Api, platform: Platform) -> None:
    platform.refuse(STABLE_TOKEN, 40001)
    for _ in range(5):
        with pytest.raises(ConfigurationError):
            await api.call(SEND, BODY)
    assert platform.counted == (0, 1)


async def test_a_busy_platform_is_tried_twice_more(api: Api, platform: Platform, time: Time) -> None:
    platform.refuse(SEND, -1)
    with pytest.raises(TransientError):
        await api.call(SEND, BODY)
    assert platform.calls[SEND] == 3
    assert time.slept == [0.5, 1.0]

    platform.answers[SEND] = [{"errcode": -1}, httpx.ConnectError("no"), {"errcode": 0}]
    await api.call(SEND, BODY)
    assert platform.calls[SEND] == 6


async def test_a_caller_may_try_again_itself(api: Api, platform: Platform, time: Time) -> None:
    platform.refuse(SEND, -1)
    with pytest.raises(TransientError):
        await api.call(SEND, BODY, patient=False)
    assert platform.calls[SEND] == 1
    assert not time.slept


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("late"), httpx.RemoteProtocolError("gone"), httpx.Response(502)])
async def test_what_may_have_been_done_is_not_done_again(api: Api, platform: Platform, failure: Any) -> None:
    platform.answers[SEND] = failure
    with pytest.raises(UncertainError):
        await api.call(SEND, BODY)
    assert platform.calls[SEND] == 1
    assert (await api.state(SEND))["state"] == "up"


@pytest.mark.parametrize(("code", "seconds"), [(45009, (14 * 60 + 29) * 60 + 40), (45011, 40)])
async def test_a_used_up_quota_rests_until_it_is_renewed(
    api: Api, platform: Platform, time: Time, code: int, seconds: int
) -> None:
    platform.refuse(SEND, code)
    for wait in (0, seconds - 1):
        time.pass_(wait)
        with pytest.raises(QuotaError):
            await api.call(SEND, BODY)
    assert platform.calls[SEND] == 1
    await api.call(TYPING, BODY)
    del platform.answers[SEND]
    time.pass_(1)
    await api.call(SEND, BODY)


async def test_a_used_up_quota_of_tokens_stops_everything(api: Api, platform: Platform) -> None:
    platform.refuse(STABLE_TOKEN, 45009)
    for path in (SEND, TYPING, SEND):
        with pytest.raises(QuotaError):
            await api.call(path, BODY)
    assert platform.counted == (0, 1)


@pytest.mark.parametrize("answer", [{"errcode": 45002}, {"errcode": 45011}, {"errcode": 0}])
async def test_a_refusal_of_another_kind_proves_that_the_token_is_good(
    api: Api, platform: Platform, time: Time, answer: dict[str, Any]
) -> None:
    platform.refuse(SEND, 40001)
    with pytest.raises(TokenError):
        await api.call(SEND, BODY)
    time.pass_(300)
    platform.answers[SEND] = answer
    try:
        await api.call(SEND, BODY)
    except (ContentError, QuotaError):
        assert answer["errcode"]
    assert (await api.state())["state"] == "up"


async def test_a_try_that_proves_nothing_leaves_it_open(api: Api, platform: Platform, time: Time) -> None:
    platform.refuse(SEND, 40001)
    with pytest.raises(TokenError):
        await api.call(SEND, BODY)
    time.pass_(300)
    platform.answers[SEND] = [httpx.ReadTimeout("late"), {"errcode": 0}]
    with pytest.raises(UncertainError):
        await api.call(SEND, BODY)
    assert (await api.state())["state"] == "broken"
    await api.call(SEND, BODY)
    assert (await api.state())["state"] == "up"


FAILURES: list[Any] = [
    httpx.ConnectError(f"https://platform.test/?access_token=TOKEN-1&secret={SECRET}"),
    httpx.ReadTimeout("TOKEN-1"),
    httpx.Response(502, text="TOKEN-1"),
    *({"errcode": code, "errmsg": f"TOKEN-1 to {OPENID}"} for code in (-1, 40003, 45002, 48001, 12345)),
]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("path", [SEND, STABLE_TOKEN])
async def test_no_failure_tells_a_token_a_secret_or_a_follower(
    api: Api, platform: Platform, failure: Any, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if isinstance(failure, dict) and path == STABLE_TOKEN:
        failure = {**failure, "errmsg": SECRET}
    platform.answers[path] = failure
    with pytest.raises(ApiError) as caught:
        await api.call(SEND, BODY)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    told += str(await api.state(SEND))
    error: BaseException | None = caught.value
    while error is not None:
        told += str(error) + str(getattr(error, "request", "") and error.request.url)  # type: ignore[attr-defined]
        error = error.__context__
    for secret in ("TOKEN-1", SECRET, OPENID):
        assert secret not in told


async def test_closing_closes_what_was_opened_for_it(platform: Platform, time: Time) -> None:
    closed = []

    async def close() -> None:
        closed.append(True)

    _, tokens, _ = make_api(platform, time)
    http = platform.client()
    api = Api(http, tokens, Breaker(MemoryShared(time), "wx1", time), closing=close)
    await api.close()
    assert closed
    assert http.is_closed
