"""The ledger of pushes: never more than the platform allows, whoever counts and however often."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from koujing.store.database import open_database
from koujing.store.tables import wechat_quota
from koujing.store.wechat_quota import Limit, Quotas, Trigger

LIMITS: dict[Trigger, Limit] = {
    "message": Limit(5, dt.timedelta(hours=48)),
    "event": Limit(3, dt.timedelta(minutes=1)),
}
NOON = dt.datetime(2021, 9, 15, 4, tzinfo=dt.timezone.utc)


def at(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


@pytest.fixture
def quotas(engine: Engine) -> Quotas:
    return Quotas(engine, LIMITS)


def spend_all(quotas: Quotas, now: dt.datetime, most: int = 10) -> int:
    spent = 0
    while spent < most and quotas.reserve("f", now):
        quotas.settle("f", spent=True)
        spent += 1
    return spent


def test_nothing_before_the_follower_did_anything(quotas: Quotas) -> None:
    assert not quotas.reserve("f", at(0))
    quotas.settle("f", spent=False)
    quotas.exhaust("f")
    assert not quotas.reserve("f", at(0))


def test_five_in_48_hours_after_each_message(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    assert spend_all(quotas, at(1)) == 5
    quotas.open("f", "message", at(10), at(10))
    assert spend_all(quotas, at(48 * 3600 + 9.9)) == 5
    quotas.open("f", "message", at(20), at(20))
    assert spend_all(quotas, at(48 * 3600 + 20)) == 0


@pytest.mark.parametrize(("seconds", "left"), [(0, 3), (59.9, 3), (60, 0), (3600, 0)])
def test_three_in_a_minute_after_an_event(quotas: Quotas, seconds: float, left: int) -> None:
    quotas.open("f", "event", at(0), at(0))
    assert spend_all(quotas, at(seconds)) == left


def test_windows_do_not_add_up(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    quotas.open("f", "event", at(1), at(1))
    assert spend_all(quotas, at(2)) == 5


def test_a_used_up_message_leaves_those_of_a_later_click(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    assert spend_all(quotas, at(1)) == 5
    quotas.open("f", "event", at(2), at(2))
    assert spend_all(quotas, at(3)) == 3
    assert spend_all(quotas, at(90)) == 0


def test_the_same_message_delivered_again_opens_nothing(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0.3))
    assert spend_all(quotas, at(1)) == 5
    for late in (5, 10):
        quotas.open("f", "message", at(0), at(late))
    quotas.open("f", "message", at(-30), at(11))
    assert spend_all(quotas, at(12)) == 0


def test_a_platform_clock_ahead_of_ours_makes_no_window_longer(quotas: Quotas) -> None:
    quotas.open("f", "event", at(40), at(0))
    quotas.open("f", "event", at(40), at(5))
    assert spend_all(quotas, at(60)) == 0


def test_what_was_not_spent_is_given_back_once(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    for _ in range(20):
        assert quotas.reserve("f", at(1))
        quotas.settle("f", spent=False)
        quotas.settle("f", spent=False)
    assert spend_all(quotas, at(2)) == 5


def test_a_push_under_way_counts_in_the_window_that_opens_meanwhile(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    assert quotas.reserve("f", at(1))
    quotas.open("f", "message", at(2), at(2))
    quotas.settle("f", spent=True)
    assert spend_all(quotas, at(3)) == 4


def test_a_push_under_way_given_back_is_given_back_to_both(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    assert quotas.reserve("f", at(1))
    quotas.open("f", "message", at(2), at(2))
    quotas.settle("f", spent=False)
    assert spend_all(quotas, at(3)) == 5


def test_a_push_whose_process_died_is_over_after_a_minute(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    assert quotas.reserve("f", at(1))
    quotas.open("f", "message", at(62), at(62))
    assert spend_all(quotas, at(63)) == 5


def test_exhausted_until_the_next_word(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    quotas.open("f", "event", at(0), at(0))
    quotas.exhaust("f")
    assert spend_all(quotas, at(1)) == 0
    quotas.open("f", "message", at(2), at(2))
    assert spend_all(quotas, at(3)) == 5


def test_followers_do_not_share(quotas: Quotas) -> None:
    quotas.open("f", "message", at(0), at(0))
    quotas.open("g", "event", at(0), at(0))
    assert spend_all(quotas, at(1)) == 5
    assert quotas.reserve("g", at(1))


def test_forgets_and_expires(quotas: Quotas, engine: Engine) -> None:
    for follower in ("f", "g", "h"):
        quotas.open(follower, "message", at(0), at(0))
    quotas.open("i", "event", at(48 * 3600), at(48 * 3600))
    quotas.forget("f")
    quotas.open("g", "message", at(100), at(100))
    quotas.expire(at(48 * 3600 + 1))
    with engine.connect() as connection:
        assert set(connection.execute(select(wechat_quota.c.follower)).scalars()) == {"g", "i"}


def test_the_first_two_acts_may_come_at_once(where: Path | str) -> None:
    engines = [open_database(where) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        for n in range(10):
            acts = [
                pool.submit(Quotas(engines[k % 2], LIMITS).open, f"f{n}", trigger, at(k), at(k))
                for k in range(4)
                for trigger in ("message", "event")
            ]
            for act in acts:
                act.result()
    with engines[0].connect() as connection:
        assert connection.execute(select(func.count()).select_from(wechat_quota)).scalar() == 10
    for engine in engines:
        engine.dispose()


def test_over_several_processes_no_more_than_five(where: Path | str) -> None:
    engines = [open_database(where) for _ in range(2)]

    def push(n: int) -> bool:
        quotas = Quotas(engines[n % 2], LIMITS)
        reserved = quotas.reserve("f", at(1))
        # Every third is refused by the platform and given back.
        if reserved:
            quotas.settle("f", spent=n % 3 != 0)
        return reserved and n % 3 != 0

    Quotas(engines[0], LIMITS).open("f", "message", at(0), at(0))
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(push, range(60))) == 5
    for engine in engines:
        engine.dispose()


# What happens to one follower: an act with the seconds since, or a push and how it ends.
Step = tuple[Literal["message", "event", "push", "refused", "fly", "land", "lost"], float]
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["message", "event", "push", "push", "push", "refused", "fly", "land", "lost"]),
        st.sampled_from([0.0, 0.5, 1.0, 20.0, 61.0, 100_000.0, 200_000.0]),
    ),
    max_size=40,
)


class Platform:
    """Counts in the strictest way that the official page can be read: every open window pays."""

    def __init__(self) -> None:
        self.windows: dict[str, tuple[int, dt.datetime]] = {}

    def open(self, trigger: Trigger, now: dt.datetime) -> None:
        self.windows[trigger] = (LIMITS[trigger].count, now + LIMITS[trigger].lasts)

    def ended(self, since: dt.datetime, now: dt.datetime) -> bool:
        return any(since < until <= now for _, until in self.windows.values())

    def spend(self, now: dt.datetime) -> bool:
        open_now = {name: left for name, left in self.windows.items() if left[1] > now}
        if not any(count for count, _ in open_now.values()):
            return False
        self.windows = {name: (max(0, count - 1), until) for name, (count, until) in open_now.items()}
        return True


@settings(max_examples=80)
@given(STEPS)
def test_the_platform_never_has_to_refuse(steps: list[Step]) -> None:
    engine = create_engine("sqlite://", future=True, poolclass=StaticPool, connect_args={"check_same_thread": False})
    wechat_quota.create(engine)
    quotas, platform, now = Quotas(engine, LIMITS), Platform(), NOON
    flying: list[dt.datetime] = []
    for what, wait in steps:
        now += dt.timedelta(seconds=wait)
        # No call takes a minute: what is still under way by then was given up, and never came to the platform.
        for _ in [begun for begun in flying if now - begun >= dt.timedelta(seconds=30)]:
            flying.pop(0)
            quotas.settle("f", spent=True)
        if what in {"message", "event"}:
            trigger: Trigger = "message" if what == "message" else "event"
            platform.open(trigger, now)
            quotas.open("f", trigger, now, now)
        elif what == "land":
            if flying:
                begun = flying.pop(0)
                late = platform.ended(begun, now)
                assert platform.spend(now) or late, "refused although no window ended on the way"
                quotas.settle("f", spent=True)
        elif quotas.reserve("f", now):
            if what == "fly":
                flying.append(now)
            elif what == "refused":
                quotas.settle("f", spent=False)
            elif what == "push":
                assert platform.spend(now)
                quotas.settle("f", spent=True)
    engine.dispose()
