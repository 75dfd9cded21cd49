"""What Rasa remembers of a conversation can be removed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from koujing.store.trackers import Trackers


def test_one_conversation_is_removed_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)")
        database.executemany("INSERT INTO events (sender_id, data) VALUES (?, ?)", [("a", "1"), ("a", "2"), ("b", "3")])
    Trackers(path).remove("a")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT sender_id FROM events").fetchall() == [("b",)]


def test_there_may_be_nothing_to_remove(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    Trackers(path).remove("a")
    assert not path.exists()
    sqlite3.connect(path).close()
    Trackers(path).remove("a")
