"""Receipts by caliber: found, withdrawn, and told of once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

import koujing.store
from koujing.clock import Clock
from koujing.store.recalls import Recalls, Wrong
from koujing.store.store import Store
from koujing.store.tables import receipts
from tests.store.conftest import REPLY, Time

WRONG = "huludao.unemployment_allowance.amount"
DAY = dt.date(2021, 9, 15)


def said(store: Store, session: str, message: str, version: str = "v1", region: str = "huludao") -> str:
    calibers = [{"id": WRONG, "version": version}, {"id": "huludao.other.who", "version": "v1"}]
    reply = {**REPLY, "calibers": calibers, "region": region, "status": "answered"}
    return str(store.record(session, message, "d", [reply])[0]["receipt"])


@pytest.fixture
def recalls(engine: Engine, clock: Clock) -> Recalls:
    return Recalls(engine, clock)


def test_they_are_found_by_caliber_version_day_and_region(
    store: Store, session: str, receipt: str, recalls: Recalls, time: Time
) -> None:
    first = said(store, session, "m2")
    time.pass_(days=1)
    second = said(store, session, "m3", "v2", "xingcheng")

    def codes(**narrowed: Any) -> list[str]:
        return [one.receipt for one in recalls.find(Wrong(WRONG, **narrowed))]

    assert codes() == [first, second]
    assert codes(version="v2") == [second]
    assert codes(until=DAY) == [first]
    assert codes(since=DAY + dt.timedelta(days=1)) == [second]
    assert codes(regions=frozenset({"xingcheng"})) == [second]
    assert codes(since=DAY, until=DAY, regions=frozenset({"guangzhou"})) == []
    [one] = recalls.find(Wrong(REPLY["calibers"][0]["id"]))
    assert (one.receipt, one.client, one.ticket, one.recalled) == (receipt, "web:demo", None, False)


def test_withdrawing_changes_no_word_and_is_done_once(
    store: Store, session: str, recalls: Recalls, engine: Engine, clock: Clock
) -> None:
    code = said(store, session, "m2")
    with engine.connect() as connection:
        before = connection.execute(select(receipts.c.reply).filter_by(code=code)).scalar()
    assert recalls.withdraw(Wrong(WRONG), "金额写错。", "huludao.x.y", "命令行（u）") == 1
    later = said(store, session, "m3")
    assert recalls.of(code.lower()) is not None
    assert recalls.of(later) is None
    assert recalls.withdraw(Wrong(WRONG), "金额写错。", None, "命令行（u）") == 1
    assert recalls.withdraw(Wrong(WRONG), "金额写错。", None, "命令行（u）") == 0
    with engine.connect() as connection:
        assert connection.execute(select(receipts.c.reply).filter_by(code=code)).scalar() == before
    found = recalls.of(code)
    assert found is not None
    assert (found.note, found.corrected) == ("金额写错。", "huludao.x.y")
    assert set(recalls.many([code, later, "NONE"])) == {code, later}


def test_who_was_told_is_not_told_again(store: Store, session: str, recalls: Recalls, engine: Engine) -> None:
    codes = sorted([said(store, session, "m2"), said(store, session, "m3")])
    recalls.withdraw(Wrong(WRONG), "更正。", None, "u")
    with engine.begin() as connection:
        assert recalls.mark_told(connection, WRONG, codes) == codes
    with engine.begin() as connection:
        assert recalls.mark_told(connection, WRONG, codes) == []
    assert all(one.told_at is not None for one in recalls.find(Wrong(WRONG)))


def test_what_a_conversation_leaves_when_it_is_cleared_is_nothing(
    store: Store, session: str, recalls: Recalls, engine: Engine
) -> None:
    code = said(store, session, "m2")
    recalls.withdraw(Wrong(WRONG), "更正。", None, "u")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM sessions"))
    assert recalls.find(Wrong(WRONG)) == []
    assert recalls.of(code) is None


def test_the_migration_finds_what_was_said_before_it(
    store: Store, session: str, recalls: Recalls, engine: Engine
) -> None:
    code = said(store, session, "m2")
    config = Config()
    config.set_main_option("script_location", str(Path(koujing.store.__file__).parent / "migrations"))
    for move, to in ((command.downgrade, "0014-1"), (command.upgrade, "head")):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            move(config, "-1" if to != "head" else to)
    assert [one.receipt for one in recalls.find(Wrong(WRONG))] == [code]
    with engine.connect() as connection:
        assert json.loads(connection.execute(select(receipts.c.reply).filter_by(code=code)).scalar())["text"]
