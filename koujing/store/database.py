"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from koujing.postgres import postgres_engine, shown, wait_for
from koujing.settings import Settings
from koujing.store.errors import DatabaseError
from koujing.store.migrating import migrate

__all__ = ["connect_database", "open_database"]

_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON")

Where = Settings | Path | str


def open_database(where: Where) -> Engine:
    """The database of the settings, at the path of a file or at a URL of PostgreSQL; up to date.

    Raises:
        DatabaseError: it cannot be opened, or is newer than this program.
        PostgresError: PostgreSQL cannot be reached.
    """
    engine = connect_database(where)
    try:
        migrate(engine)
        if engine.dialect.name == "sqlite":
            _queue_writers(engine)
    except (OSError, SQLAlchemyError, CommandError) as error:
        engine.dispose()
        raise _cannot(engine, error) from error
    return engine


def connect_database(where: Where) -> Engine:
    """The same as it is, whatever its revision; a file is created where missing.

    Raises:
        DatabaseError, PostgresError: as `open_database`.
    """
    patience = where.start_seconds if isinstance(where, Settings) else 0
    place = (where.database or where.data / "koujing.db") if isinstance(where, Settings) else where
    if isinstance(place, str):
        engine = postgres_engine(place, "koujing desk")
        wait_for(engine, patience)
        return engine
    engine = create_engine(
        f"sqlite:///{place}",
        future=True,
        hide_parameters=True,  # an error must not carry what people said into the log
        poolclass=QueuePool,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _tune)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine.connect().close()
    except (OSError, SQLAlchemyError) as error:
        raise _cannot(engine, error) from error
    return engine


def _cannot(engine: Engine, error: Exception) -> DatabaseError:
    where = engine.url.database if engine.dialect.name == "sqlite" else shown(engine.url)
    return DatabaseError(f"打不开数据库 {where}：{error}")


def _queue_writers(engine: Engine) -> None:
    """One transaction of `begin` at a time, which may write from its start; `connect` is for reading and waits for nobody.

    SQLite has one writer. Who waits inside SQLite asks again and again, may be passed over by luck, and gives up after
    five seconds; and one that read before it writes is refused at once where another wrote in between.
    """
    gate, begin = threading.RLock(), engine.begin

    @contextmanager
    def one_at_a_time() -> Iterator[Connection]:
        with gate, begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    engine.begin = one_at_a_time


def _tune(connection: Any, _record: Any) -> None:
    """Readers beside a writer, no wait for the disk on every message, foreign keys; what is removed is overwritten."""
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
