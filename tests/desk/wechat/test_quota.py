"""The ledger's limits are the platform's, a little earlier; who a follower is stays out of the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from koujing.desk.wechat.quota import LIMITS, Ledger
from koujing.store.database import open_database
from koujing.store.tables import wechat_quota
from tests.desk.wechat.interface import ACCOUNT, OPENID, Time

pytestmark = pytest.mark.anyio


def test_limits() -> None:
    assert {trigger: limit.count for trigger, limit in LIMITS.items()} == {"message": 5, "event": 3}
    assert dt.timedelta(hours=47, minutes=55) < LIMITS["message"].lasts < dt.timedelta(hours=48)
    assert dt.timedelta(seconds=50) < LIMITS["event"].lasts < dt.timedelta(minutes=1)


async def test_the_database_holds_no_openid_and_tells_accounts_apart(tmp_path: Path) -> None:
    time, engine = Time(), open_database(tmp_path / "koujing.db")
    ledgers = [Ledger(engine, appid, time) for appid in (ACCOUNT.appid, "wxanother")]
    await ledgers[0].open(OPENID, "message")
    assert await ledgers[0].reserve(OPENID)
    assert not await ledgers[1].reserve(OPENID)
    await ledgers[1].open(OPENID, "event")
    with engine.connect() as connection:
        rows = connection.execute(select(wechat_quota)).all()
    assert len({row.follower for row in rows}) == 2
    assert OPENID not in str(rows)
    engine.dispose()
