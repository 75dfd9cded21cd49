"""The commands on a PostgreSQL that the desk and Rasa share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from koujing.cli import program
from koujing.store.audit import Audit, Filter
from koujing.store.store import Store
from koujing.store.tracker_rows import TrackerRows
from tests.desk.keeping.conftest import PHONE, SECRET, WORDS, Town, events_of_rasa
from tests.store.conftest import Time
from tests.store.postgres_server import PostgresServer


@pytest.fixture
def where(postgres: PostgresServer) -> str:
    return postgres.create("ready")


@pytest.fixture
def trackers(engine: Engine) -> TrackerRows:
    events_of_rasa.create(engine)
    return TrackerRows(engine)


@pytest.fixture(autouse=True)
def _settings(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KOUJING_DATABASE", where)
    monkeypatch.setenv("KOUJING_SECRET", SECRET)
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path))


def run(*words: str) -> str:
    done = CliRunner().invoke(program, words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def tables_with(engine: Engine, words: str) -> set[str]:
    """The tables that hold these words in any column of any row."""
    with engine.connect() as connection:
        return {
            table
            for table in inspect(engine).get_table_names()
            if connection.execute(
                text(f'SELECT count(*) FROM "{table}" AS t WHERE CAST(t AS text) LIKE :words'), {"words": f"%{words}%"}
            ).scalar_one()
        }


def test_a_person_is_told_and_removed_whole(town: Town, engine: Engine, tmp_path: Path) -> None:
    kept = town.settle("one")
    town.settle("two", "13900002222")
    before = tables_with(engine, WORDS + " two")
    assert {"receipts", "events", "tickets", "calls", "web_events", "talk_lines"} <= before
    assert tables_with(engine, WORDS + " one") == before
    run("person", "export", "--phone", PHONE, "-o", str(tmp_path / "told.json"))
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["工单"][0]["电话"] == told["回电请求"][0]["电话"] == PHONE
    assert told["对话引擎的记忆"] == [{"event": "user", "text": WORDS + " one"}]
    assert WORDS + " two" not in json.dumps(told, ensure_ascii=False)
    assert "已删 工单\t1 条" in run("person", "delete", "--session", kept.session, "--yes")
    assert tables_with(engine, WORDS + " one") == set()
    assert tables_with(engine, WORDS + " two") == before


def test_what_was_kept_long_enough_goes(town: Town, engine: Engine, store: Store, time: Time) -> None:
    old = town.settle("old")
    owed = town.settle("owed", state="working")
    assert "对话" in run("retention", "run", "--dry-run")
    assert store.receipt(old.receipt) is not None
    # The commands' clock is the machine's: all of it is years old.
    said = run("retention", "run")
    assert "已删 1 条" in said
    assert store.receipt(old.receipt) is None
    assert store.receipt(owed.receipt) is not None
    assert tables_with(engine, WORDS + " old") == set()
    assert {"receipts", "events", "tickets", "calls"} <= tables_with(engine, WORDS + " owed")
    [noted] = Audit(engine, town.clock).find(Filter(action="retention_run"))
    assert noted.detail["removed"]["tickets"] == 1
