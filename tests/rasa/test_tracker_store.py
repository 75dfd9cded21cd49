"""Our tracker store beside Rasa's own: the same rows, the same trackers, whichever of them wrote."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import read_endpoint_config
from sqlalchemy import text

from koujing.process import quiet_environment
from koujing.rasa.server import prepare_conversations
from koujing.rasa.tracker_store import ConversationStore
from koujing.settings import ROOT
from koujing.store.database import connect_database
from koujing.store.trackers import Trackers
from tests.store.postgres_server import PostgresServer

REPLY = {"custom": {"reply": {"summary": "能退九成，\ud83d\ude00"}}}


@cache
def _domain() -> Domain:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    prepare_conversations(tmp_path / "conversations.db")
    return tmp_path / "conversations.db"


def _store(kind: type[SQLTrackerStore], path: Path) -> SQLTrackerStore:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(domain=_domain(), dialect="sqlite", db=str(path))


@pytest.fixture
def on_postgres(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that the settings name."""
    url = postgres.create()
    monkeypatch.setenv("KOUJING_DATABASE", url)
    return url


def _session(at: float) -> list[Event]:
    return [ActionExecuted("action_session_start", timestamp=at), SessionStarted(timestamp=at + 1)]


def _turn(at: float, text: str) -> list[Event]:
    parsed = {"intent": {"name": "ask_amount", "confidence": 0.5}, "text": text, "reading": {"persons": [text]}}
    return [
        ActionExecuted("action_listen", timestamp=at),
        UserUttered(text, parse_data=parsed, timestamp=at + 1, metadata={"message_id": text}),
        BotUttered(None, REPLY, timestamp=at + 2),
        SlotSet("memory", {"said": text}, timestamp=at + 3),
    ]


def _save(store: SQLTrackerStore, *turns: Sequence[Event], sender: str = "one") -> None:
    """As Rasa does: what is known is read, what is new added."""

    async def save() -> None:
        tracker = await store.retrieve(sender) or DialogueStateTracker(sender, _domain().slots)
        for each in chain(*turns):
            tracker.update(each, _domain())
        await store.save(tracker)

    asyncio.run(save())


def _read(store: SQLTrackerStore, sender: str = "one", *, everything: bool = False) -> Any:
    found = asyncio.run(store.retrieve_full_tracker(sender) if everything else store.retrieve(sender))
    return None if found is None else ([each.as_dict() for each in found.events], found.current_slot_values())


def _rows(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return _told(database.execute("SELECT * FROM events ORDER BY id"))


def _told(rows: Iterable[Any]) -> list[Any]:
    """Rows with their JSON read: its white space is nobody's."""
    return [(*row[:-1], json.loads(row[-1])) for row in rows]


def test_it_writes_what_rasas_own_writes(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "rasa.db"
    for store in (_store(ConversationStore, path), _store(SQLTrackerStore, other)):
        _save(store, _session(1), _turn(3, "能退多少"))
        _save(store, _turn(10, "怎么办"), _turn(20, "在哪办"))
        _save(store, _session(30), _turn(33, "新的一次"))
        _save(store)
        _save(store, _turn(5, "别人"), sender="two")
    assert _rows(path)
    assert _rows(path) == _rows(other)


@pytest.mark.parametrize("everything", [False, True])
def test_it_reads_what_rasas_own_reads(path: Path, *, everything: bool) -> None:
    ours, theirs = _store(ConversationStore, path), _store(SQLTrackerStore, path)
    for writes in (theirs, ours):
        _save(writes, _turn(1, "还没有开始"))
        assert _read(ours, everything=everything) == _read(theirs, everything=everything)
        _save(writes, _session(10), _turn(12, "能退多少"))
        assert _read(ours, everything=everything) == _read(theirs, everything=everything)
        assert len(_read(ours, everything=True)[0]) > len(_read(ours)[0])


def test_what_was_read_is_not_counted_and_what_was_saved_is(path: Path) -> None:
    store, asked = _store(ConversationStore, path), list[str]()
    _save(store, _session(1), _turn(3, "能退多少"))
    with store.engine.connect() as connection:
        connection.connection.dbapi_connection.set_trace_callback(asked.append)

    async def twice() -> None:
        tracker = await store.retrieve("one")
        for at in (10, 20):
            for each in _turn(at, "怎么办"):
                tracker.update(each, _domain())
            await store.save(tracker)

    asyncio.run(twice())
    named = [statement for statement in asked if "events" in statement]
    many = len(_turn(0, ""))
    assert ["count(" in statement for statement in named] == [False, *[False] * many, True, *[False] * many]
    assert len(_read(store)[0]) == 1 + 3 * len(_turn(0, ""))


def test_a_conversation_that_the_desk_removed_is_gone_at_once(path: Path) -> None:
    store = _store(ConversationStore, path)
    _save(store, _session(1), _turn(3, "能退多少"))
    assert _read(store) is not None
    Trackers(path).remove("one")
    assert _read(store) is None
    assert asyncio.run(store.exists("one")) is False


def test_its_connection_stays_open(path: Path) -> None:
    store = _store(ConversationStore, path)
    _save(store, _turn(1, "能退多少"))
    with store.engine.connect() as connection:
        first = connection.connection.dbapi_connection
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    _save(store, _turn(2, "怎么办"))
    with store.engine.connect() as connection:
        assert connection.connection.dbapi_connection is first


def test_rasa_makes_it_from_the_endpoints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from rasa.core.tracker_store import TrackerStore

    monkeypatch.setenv("KOUJING_DATA", str(tmp_path))
    monkeypatch.setenv("KOUJING_ACTIONS_URL", "http://127.0.0.1:5055")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "tracker_store")
        assert isinstance(TrackerStore.create(endpoint, _domain()), ConversationStore)
    # No action asks for the domain, which therefore need not be sent.
    assert "actions" in (domain := yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))
    assert all(isinstance(action, str) for action in domain["actions"])


def test_on_postgresql_it_writes_and_reads_what_rasas_own_does(
    on_postgres: str, postgres: PostgresServer, path: Path
) -> None:
    ours = _store(ConversationStore, path)
    assert ours.engine.dialect.name == "postgresql"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = SQLTrackerStore(domain=_domain(), host=postgres.create())
    for store in (ours, theirs):
        _save(store, _session(1), _turn(3, "能退多少"))
        _save(store, _turn(10, "怎么办"), _turn(20, "在哪办"))
        _save(store, _session(30), _turn(33, "新的一次"))
        _save(store, _turn(5, "别人"), sender="two")
    found = []
    for store in (ours, theirs):
        with store.engine.connect() as connection:
            found.append(_told(connection.execute(text("SELECT * FROM events ORDER BY id"))))
    assert found[0] == found[1] != []
    for everything in (False, True):
        assert _read(ours, everything=everything) == _read(theirs, everything=everything)
    engine = connect_database(on_postgres)
    Trackers(engine).remove("one")
    assert _read(ours) is None
    assert _read(ours, "two") is not None
    for each in (engine, ours.engine, theirs.engine):
        each.dispose()


def test_several_servers_that_start_at_once_make_the_table_once(on_postgres: str, path: Path) -> None:
    with ThreadPoolExecutor(4) as servers:
        stores = list(servers.map(lambda _: _store(ConversationStore, path), range(4)))
    _save(stores[0], _turn(1, "能退多少"))
    assert all(_read(store) == _read(stores[0]) is not None for store in stores)
    for store in stores:
        store.engine.dispose()


def test_nothing_is_forgotten_while_postgresql_starts_again(
    on_postgres: str, postgres: PostgresServer, path: Path
) -> None:
    store = _store(ConversationStore, path)
    _save(store, _session(1), _turn(3, "能退多少"))
    before = _read(store)
    postgres.stop()
    with ThreadPoolExecutor(1) as thread:
        back = thread.submit(postgres.start)
        _save(store, _turn(10, "怎么办"))
        back.result()
    after = _read(store)
    assert after[0][: len(before[0])] == before[0]
    assert len(after[0]) == len(before[0]) + len(_turn(10, "怎么办"))
    store.engine.dispose()


_SAVES = """
import os, signal, sys
from pathlib import Path
from tests.rasa.test_tracker_store import _save, _session, _store, _turn
from koujing.rasa.tracker_store import ConversationStore
_save(_store(ConversationStore, Path(sys.argv[1])), _session(1), _turn(3, "能退多少"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_saved_outlives_a_process_that_is_killed(path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _SAVES, str(path)], cwd=ROOT, env=quiet_environment(os.environ), check=False
    )
    assert ended.returncode == -signal.SIGKILL
    store = _store(ConversationStore, path)
    assert [each["event"] for each in _read(store)[0]] == ["session_started", "action", "user", "bot", "slot"]
