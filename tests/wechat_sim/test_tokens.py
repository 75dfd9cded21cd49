"""The same token again until shortly before its end; invalidated and expired ones are refused."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.wechat_sim.tokens import EXPIRED, INVALID, Tokens
from tests.wechat_sim.test_quotas import SECOND, Time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def tokens(time: Time) -> Tokens:
    return Tokens(time)


def test_the_same_again_with_less_time_left(tokens: Tokens, time: Time) -> None:
    first, lasts = tokens.issue()
    time.now += 60 * SECOND
    assert tokens.issue() == (first, lasts - 60)
    assert (lasts, tokens.issued) == (7200, 1)


def test_a_new_one_five_minutes_before_the_end_and_both_go_meanwhile(tokens: Tokens, time: Time) -> None:
    first, lasts = tokens.issue()
    time.now += dt.timedelta(seconds=lasts) - 299 * SECOND
    second, _ = tokens.issue()
    assert second != first
    assert (tokens.check(first), tokens.check(second)) == (0, 0)
    time.now += 300 * SECOND
    assert (tokens.check(first), tokens.check(second)) == (EXPIRED, 0)


def test_invalidated(tokens: Tokens) -> None:
    first, _ = tokens.issue()
    tokens.invalidate()
    assert tokens.check(first) == INVALID
    assert tokens.check(tokens.issue()[0]) == 0


def test_forced_once_in_thirty_seconds(tokens: Tokens, time: Time) -> None:
    first, _ = tokens.issue()
    second, _ = tokens.issue(force=True)
    assert (tokens.check(first), tokens.check(second)) == (INVALID, 0)
    assert tokens.issue(force=True)[0] == second
    time.now += 30 * SECOND
    assert tokens.issue(force=True)[0] != second


def test_none_and_an_invented_one(tokens: Tokens) -> None:
    assert tokens.check(None) == tokens.check("") == 41001
    assert tokens.check("invented") == INVALID
