"""Opens the database and brings its tables up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from koujing.store.errors import DatabaseError

__all__ = ["migrate", "open_database"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000")


def open_database(path: Path) -> Engine:
    """The SQLite database at `path`, created where missing and up to date.

    Raises:
        DatabaseError: it cannot be opened, or is newer than this program.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(
            f"sqlite:///{path}",
            future=True,
            hide_parameters=True,  # an error must not carry what people said into the log
            poolclass=QueuePool,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _tune)
        migrate(engine)
        _queue_writers(engine)
    except (OSError, SQLAlchemyError, CommandError) as error:
        raise DatabaseError(f"打不开数据库 {path}：{error}") from error
    return engine


def migrate(engine: Engine) -> None:
    """Run the migrations that the database still lacks."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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
