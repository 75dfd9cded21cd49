"""Every migration goes forwards and back on both databases, with what was kept before it in place."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from koujing.store.database import open_database
from koujing.store.migrating import current, downgrade, migrate, newest, revisions
from koujing.store.store import Store

CORE = {"sessions", "messages", "receipts", "alembic_version"}
WEBSITE = {"web_events", "feedback", "callbacks"}
DELIVERY = {"wechat_queues", "wechat_messages", "wechat_parts"}

Go = Callable[[str], set[str]]


@pytest.fixture
def postgres_url(new_postgres_url: str) -> str:
    """The tables of this test come and go."""
    return new_postgres_url


@pytest.fixture
def go(engine: Engine) -> Go:
    """Moves the database to a revision."""

    def to(revision: str) -> set[str]:
        back = revision == "base" or revision < (current(engine) or "")
        (downgrade if back else migrate)(engine, revision)
        return {name for name in inspect(engine).get_table_names() if not name.startswith("sqlite_")}

    return to


def test_the_website_comes_and_goes(go: Go, store: Store, session: str, receipt: str) -> None:
    assert go("0001") == CORE
    assert store.receipt(receipt) is not None
    assert go("0002") == CORE | WEBSITE
    assert store.session("web:demo", "name") == session
    assert go("base") == {"alembic_version"}
    assert go("0002") == CORE | WEBSITE


def test_the_delivery_of_wechat_comes_and_goes(go: Go, store: Store, session: str, receipt: str) -> None:
    assert go("0002") == CORE | WEBSITE
    assert go("0003") == CORE | WEBSITE | DELIVERY
    assert store.receipt(receipt) is not None
    assert store.session("web:demo", "name") == session


def test_every_one_goes_back_and_forth_step_by_step(go: Go, engine: Engine, receipt: str, store: Store) -> None:
    steps = [revision for revision, _ in revisions()]
    newest_tables = go("head")
    for revision in reversed(steps[:-1]):
        go(revision)
        assert current(engine) == revision
        assert store.receipt(receipt) is not None
    for revision in steps[1:]:
        go(revision)
    assert current(engine) == newest()
    assert go("head") == newest_tables
    assert store.receipt(receipt) is not None


def test_several_desks_that_start_at_once_make_the_tables_once(where: Path | str) -> None:
    with ThreadPoolExecutor(4) as desks:
        engines = list(desks.map(lambda _: open_database(where), range(4)))
    for engine in engines:
        assert current(engine) == newest()
        engine.dispose()
