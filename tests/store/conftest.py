"""A real SQLite file and a real PostgreSQL, a clock that the test sets, and a reply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.database import open_database
from koujing.store.store import Store

NOON = dt.datetime(2021, 9, 15, 4, tzinfo=dt.timezone.utc)
REPLY: dict[str, Any] = {
    "text": "可以申领。",
    "question": "公司28个人能领吗",
    "reasons": [{"condition": "30人以下", "value": "28", "holds": True}],
    "facts": {"insured_count": {"value": "28"}},
    "calibers": [{"id": "huludao.job_retention_refund.conditions", "version": "1a2b"}],
    "receipt": None,
}


@dataclass
class Time:
    """The moment, moved by hand."""

    now: dt.datetime = NOON

    def pass_(self, **how_long: float) -> None:
        self.now += dt.timedelta(**how_long)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def clock(time: Time) -> Clock:
    return Clock(now=lambda: time.now)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the database of the test is, for `open_database`."""
    if request.param == "sqlite":
        return tmp_path / "data" / "koujing.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(where: Path | str) -> Iterator[Engine]:
    engine = open_database(where)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> Store:
    return Store(engine, clock)


@pytest.fixture
def session(store: Store) -> str:
    return store.session("web:demo", "name")


@pytest.fixture
def receipt(store: Store, session: str) -> str:
    """Of a reply in the session, to the message m1."""
    return str(store.record(session, "m1", "digest", [REPLY])[0]["receipt"])
