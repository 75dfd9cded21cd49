"""One fetch for all who wait, in one process and in several, and a rest after a failure."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from koujing.desk.wechat.errors import ApiError, ConfigurationError, QuotaError, TransientError
from koujing.desk.wechat.tokens import STABLE_TOKEN, CentralToken, StableToken
from koujing.store.shared import MemoryShared, RedisShared, Shared
from tests.desk.wechat.interface import ACCOUNT, SECRET, Platform, Time
from tests.store.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


def source(platform: Platform, time: Time, shared: Shared | None = None, random: float = 0.0) -> StableToken:
    return StableToken(platform.client(), ACCOUNT, shared or MemoryShared(time), time, time.sleep, lambda: random)


async def test_asks_as_the_platform_wants_and_never_forces(time: Time) -> None:
    platform = Platform()
    assert await source(platform, time).token() == "TOKEN-1"
    asked = {"grant_type": "client_credential", "appid": ACCOUNT.appid, "secret": SECRET, "force_refresh": False}
    assert platform.bodies == [(STABLE_TOKEN, asked)]


@pytest.mark.parametrize(
    ("expires_in", "random", "kept"), [(7200, 0.0, 6900), (7200, 1.0, 6840), (300, 0.5, 30), (900, 1.0, 540)]
)
async def test_is_kept_until_shortly_before_its_end(time: Time, expires_in: int, random: float, kept: int) -> None:
    platform = Platform()
    platform.answers[STABLE_TOKEN] = {"access_token": "T" * 512, "expires_in": expires_in}
    tokens = source(platform, time, random=random)
    await tokens.token()
    time.pass_(kept - 1)
    assert await tokens.token() == "T" * 512
    assert platform.calls[STABLE_TOKEN] == 1
    time.pass_(1)
    await tokens.token()
    assert platform.calls[STABLE_TOKEN] == 2


async def test_fifty_at_once_fetch_once(time: Time) -> None:
    platform = Platform()
    tokens = source(platform, time)
    assert set(await asyncio.gather(*(tokens.token() for _ in range(50)))) == {"TOKEN-1"}
    assert platform.calls[STABLE_TOKEN] == 1


async def test_two_processes_on_one_redis_fetch_once(server: RedisServer) -> None:
    platform = Platform()

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.3)
        return await platform(request)

    def now() -> dt.datetime:
        return dt.datetime.now(dt.timezone.utc)

    clients = [httpx.AsyncClient(base_url="https://p.test", transport=httpx.MockTransport(slow)) for _ in range(2)]
    stores = [RedisShared(server.url, "tokens:") for _ in range(2)]
    processes = [StableToken(client, ACCOUNT, store, now) for client, store in zip(clients, stores, strict=True)]
    fetched = await asyncio.gather(*(processes[n % 2].token() for n in range(50)))
    assert set(fetched) == {"TOKEN-1"}
    assert platform.calls[STABLE_TOKEN] == 1

    # Both are refused it, many times: one new token for all.
    await asyncio.gather(*(processes[n % 2].drop("TOKEN-1") for n in range(50)))
    assert set(await asyncio.gather(*(processes[n % 2].token() for n in range(50)))) == {"TOKEN-2"}
    await asyncio.gather(*(processes[n % 2].drop("TOKEN-1") for n in range(50)))
    assert await processes[0].token() == "TOKEN-2"
    assert platform.calls[STABLE_TOKEN] == 2
    for store in stores:
        await store.close()


async def test_a_lock_left_by_a_dead_process_is_waited_out(time: Time) -> None:
    shared = MemoryShared(time)
    await shared.add(f"wechat:{ACCOUNT.appid}:token-lock", "dead", 3)
    platform = Platform()
    assert await source(platform, time, shared).token() == "TOKEN-1"
    assert sum(time.slept) == pytest.approx(3.0, abs=0.2)


async def test_waiting_for_another_process_ends(time: Time) -> None:
    shared = MemoryShared(time)
    await shared.add(f"wechat:{ACCOUNT.appid}:token-lock", "stuck", 3600)
    platform = Platform()
    tokens = source(platform, time, shared)
    with pytest.raises(TransientError):
        await tokens.token()
    assert not platform.calls
    assert sum(time.slept) < 10


async def test_the_token_another_process_got_meanwhile_is_used(time: Time) -> None:
    shared = MemoryShared(time)
    await shared.add(f"wechat:{ACCOUNT.appid}:token-lock", "other", 3600)
    platform = Platform()
    waiting = asyncio.create_task(source(platform, time, shared).token())
    await asyncio.sleep(0)
    await shared.put(f"wechat:{ACCOUNT.appid}:token", "THEIRS", 60)
    assert await waiting == "THEIRS"
    assert not platform.calls


async def test_a_dropped_token_is_fetched_once_more_only(time: Time) -> None:
    platform = Platform()
    platform.answers[STABLE_TOKEN] = {"access_token": "SAME", "expires_in": 7200}
    tokens = source(platform, time)
    for _ in range(20):
        assert await tokens.token() == "SAME"
        await tokens.drop("SAME")
    assert platform.calls[STABLE_TOKEN] == 2
    time.pass_(61)
    await tokens.drop("SAME")
    await tokens.token()
    assert platform.calls[STABLE_TOKEN] == 3


async def test_an_old_token_drops_no_new_one(time: Time) -> None:
    platform = Platform()
    tokens = source(platform, time)
    await tokens.token()
    await tokens.drop("ANOTHER")
    assert await tokens.token() == "TOKEN-1"


@pytest.mark.parametrize(
    ("code", "kind"),
    [(40001, ConfigurationError), (40125, ConfigurationError), (40164, ConfigurationError), (45009, QuotaError)],
)
async def test_refusals_are_typed(time: Time, code: int, kind: type[ApiError]) -> None:
    platform = Platform()
    platform.refuse(STABLE_TOKEN, code, f"invalid appsecret {SECRET}")
    with pytest.raises(kind) as caught:
        await source(platform, time).token()
    assert caught.value.code == code
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("late"), httpx.ConnectError("no"), {"errcode": -1}])
async def test_after_a_failure_it_rests(time: Time, failure: Any) -> None:
    platform = Platform()
    platform.answers[STABLE_TOKEN] = failure
    tokens = source(platform, time)
    results = await asyncio.gather(*(tokens.token() for _ in range(50)), return_exceptions=True)
    assert {type(result) for result in results} == {TransientError}
    with pytest.raises(TransientError):
        await tokens.token()
    assert platform.calls[STABLE_TOKEN] == 1
    del platform.answers[STABLE_TOKEN]
    time.pass_(4)
    assert await tokens.token() == "TOKEN-2"


async def test_who_gives_up_waiting_takes_it_from_nobody(time: Time) -> None:
    platform, go = Platform(), asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        await go.wait()
        return await platform(request)

    http = httpx.AsyncClient(base_url="https://p.test", transport=httpx.MockTransport(slow))
    tokens = StableToken(http, ACCOUNT, MemoryShared(time), time, time.sleep)
    first, second = (asyncio.create_task(tokens.token()) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    go.set()
    assert await second == "TOKEN-1"
    await tokens.close()


async def test_closing_ends_a_fetch(time: Time) -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    http = httpx.AsyncClient(base_url="https://p.test", transport=httpx.MockTransport(never))
    tokens = StableToken(http, ACCOUNT, MemoryShared(time), time, time.sleep)
    waiting = asyncio.create_task(tokens.token())
    await asyncio.sleep(0.01)
    await tokens.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_answer_without_a_token_and_an_account_without_a_secret(time: Time) -> None:
    platform = Platform()
    platform.answers[STABLE_TOKEN] = {"expires_in": 7200}
    with pytest.raises(ConfigurationError):
        await source(platform, time).token()
    bare = StableToken(platform.client(), replace(ACCOUNT, secret=None), MemoryShared(time), time)
    with pytest.raises(ConfigurationError, match="KOUJING_WECHAT_SECRET"):
        await bare.token()
    assert platform.calls[STABLE_TOKEN] == 1


URL = "https://central.test/token?key=OURS"


def central(platform: Platform, time: Time) -> CentralToken:
    return CentralToken(platform.client(), URL, MemoryShared(time), time, time.sleep)


async def test_the_central_service_is_asked_every_minute_at_most(time: Time) -> None:
    platform = Platform()
    platform.answers["/token"] = [{"access_token": name, "expires_in": 7200} for name in "ABC"]
    tokens = central(platform, time)
    assert {await tokens.token() for _ in range(10)} == {"A"}
    time.pass_(60)
    assert await tokens.token() == "B"
    await tokens.drop("B")
    assert await tokens.token() == "C"
    assert platform.calls["/token"] == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError("no"), TransientError),
        (httpx.Response(500), TransientError),
        ({"token": "x"}, ConfigurationError),
    ],
)
async def test_failures_of_the_central_service_tell_no_address(
    time: Time, answer: Any, kind: type[ApiError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    platform = Platform()
    platform.answers["/token"] = answer
    with pytest.raises(kind) as caught:
        await central(platform, time).token()
    assert "OURS" not in str(caught.value) + caplog.text


async def test_tokens_are_no_part_of_any_key(time: Time) -> None:
    shared = MemoryShared(time)
    tokens = source(Platform(), time, shared)
    await tokens.drop(await tokens.token())
    assert not any("TOKEN-1" in key for key in shared._kept)
    assert any(hashlib.sha256(b"TOKEN-1").hexdigest()[:16] in key for key in shared._kept)
