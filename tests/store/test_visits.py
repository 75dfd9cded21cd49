"""Sessions of the website: found, and removed with everything that was said."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.callbacks import Callbacks
from koujing.store.events import Events
from koujing.store.feedback import Feedback
from koujing.store.store import Store
from koujing.store.tables import callbacks, feedback
from koujing.store.visits import Visits
from tests.store.conftest import NOON, Time


@pytest.fixture
def visits(engine: Engine) -> Visits:
    return Visits(engine)


def test_a_session_is_found_and_never_made(visits: Visits, session: str) -> None:
    seen = visits.find("web:demo", "name")
    assert seen is not None
    assert (seen.session_id, seen.at) == (session, NOON)
    assert visits.find("web:demo", "other") is None
    assert visits.find("web:other", "name") is None


def test_it_was_last_seen_with_its_last_message(
    visits: Visits, engine: Engine, clock: Clock, time: Time, session: str
) -> None:
    events = Events(engine, clock)
    time.pass_(hours=1)
    events.accept(session, "m1", "digest", {})
    said = time.now
    time.pass_(hours=1)
    events.notice(session, "a notice is no message")
    seen = visits.find("web:demo", "name")
    assert seen is not None
    assert seen.at == said


def test_a_cleared_conversation_leaves_no_word_behind(
    visits: Visits, engine: Engine, clock: Clock, store: Store, session: str, receipt: str, tmp_path: Path
) -> None:
    events = Events(engine, clock)
    events.accept(session, "m1", "digest", {"text": "我的情况很特别", "says": "我的情况很特别"})
    events.answer(session, "m1", [receipt])
    Feedback(engine, clock).keep(session, receipt, useful=False, reason="wrong", note="不是我问的")
    Callbacks(engine, clock).keep(session, "demo", b"encrypted", note="下午方便", day_part="any")
    visits.remove(session)
    assert visits.find("web:demo", "name") is None
    assert store.receipt(receipt) is None
    with engine.connect() as connection:
        [counted] = connection.execute(select(feedback)).all()
        [wish] = connection.execute(select(callbacks)).all()
    assert (counted.session_id, counted.receipt, counted.note) == (None, None, None)
    assert (counted.useful, counted.reason, "1a2b" in counted.calibers) == (False, "wrong", True)
    assert (wish.session_id, wish.phone) == (None, b"encrypted")
    engine.dispose()
    if engine.dialect.name == "postgresql":
        # What it removed it overwrites when it cleans up; no row is left to read.
        return
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("koujing.db*"))
    assert kept
    assert "我的情况很特别".encode() not in kept
    assert "不是我问的".encode() not in kept
    assert "公司28个人能领吗".encode() not in kept


def test_other_conversations_stay(visits: Visits, store: Store, session: str, receipt: str) -> None:
    store.session("web:demo", "other")
    visits.remove(store.session("web:demo", "other"))
    assert visits.find("web:demo", "name") is not None
    assert store.receipt(receipt) is not None
