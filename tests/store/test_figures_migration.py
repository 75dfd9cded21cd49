"""Receipts of before are counted as those of today."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.feedback import Feedback
from koujing.store.migrating import downgrade, migrate
from koujing.store.store import Store
from koujing.store.tables_figures import turn_clauses, turns
from tests.store.conftest import REPLY, Time


def test_figures_are_filled_from_what_is_kept(store: Store, engine: Engine, clock: Clock, time: Time) -> None:
    said = [
        ("web:demo", "a", "clarifying", "哪年？"), ("web:demo", "a", "determined", "可以。"), ("web:demo", "a", "answered", "六成。"),
        ("web:demo", "a", "determined", "可以。"), ("console", "b", "answered", "六成。"), ("wechat:wx", "c", "refused", "不行。"),
    ]  # fmt: skip
    codes = []
    for n, (client, name, status, words) in enumerate(said):
        time.pass_(minutes=7)
        more: dict[str, Any] = {"status": status, "text": words, "matter": "m", "citations": [{"clause": "a:1"}]}
        codes += store.record(store.session(client, name), f"m{n}", "d", [{**REPLY, **more}])
    Feedback(engine, clock).keep(
        store.session("web:demo", "a"), codes[2]["receipt"], useful=False, reason=None, note=None
    )
    before = kept(engine)
    assert [row["outcome"] for row in before] == ["none", "repeated", "disliked", "settled", "settled", "abstained"]
    downgrade(engine, "0010")
    migrate(engine)
    assert kept(engine) == before
    with engine.connect() as connection:
        assert len(connection.execute(select(turn_clauses)).all()) == 6
        assert connection.execute(text("SELECT MAX(version_num) FROM alembic_version")).scalar() >= "0011"


@pytest.fixture
def postgres_url(new_postgres_url: str) -> str:
    """The tables of this test come and go."""
    return new_postgres_url


def kept(engine: Engine) -> list[dict[str, Any]]:
    """The rows, but for the time that an answer took."""
    with engine.connect() as connection:
        return [{**row, "took": None} for row in connection.execute(select(turns).order_by(turns.c.id)).mappings()]
