"""Requests to be called back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.callbacks import Callbacks
from koujing.store.errors import CallbackGoneError, SessionGoneError, TooLateError
from koujing.store.store import Store
from koujing.store.tables import callbacks
from tests.store.conftest import NOON, Time


@pytest.fixture
def wishes(engine: Engine, clock: Clock) -> Callbacks:
    return Callbacks(engine, clock)


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(callbacks)).scalar())


def test_a_wish_can_be_taken_back_for_ten_minutes(wishes: Callbacks, engine: Engine, session: str, time: Time) -> None:
    code, until = wishes.keep(session, "demo", b"encrypted", note=None, day_part="any")
    assert (until - NOON).total_seconds() == 600
    time.now = until
    wishes.revoke(session, f"{code[:4]}-{code[4:].lower()}")
    assert count(engine) == 0
    with pytest.raises(CallbackGoneError):
        wishes.revoke(session, code)


def test_later_it_stays(wishes: Callbacks, engine: Engine, session: str, time: Time) -> None:
    code, _ = wishes.keep(session, "demo", b"encrypted", note=None, day_part="morning")
    time.pass_(minutes=10, seconds=1)
    with pytest.raises(TooLateError):
        wishes.revoke(session, code)
    assert count(engine) == 1


def test_it_is_taken_back_in_its_own_session_only(wishes: Callbacks, store: Store, session: str) -> None:
    code, _ = wishes.keep(session, "demo", b"encrypted", note=None, day_part="any")
    for other, typed in [(store.session("web:demo", "other"), code), (session, "no code at all")]:
        with pytest.raises(CallbackGoneError):
            wishes.revoke(other, typed)


def test_a_session_that_is_gone_leaves_no_wish(wishes: Callbacks) -> None:
    with pytest.raises(SessionGoneError):
        wishes.keep("gone", "demo", b"encrypted", note=None, day_part="any")
