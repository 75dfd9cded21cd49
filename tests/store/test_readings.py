"""Doubtful readings are kept beside the conversation, and go with it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.store.readings import Readings
from koujing.store.store import Store


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT message_id, share, topics FROM readings").all()


def test_only_what_is_doubtful_is_kept_and_once(store: Store, session: str, engine: Engine) -> None:
    topics = [["a", 0.31234], ["b", 0.3], ["c", 0.2], ["d", 0.1]]
    assert store.readings.keep(session, "m1", {"share": 0.31234, "topics": topics})
    assert not store.readings.keep(session, "m1", {"share": 0.1, "topics": topics})
    assert not store.readings.keep(session, "m2", {"share": 0.6, "topics": topics})
    assert not store.readings.keep("nobody", "m3", {"share": 0.1, "topics": topics})
    assert rows(engine) == [("m1", 31, '[["a", 0.312], ["b", 0.3], ["c", 0.2]]')]
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")
    assert rows(engine) == []


@pytest.mark.parametrize(
    "reading",
    [{}, {"share": None, "topics": []}, {"share": True, "topics": []}, {"share": 0.1}, {"share": "0.1", "topics": []},
     {"share": -1, "topics": []}, {"share": 0.1, "topics": "x"}],
)  # fmt: skip
def test_what_is_no_reading_is_let_go(store: Store, session: str, reading: Any) -> None:
    assert not store.readings.keep(session, "m1", reading)


def test_topics_that_are_none_are_left_out(store: Store, session: str, engine: Engine) -> None:
    assert store.readings.keep(session, "m1", {"share": 0.1, "topics": [["a"], "b", ["c", "d"], ["e", 0.1]]})
    assert rows(engine) == [("m1", 10, '[["e", 0.1]]')]


def test_the_store_has_them(store: Store) -> None:
    assert isinstance(store.readings, Readings)
