"""The rate limit."""

from __future__ import annotations

import pytest

from koujing.desk.errors import TooManyRequestsError
from koujing.desk.limits import RateLimit


def test_each_caller_has_a_quota_that_refills_evenly() -> None:
    now = 0.0
    limit = RateLimit(2, lambda: now)
    limit.spend("a")
    limit.spend("a")
    limit.spend("b")
    with pytest.raises(TooManyRequestsError) as caught:
        limit.spend("a")
    assert caught.value.headers["Retry-After"] == "30"
    now = 29.0
    with pytest.raises(TooManyRequestsError):
        limit.spend("a")
    now = 30.0
    limit.spend("a")


def test_waiting_long_does_not_save_up() -> None:
    now = 0.0
    limit = RateLimit(1, lambda: now)
    limit.spend("a")
    now = 3600.0
    limit.spend("a")
    with pytest.raises(TooManyRequestsError):
        limit.spend("a")


def test_callers_without_end_are_forgotten() -> None:
    limit = RateLimit(1, lambda: 0.0)
    for number in range(20_000):
        limit.spend(str(number))
    assert len(limit._buckets) == 10_000
