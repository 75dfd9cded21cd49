"""A real uvicorn on a real socket: who is slow, endless or too many is cut off, and everybody else is answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from koujing.desk.request import read_body
from koujing.desk.wire import Bounds, bounded
from koujing.settings import Settings
from tests.desk.web.serving import serving

QUICK = replace(Bounds.of(Settings()), head_bytes=4096, head_seconds=1, body_seconds=1)
HEAD = b"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 10\r\n\r\n"


@dataclass
class Seen:
    cut: int = 0


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def serve(seen: Seen) -> Callable[..., Any]:
    async def echo(request: Request) -> PlainTextResponse:
        try:
            return PlainTextResponse(await read_body(request, 100))
        except Exception:
            seen.cut += 1
            raise

    async def who(request: Request) -> PlainTextResponse:
        assert request.client
        return PlainTextResponse(f"{request.client.host} {request.url.scheme}")

    @contextmanager
    def serve(bounds: Bounds = QUICK, **config: Any) -> Iterator[tuple[str, int]]:
        app = Starlette(routes=[Route("/", echo, methods=["POST"]), Route("/who", who)])
        app.state.close = lambda: None
        with serving(app, http=bounded(bounds), **config) as address:
            host, _, port = address.removeprefix("http://").partition(":")
            yield host, int(port)

    return serve


def test_a_head_that_never_ends_is_cut_off(serve: Callable[..., Any]) -> None:
    with serve() as at, closing(socket.create_connection(at)) as slow:
        slow.settimeout(10)
        slow.sendall(b"POST / HTTP/1.1\r\n")
        began = time.monotonic()
        # One header now and then is what slowloris sends; it keeps nothing open.
        assert read(slow, drip=b"X: 1\r\n").startswith(b"HTTP/1.1 408")
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("begun", [b"", b"\r\n\r\n"])
def test_a_connection_that_says_nothing_is_cut_off(serve: Callable[..., Any], begun: bytes) -> None:
    with serve() as at, closing(socket.create_connection(at)) as silent:
        silent.settimeout(10)
        silent.sendall(begun)
        assert read(silent, drip=begun).startswith(b"HTTP/1.1 408")


def test_so_is_one_that_says_nothing_more_after_a_request(serve: Callable[..., Any]) -> None:
    with serve(timeout_keep_alive=60) as at, closing(socket.create_connection(at)) as connection:
        connection.settimeout(10)
        connection.sendall(HEAD + b"0123456789")
        assert b"0123456789" in connection.recv(4096)
        connection.sendall(b"\r\n")
        assert read(connection).startswith(b"HTTP/1.1 408")


def test_a_body_that_never_ends_is_cut_off(serve: Callable[..., Any], seen: Seen) -> None:
    with serve() as at, closing(socket.create_connection(at)) as slow:
        slow.settimeout(10)
        slow.sendall(HEAD + b"0")
        answer = read(slow)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"nosniff" in answer.lower()
        assert answer.count(b"HTTP/1.1") == 1
    assert seen.cut == 1, "the program does not wait on"


def test_headers_without_end_are_not_kept(serve: Callable[..., Any]) -> None:
    with serve() as at, closing(socket.create_connection(at)) as endless:
        endless.settimeout(10)
        endless.sendall(b"POST / HTTP/1.1\r\n" + b"X-A: " + b"a" * 3000)
        time.sleep(0.1)
        endless.sendall(b"a" * 3000)
        assert read(endless).startswith(b"HTTP/1.1 431")


def test_requests_on_one_connection_each_have_their_own_time(serve: Callable[..., Any]) -> None:
    with serve() as at, closing(socket.create_connection(at)) as connection:
        connection.settimeout(10)
        for _ in range(4):
            connection.sendall(HEAD + b"01234")
            time.sleep(0.4)
            connection.sendall(b"56789")
            assert b"0123456789" in connection.recv(4096)


def test_pipelined_requests_are_all_answered(serve: Callable[..., Any]) -> None:
    with serve() as at, closing(socket.create_connection(at)) as connection:
        connection.settimeout(10)
        connection.sendall((HEAD + b"0123456789") * 3)
        assert read(connection).count(b"0123456789") == 3


def test_one_address_cannot_take_all_connections(serve: Callable[..., Any]) -> None:
    alone = replace(QUICK, per_address=2, proxies=(), head_seconds=30)
    with serve(alone) as at:
        held = [socket.create_connection(at) for _ in range(3)]
        held[2].settimeout(10)
        assert read(held[2]).startswith(b"HTTP/1.1 503")
        held[0].settimeout(10)
        held[0].sendall(HEAD + b"0123456789")
        assert b"200 OK" in held[0].recv(4096)
        for each in held:
            each.close()


def test_there_is_a_most_of_all_and_a_proxy_may_have_it(serve: Callable[..., Any]) -> None:
    near = Bounds.of(Settings(trusted_proxies=frozenset({"127.0.0.0/8"}))).proxies
    few = replace(QUICK, per_address=1, connections=3, head_seconds=30, proxies=near)
    with serve(few) as at:
        held = [socket.create_connection(at) for _ in range(4)]
        held[3].settimeout(10)
        assert read(held[3]).startswith(b"HTTP/1.1 503")
        held[2].settimeout(10)
        held[2].sendall(HEAD + b"0123456789")
        assert b"200 OK" in held[2].recv(4096)
        for each in held:
            each.close()


@pytest.mark.parametrize(
    ("trusted", "told", "client"),
    [
        (["10.0.0.1"], "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https", b"127.0.0.1 http"),
        (["127.0.0.1"], "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https", b"9.9.9.9 https"),
        # What the citizen made up stands before what the proxy saw.
        (["127.0.0.1"], "X-Forwarded-For: 1.1.1.1, 9.9.9.9", b"9.9.9.9 http"),
        (["127.0.0.1"], "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 9.9.9.9", b"9.9.9.9 http"),
    ],
)
def test_only_a_trusted_proxy_tells_who_asks(
    serve: Callable[..., Any], trusted: list[str], told: str, client: bytes
) -> None:
    with serve(forwarded_allow_ips=trusted) as at, closing(socket.create_connection(at)) as connection:
        connection.settimeout(10)
        connection.sendall(f"GET /who HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n{told}\r\n\r\n".encode())
        assert read(connection).endswith(client)


def read(connection: socket.socket, drip: bytes = b"") -> bytes:
    """All until the other side closes; meanwhile a little is sent now and then."""
    got = b""
    connection.settimeout(0.2)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            chunk = connection.recv(65_536)
        except TimeoutError:
            if drip:
                connection.sendall(drip)
            continue
        if not chunk:
            return got
        got += chunk
    raise AssertionError(f"never closed; got {got!r}")
