"""The store, on a real SQLite file."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.settings import ROOT
from koujing.store.database import migrate, open_database
from koujing.store.errors import DatabaseError, MessageReusedError
from koujing.store.store import Store
from koujing.store.tables import metadata

NOON = dt.datetime(2021, 9, 15, 4, tzinfo=dt.timezone.utc)
REPLY = {
    "text": "可以申领。",
    "question": "公司28个人能领吗",
    "reasons": [{"condition": "30人以下", "value": "28", "holds": True}],
    "facts": {"insured_count": {"value": "28"}},
    "receipt": None,
}


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine, Clock(now=lambda: NOON))


def test_a_session_is_the_same_for_the_same_client_and_name_only(store: Store) -> None:
    session = store.session("client", "call-1")
    assert store.session("client", "call-1") == session
    assert len({session, store.session("client", "call-2"), store.session("other", "call-1")}) == 3


def test_the_name_that_a_client_gives_is_not_kept(store: Store, engine: Engine) -> None:
    store.session("client", "13812345678")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sessions").all()
    assert "13812345678" not in str(rows)


def test_a_message_keeps_its_first_replies_byte_for_byte(store: Store) -> None:
    session = store.session("client", "s")
    assert store.answered(session, "m1", "digest") is None
    first = store.record(session, "m1", "digest", [REPLY, {**REPLY, "text": "第二问。"}])
    again = store.answered(session, "m1", "digest")
    assert json.dumps(again) == json.dumps(first)
    assert json.dumps(store.record(session, "m1", "digest", [{**REPLY, "text": "别的"}])) == json.dumps(first)
    assert [{**reply, "receipt": None} for reply in first] == [REPLY, {**REPLY, "text": "第二问。"}]


def test_a_message_id_serves_one_message(store: Store) -> None:
    session = store.session("client", "s")
    store.record(session, "m1", "digest", [REPLY])
    with pytest.raises(MessageReusedError):
        store.answered(session, "m1", "another digest")
    assert store.answered(store.session("client", "other"), "m1", "another digest") is None


def test_the_public_view_of_a_receipt_is_without_facts(store: Store) -> None:
    [reply] = store.record(store.session("client", "s"), "m1", "digest", [REPLY])
    public = store.receipt(reply["receipt"])
    assert public is not None
    assert list(public) == list(reply)
    assert public["text"] == reply["text"]
    assert (public["facts"], public["question"], public["reasons"][0]["value"]) == ({}, None, None)


def test_a_receipt_may_be_typed_as_people_do(engine: Engine) -> None:
    store = Store(engine, Clock(now=lambda: NOON), new_code=lambda: "0123456789AB")
    store.record(store.session("client", "s"), "m1", "digest", [REPLY])
    assert store.receipt("o1-23 456789 ab") is not None
    assert store.receipt("0123456789AC") is None
    assert store.receipt("' OR 1=1 --") is None


def test_receipts_are_long_and_never_the_same(store: Store) -> None:
    session = store.session("client", "s")
    codes = [store.record(session, str(n), "d", [REPLY])[0]["receipt"] for n in range(50)]
    assert len(set(codes)) == 50
    assert {len(code) for code in codes} == {12}


def test_a_code_that_is_taken_is_an_error_and_leaves_nothing_behind(engine: Engine) -> None:
    store = Store(engine, Clock(now=lambda: NOON), new_code=lambda: "0123456789AB")
    session = store.session("client", "s")
    store.record(session, "m1", "d", [REPLY])
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.record(session, "m2", "d", [REPLY])
    assert store.answered(session, "m2", "d") is None


def test_many_threads_at_once(store: Store) -> None:
    numbers = itertools.count()

    def one(_: int) -> str:
        session = store.session("client", "s")
        store.record(session, str(next(numbers)), "d", [REPLY])
        return session

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(100)))) == 1


def test_everything_survives_a_restart(where: Path | str) -> None:
    first = open_database(where)
    store = Store(first, Clock(now=lambda: NOON))
    [reply] = store.record(store.session("client", "s"), "m1", "d", [REPLY])
    first.dispose()
    second = open_database(where)
    assert Store(second, Clock()).answered(store.session("client", "s"), "m1", "d") == [reply]
    second.dispose()
    first.dispose()


def test_the_migrations_make_the_tables_and_can_run_again(engine: Engine) -> None:
    migrate(engine)
    for path in (ROOT / "koujing" / "store").glob("tables*.py"):
        import_module(f"koujing.store.{path.stem}")
    # SQLite keeps the numbers of its own counters in a table.
    ours = {"include_name": lambda name, _kind, _parents: name != "sqlite_sequence"}
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=ours), metadata)
    # The comments stand in the code alone.
    assert [each for each in found if not (isinstance(each, list) and each[0][0] == "modify_comment")] == []


def test_a_database_that_cannot_be_used_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "not.db").write_text("this is no database, and never was one, however long one looks at it")
    with pytest.raises(DatabaseError, match=r"not\.db"):
        open_database(tmp_path / "not.db")


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "koujing.db"
    open_database(path).dispose()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(DatabaseError, match="9999"):
        open_database(path)
