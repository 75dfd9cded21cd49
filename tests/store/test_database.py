"""The database as the desk's threads and processes share it."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine

from koujing.store.database import open_database
from koujing.store.tables import sessions

NOW = dt.datetime(2021, 9, 15, tzinfo=dt.timezone.utc)


def test_writers_of_two_processes_that_read_first_all_get_through(tmp_path: Path) -> None:
    """Each counts before it adds: without its turn from the start, SQLite would refuse most of them."""
    engines = [open_database(tmp_path / "koujing.db") for _ in range(2)]
    together = threading.Barrier(16)

    def add(n: int) -> None:
        together.wait()
        for m in range(5):
            with engines[n % 2].begin() as connection:
                count = connection.execute(select(func.count()).select_from(sessions)).scalar_one()
                row = {"id": str(count), "client": "c", "name": f"{n}.{m}", "created_at": NOW}
                connection.execute(insert(sessions).values(row))

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(add, range(16)))
    with engines[0].connect() as connection:
        assert sorted(map(int, connection.execute(select(sessions.c.id)).scalars())) == list(range(80))
    for engine in engines:
        engine.dispose()


def test_a_reader_waits_for_no_writer(engine: Engine) -> None:
    def count() -> int:
        with engine.connect() as reading:
            return int(reading.execute(select(func.count()).select_from(sessions)).scalar_one())

    with engine.begin() as writing:
        row = {"id": "1", "client": "c", "name": "n", "created_at": NOW}
        writing.execute(insert(sessions).values(row))
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(count).result(timeout=5) == 0
