"""One person's data: found by any thread that leads to them, told whole, removed whole; the other person stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.keeping.people import People, PersonError
from koujing.desk.web.secret import PhoneCipher
from koujing.store.audit import Audit, Filter
from koujing.store.persons import Persons
from koujing.store.store import Store
from koujing.store.tracker_rows import TrackerRows
from tests.desk.keeping.conftest import PHONE, SECRET, WORDS, Town

OTHER = "13900002222"


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("way", ["wechat", "session", "phone", "ticket", "number", "web"])
def test_every_thread_leads_to_the_whole_person(people: People, town: Town, way: str) -> None:
    kept = town.settle("one")
    town.settle("two", OTHER)
    by = {
        "wechat": "one", "session": kept.session, "phone": "139 0000-1111", "ticket": kept.ticket_code,
        "number": "2021-000001", "web": "one",
    }  # fmt: skip
    found = people.find("ticket" if way == "number" else way, by[way])
    assert found.sessions == {kept.session}
    assert (found.tickets, found.callbacks, found.calls) == ({kept.ticket}, {kept.callback}, {kept.call})
    assert (found.openids, found.queues) == ({kept.openid}, {kept.queue})
    told = json.dumps(people.export(way, found), ensure_ascii=False, default=str)
    assert WORDS + " one" in told
    assert PHONE in told
    assert WORDS + " two" not in told
    assert OTHER not in told


def test_what_is_told_is_readable_and_whole(people: People, town: Town) -> None:
    town.settle("one")
    told = people.export("wechat", people.find("wechat", "one"))
    assert list(told)[:2] == ["说明", "导出时间"]
    assert told["提问与答复"][0]["提问与事实"]["question"] == WORDS + " one"
    assert told["回电请求"][0]["电话"] == told["工单"][0]["电话"] == PHONE
    assert told["公众号收到的消息"][0]["内容"] == WORDS + " one"
    assert told["来电转写"][0]["内容"] == WORDS + " one"
    assert told["对话引擎的记忆"] == [{"event": "user", "text": WORDS + " one"}]
    assert told["评价"][0]["说明"] == WORDS + " one"


def test_nothing_of_a_removed_person_is_left_in_any_file(
    people: People, town: Town, store: Store, engine: Engine, tmp_path: Path
) -> None:
    kept, other = town.settle("one"), town.settle("two", OTHER)
    removed = people.delete("wechat", people.find("wechat", "one"))
    assert removed["提问与答复"] == removed["工单"] == removed["对话引擎的记忆"] == 1
    assert not people.find("wechat", "one")
    assert not people.find("phone", PHONE)
    assert store.receipt(kept.receipt) is None
    assert store.receipt(other.receipt) is not None
    assert people.count(people.find("wechat", "two"))["工单"] == 1
    left = files(tmp_path)
    assert (WORDS + " two").encode() in left
    assert (WORDS + " one").encode() not in left


def test_every_look_is_in_the_audit_without_a_name_or_number(
    people: People, town: Town, engine: Engine, clock: Clock
) -> None:
    town.settle("one")
    found = people.find("phone", PHONE)
    people.export("phone", found)
    people.delete("phone", found)
    entries = Audit(engine, clock).find(Filter(object="person:"))
    assert [entry.action for entry in entries] == ["person_delete", "person_export", "person_search"]
    assert entries[1].detail["tickets"] == 1
    assert entries[0].address == "命令行"
    said = "".join(f"{entry.object}{entry.detail}" for entry in entries)
    assert PHONE not in said
    assert WORDS not in said


def test_what_cannot_be_a_number_is_told(people: People) -> None:
    with pytest.raises(PersonError, match="--phone：电话号码不对"):
        people.find("phone", "12345")
    assert not people.find("ticket", "nothing like it")


def test_numbers_outlive_a_change_of_the_secret(
    town: Town, engine: Engine, clock: Clock, people: People, trackers: TrackerRows
) -> None:
    town.settle("one")
    new = "n" * 32
    lost = People(Persons(engine), trackers, people.audit, clock, PhoneCipher(new), people.tokens, engine, "命令行")
    with pytest.raises(PersonError, match="KOUJING_SECRET_OLD"):
        lost.rekey()
    assert lost.export("wechat", lost.find("wechat", "one"))["工单"][0]["电话"].startswith("（用另一个密钥")
    between = People(
        Persons(engine), trackers, people.audit, clock, PhoneCipher(new, SECRET), people.tokens, engine, "命令行"
    )
    assert between.export("wechat", between.find("wechat", "one"))["工单"][0]["电话"] == PHONE
    assert (between.rekey(), between.rekey()) == (2, 0)
    assert lost.export("wechat", lost.find("wechat", "one"))["工单"][0]["电话"] == PHONE
    assert [e.detail for e in Audit(engine, clock).find(Filter(action="person_rekey"))] == [{"rows": 0}, {"rows": 2}]
