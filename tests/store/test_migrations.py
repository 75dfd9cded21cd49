"""Every migration goes forwards and back, with what was kept before it in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import Engine

import koujing.store
from koujing.store.store import Store

CORE = {"sessions", "messages", "receipts", "alembic_version"}
WEBSITE = {"web_events", "feedback", "callbacks"}
DELIVERY = {"wechat_queues", "wechat_messages", "wechat_parts"}


@pytest.fixture
def go(engine: Engine) -> object:
    """Moves the database to a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(koujing.store.__file__).parent / "migrations"))

    def to(revision: str) -> set[str]:
        with engine.begin() as connection:
            now = MigrationContext.configure(connection).get_current_revision() or ""
            move = command.downgrade if revision == "base" or revision < now else command.upgrade
            config.attributes["connection"] = connection
            move(config, revision)
        return {name for name in inspect(engine).get_table_names() if not name.startswith("sqlite_")}

    return to


def test_the_website_comes_and_goes(go: object, store: Store, session: str, receipt: str) -> None:
    assert callable(go)
    assert go("0001") == CORE
    assert store.receipt(receipt) is not None
    assert go("0002") == CORE | WEBSITE
    assert store.session("web:demo", "name") == session
    assert go("base") == {"alembic_version"}
    assert go("0002") == CORE | WEBSITE


def test_the_delivery_of_wechat_comes_and_goes(go: object, store: Store, session: str, receipt: str) -> None:
    assert callable(go)
    assert go("0002") == CORE | WEBSITE
    assert go("0003") == CORE | WEBSITE | DELIVERY
    assert store.receipt(receipt) is not None
    assert store.session("web:demo", "name") == session
