"""Told to stop, the desk says first that nobody new is to be sent to it."""

from __future__ import annotations

import signal
import time

import pytest
import uvicorn

from koujing.desk.__main__ import _Server


@pytest.fixture
def drained() -> list[str]:
    return []


def server(drained: list[str], seconds: float) -> _Server:
    async def app(scope: object, receive: object, send: object) -> None:
        raise AssertionError

    config = uvicorn.Config(app, log_config=None)
    return _Server(config, lambda: None, lambda: drained.append("drained"), seconds)


def test_it_drains_before_it_stops(drained: list[str]) -> None:
    one = server(drained, 0.2)
    one.handle_exit(signal.SIGTERM, None)
    assert drained
    assert not one.should_exit
    until = time.monotonic() + 5
    while not one.should_exit and time.monotonic() < until:
        time.sleep(0.02)
    assert one.should_exit


def test_told_twice_it_stops_at_once(drained: list[str]) -> None:
    one = server(drained, 60)
    one.handle_exit(signal.SIGTERM, None)
    assert not one.should_exit
    one.handle_exit(signal.SIGTERM, None)
    assert one.should_exit


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 60), (signal.SIGTERM, 0)])
def test_from_the_terminal_or_without_a_time_it_stops_at_once(drained: list[str], number: int, seconds: int) -> None:
    one = server(drained, seconds)
    one.handle_exit(number, None)
    assert one.should_exit
    assert drained
