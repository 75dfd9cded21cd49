"""Prepared statements against SQLAlchemy's own way to run the same, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, bindparam, func, insert, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from koujing.clock import SHANGHAI
from koujing.prepared import Prepared
from koujing.store.database import connect_database
from koujing.store.moment import Moment

things = Table(
    "things_prepared",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20), nullable=True),
    Column("good", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)
_COLUMNS = tuple(column.name for column in things.c)
_NEW = Prepared(insert(things), *_COLUMNS)
_OF_NAME = select(things).where(things.c.name == bindparam("the_name")).order_by(things.c.id)
_SINCE = select(things.c.id).where(things.c.at >= bindparam("since"), things.c.good).order_by(things.c.id)
_WORSE = (
    update(things)
    .where(things.c.id == bindparam("the_id"))
    .values(good=False, name=func.coalesce(things.c.name, bindparam("words", type_=String())), id=things.c.id + 1000)
)
_LATER = dt.datetime(2021, 9, 15, 9, 30, 1, 250_000, tzinfo=SHANGHAI)

rows = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["甲", "%s :a ?", "乙'"]),
        st.booleans(),
        st.integers(-3, 3).map(lambda hours: _LATER + dt.timedelta(hours=hours)),
    ).map(lambda row: dict(zip(_COLUMNS[1:], row, strict=True))),
    max_size=6,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = connect_database(
        tmp_path / "things.db" if request.param == "sqlite" else request.getfixturevalue("new_postgres_url")
    )
    things.create(engine)
    yield engine
    engine.dispose()


def _put(engine: Engine, given: list[dict[str, Any]]) -> None:
    with engine.begin() as connection:
        connection.execute(things.delete())
        _NEW.each(connection, [{"id": place, **row} for place, row in enumerate(given)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(rows, st.sampled_from(["甲", "%s :a ?"]))
def test_rows_come_back_as_sqlalchemy_gives_them(engine: Engine, given: list[dict[str, Any]], name: str) -> None:
    _put(engine, given)
    with engine.connect() as connection:
        for statement, wanted in ((_OF_NAME, {"the_name": name}), (_SINCE, {"since": _LATER})):
            theirs = [tuple(row) for row in connection.execute(statement, wanted)]
            assert Prepared(statement).all(connection, wanted) == theirs
            assert Prepared(statement).first(connection, wanted) == (theirs[0] if theirs else None)
    assert [row[0] for row in theirs] == [n for n, row in enumerate(given) if row["good"] and row["at"] >= _LATER]


def test_a_change_says_how_many_rows_it_touched_and_is_undone_with_its_transaction(engine: Engine) -> None:
    _put(engine, [{"name": None, "good": True, "at": _LATER}])
    worse, everything = Prepared(_WORSE), Prepared(select(things))
    with engine.begin() as connection:
        assert worse.run(connection, {"the_id": 7, "words": "新"}) == 0
        assert worse.run(connection, {"the_id": 0, "words": "新"}) == 1
    with engine.connect() as connection:
        assert everything.all(connection, {}) == [(1000, "新", False, _LATER)]

    def change_in_vain() -> None:
        with engine.begin() as connection:
            assert worse.run(connection, {"the_id": 1000, "words": ""}) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_in_vain()
    with engine.connect() as connection:
        assert everything.first(connection, {}) == (1000, "新", False, _LATER)


def test_errors_are_sqlalchemys_and_carry_nothing_that_was_said(engine: Engine) -> None:
    row = {"id": 1, "name": "甲的话", "good": True, "at": _LATER}
    with engine.begin() as connection:
        _NEW.run(connection, row)
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        _NEW.run(connection, row)
    assert "甲的话" not in str(caught.value)
    assert "things_prepared" in str(caught.value)
    with engine.begin() as connection, pytest.raises(DBAPIError):
        Prepared(text("SELECT nothing FROM nowhere")).all(connection, {})
    with engine.connect() as connection:
        assert len(Prepared(select(things)).all(connection, {})) == 1


def test_what_a_statement_needs_must_be_given(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(KeyError, match="the_name"):
        Prepared(_OF_NAME).all(connection, {})


def test_a_connection_that_broke_is_given_up(new_postgres_url: str) -> None:
    engine = connect_database(new_postgres_url)
    things.create(engine)
    everything = Prepared(select(things))
    with engine.connect() as connection:
        everything.all(connection, {})
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        connection.rollback()
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        with pytest.raises(OperationalError) as caught:
            everything.all(connection, {})
        assert caught.value.connection_invalidated
        assert connection.invalidated
    with engine.connect() as connection:
        assert everything.all(connection, {}) == []
    engine.dispose()
