"""Whether a reply was of use."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.feedback import Feedback
from koujing.store.store import Store
from koujing.store.tables import feedback
from tests.store.conftest import REPLY


@pytest.fixture
def kept(engine: Engine, clock: Clock) -> Feedback:
    return Feedback(engine, clock)


def test_it_is_tied_to_the_calibers_that_were_spoken_and_replaced(
    kept: Feedback, engine: Engine, session: str, receipt: str
) -> None:
    assert kept.keep(session, receipt, useful=False, reason="unclear", note="看不懂")
    assert kept.keep(session, receipt, useful=True, reason=None, note=None)
    with engine.connect() as connection:
        [row] = connection.execute(select(feedback)).all()
    assert (row.useful, row.reason, row.note, row.session_id) == (True, None, None, session)
    assert json.loads(row.calibers) == REPLY["calibers"]
    assert kept.kept(session) == {receipt: True}


def test_only_replies_of_the_session_can_be_judged(kept: Feedback, store: Store, receipt: str) -> None:
    other = store.session("web:demo", "other")
    assert not kept.keep(other, receipt, useful=True, reason=None, note=None)
    assert not kept.keep(other, "0123456789AB", useful=True, reason=None, note=None)
    assert kept.kept(other) == {}
