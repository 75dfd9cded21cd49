"""Five within 48 hours of a message, three within a minute of a click; windows do not add up."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.wechat_sim.quotas import OUT_OF_COUNT, OUT_OF_TIME, Quotas, Trigger

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.timezone.utc)
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)


class Time:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def quotas(time: Time) -> Quotas:
    return Quotas(time)


def spend(quotas: Quotas, times: int) -> list[int]:
    return [quotas.spend("me") for _ in range(times)]


def test_five_after_a_message_and_five_more_after_the_next(quotas: Quotas) -> None:
    assert quotas.spend("me") == OUT_OF_TIME
    quotas.open("me", Trigger.MESSAGE)
    assert spend(quotas, 6) == [0] * 5 + [OUT_OF_COUNT]
    quotas.open("me", Trigger.MESSAGE)
    assert spend(quotas, 6) == [0] * 5 + [OUT_OF_COUNT]
    assert quotas.spend("somebody else") == OUT_OF_TIME


def test_for_48_hours(quotas: Quotas, time: Time) -> None:
    quotas.open("me", Trigger.MESSAGE)
    time.now += 48 * HOUR
    assert quotas.spend("me") == 0
    time.now += SECOND
    assert quotas.spend("me") == OUT_OF_TIME


@pytest.mark.parametrize("trigger", [Trigger.CLICK, Trigger.FOLLOW, Trigger.SCAN])
def test_three_for_a_minute(quotas: Quotas, time: Time, trigger: Trigger) -> None:
    quotas.open("me", trigger)
    assert spend(quotas, 4) == [0] * 3 + [OUT_OF_COUNT]
    time.now += 61 * SECOND
    assert quotas.spend("me") == OUT_OF_TIME


def test_windows_do_not_add_up(quotas: Quotas, time: Time) -> None:
    quotas.open("me", Trigger.MESSAGE)
    quotas.open("me", Trigger.CLICK)
    assert spend(quotas, 6) == [0] * 5 + [OUT_OF_COUNT]
    quotas.open("me", Trigger.CLICK)
    assert spend(quotas, 4) == [0] * 3 + [OUT_OF_COUNT]
    time.now += 61 * SECOND
    assert quotas.spend("me") == OUT_OF_COUNT, "the window of the message is open, but spent"


def test_who_left_gets_nothing(quotas: Quotas) -> None:
    quotas.open("me", Trigger.MESSAGE)
    quotas.close("me")
    assert quotas.spend("me") == OUT_OF_TIME
    assert quotas.left("me") == {}


@given(st.lists(st.sampled_from([*Trigger, "send", "wait"]), max_size=60))
def test_never_more_than_five_between_two_acts(steps: list[Trigger | str]) -> None:
    time = Time()
    quotas, sent = Quotas(time), 0
    for step in steps:
        if isinstance(step, Trigger):
            quotas.open("me", step)
            sent = 0
        elif step == "wait":
            time.now += 40 * SECOND
        elif quotas.spend("me") == 0:
            sent += 1
            assert sent <= 5
