"""What is kept long enough is removed; what a ticket needs is not."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.keeping.daily import Daily
from koujing.desk.keeping.people import People
from koujing.desk.keeping.removing import Keeper
from koujing.store.audit import Audit, Filter
from koujing.store.shared import MemoryShared
from koujing.store.store import Store
from tests.desk.keeping.conftest import WORDS, Town, old_enough
from tests.desk.keeping.test_people import files
from tests.store.conftest import Time


def test_each_class_goes_when_its_time_is_over(
    keeper: Keeper, people: People, town: Town, time: Time, store: Store, tmp_path: Path
) -> None:
    kept = town.settle("one")
    assert not any(keeper.run("test").values())
    gone: dict[int, set[str]] = {}
    for day in sorted({each.days for each in keeper.schedule.classes.values()}):
        time.now = old_enough(day)
        before = people.count(people.find("wechat", "one"))
        counted, removed = keeper.run("test", dry=True), keeper.run("test")
        assert counted == {**removed, "audit": counted["audit"]}
        assert people.count(people.find("wechat", "one")) != before or day in (365, 730, 1095, 1825)
        gone[day] = {name for name, count in removed.items() if count} - {"audit", "figures"}
    assert gone[7] == {"wechat"}
    assert gone[30] == {"tracker", "web_events", "callbacks", "transcripts"}
    assert gone[180] == {"conversations"}
    assert gone[365] == {"feedback", "calls"}
    assert gone[730] == {"tickets"}
    assert gone[1095] == {"receipts"}
    assert store.receipt(kept.receipt) is None
    assert WORDS.encode() not in files(tmp_path)


def test_the_receipt_outlives_the_question(
    keeper: Keeper, town: Town, time: Time, store: Store, tmp_path: Path
) -> None:
    kept = town.settle("one")
    public = store.receipt(kept.receipt)
    assert public
    time.now = old_enough(181)
    keeper.run("test")
    assert store.receipt(kept.receipt) == public
    [again] = store.answered(kept.session, "m1", "digest one") or []
    assert (again["text"], again["question"], again["facts"]) == (public["text"], None, {})


def test_what_a_ticket_needs_stays_until_it_is_done(
    keeper: Keeper, people: People, town: Town, time: Time, store: Store
) -> None:
    kept = town.settle("one", state="working")
    time.now = old_enough(4000)
    keeper.run("test")
    assert store.receipt(kept.receipt) is not None
    count = people.count(people.find("wechat", "one"))
    assert count["提问与答复"] == count["工单"] == count["回电请求"] == count["来电"] == count["对话引擎的记忆"] == 1


def test_logs_that_nobody_writes_to_go(keeper: Keeper) -> None:
    old, new = keeper.logs / "old.log", keeper.logs / "new.log"
    old.write_text("x")
    new.write_text("x")
    os.utime(old, (0, (keeper.clock.now() - dt.timedelta(days=181)).timestamp()))
    os.utime(new, (0, keeper.clock.now().timestamp()))
    assert keeper.run("test")["logs"] == 1
    assert not old.exists()
    assert new.exists()


@pytest.mark.anyio
async def test_one_desk_a_day_does_it(keeper: Keeper, engine: Engine, clock: Clock, time: Time) -> None:
    shared = MemoryShared(clock.now)
    desks = [Daily(keeper, shared, clock) for _ in range(2)]
    time.now = dt.datetime(2021, 9, 15, 18, 30, tzinfo=dt.timezone.utc)  # 2:30 in Shanghai
    assert not await desks[0].due()
    time.pass_(hours=1)
    assert [await each.due() for each in desks] == [True, False]
    # A desk that shares nothing sees it in the database.
    assert not await Daily(keeper, MemoryShared(clock.now), clock).due()
    time.pass_(days=1)
    assert await desks[1].due()
    entries = Audit(engine, clock).find(Filter(action="retention_run"))
    assert [entry.object for entry in entries] == ["retention:2021-09-17", "retention:2021-09-16"]
