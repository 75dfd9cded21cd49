"""When people answer, as citizens are told it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from koujing.clock import SHANGHAI, Clock
from koujing.desk.opening import OpeningHours, opening_words
from koujing.desk.web.sites import Hours, Site
from koujing.store.hours import SetHours
from tests.desk.conftest import blank_reply

WEEK = Hours(frozenset(range(1, 6)), dt.time(9), dt.time(17), "工作日 9:00–17:00")
LATE = Hours(frozenset(range(1, 6)), dt.time(9), dt.time(21), "工作日 9:00–21:00")
SITES = {
    "a": Site("a", "甲", "局", frozenset(), hours=WEEK),
    "b": Site("b", "乙", "局", frozenset(), hours=LATE),
    "c": Site("c", "丙", "局", frozenset()),
}
EVERY_DAY = SetHours(frozenset(range(1, 8)), dt.time(8), dt.time(20), holidays=True, text="每天 8:00–20:00")


def opening(now: str, own: SetHours | None = None, client: str = "web:a") -> OpeningHours:
    at = dt.datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    return OpeningHours(lambda: own, SITES, lambda _session: client, Clock(now=lambda: at), opening_words())


def words(hours: OpeningHours, site: str | None = "a") -> str:
    staffed = hours.now(SITES[site] if site else None)
    assert staffed is not None
    return hours.words(staffed)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2021-09-15 10:00", "现在在服务时间内。"),
        ("2021-09-15 08:00", "不在服务时间，今天9:00起"),
        ("2021-09-15 18:00", "不在服务时间，明天9:00起"),
        ("2021-09-30 18:00", "不在服务时间，10月8日（星期五）9:00起"),  # after the National Day
        ("2021-09-18 10:00", "现在在服务时间内。"),  # a Saturday that is worked
    ],
)
def test_it_is_told_when_people_are_there(now: str, said: str) -> None:
    assert said in words(opening(now))
    assert words(opening(now)).startswith("人工服务时间：工作日 9:00–17:00。")


def test_a_year_whose_holidays_are_not_announced_is_told() -> None:
    assert words(opening("2026-12-31 18:00")).endswith("（2027年的调休未公布，按周一至周五计）")


def test_the_console_s_hours_hold_for_every_site() -> None:
    hours = opening("2021-10-01 10:00", EVERY_DAY)
    for site in ("a", "b", "c", None):
        assert words(hours, site) == "人工服务时间：每天 8:00–20:00。现在在服务时间内。"


def test_without_them_each_site_has_its_own() -> None:
    hours = opening("2021-09-15 18:00")
    assert "现在在服务时间内" in words(hours, "b")
    assert hours.now(SITES["c"]) is None
    assert "9:00–17:00" in words(hours, None)


def test_hours_that_never_come() -> None:
    never = SetHours(frozenset(), dt.time(8), dt.time(9), holidays=False, text="暂停")
    assert words(opening("2021-09-15 10:00", never)) == "人工服务时间：暂停。现在不在服务时间。"


def offered(**handoff: Any) -> dict[str, Any]:
    return blank_reply(
        "handed_off",
        "请拨12333。",
        dt.date(2021, 9, 15),
        handoff={"state": "offered", "ticket": None, "hours": None, **handoff},
    )


@pytest.mark.parametrize(
    ("client", "told"), [("web:a", "17:00"), ("web:b", "21:00"), ("wechat:wx1", "17:00"), ("web:gone", "17:00")]
)
def test_a_reply_that_offers_a_person_tells_it(client: str, told: str) -> None:
    other = blank_reply("smalltalk", "您好。", dt.date(2021, 9, 15))
    replies = opening("2021-09-15 10:00", client=client).in_session("s", [other, offered()])
    assert replies[0] == other
    assert told in replies[1]["handoff"]["hours"]
    assert {**replies[1], "handoff": offered()["handoff"]} == offered()


def test_nothing_is_told_where_nothing_is_known() -> None:
    assert opening("2021-09-15 10:00", client="web:c").in_session("s", [offered()]) == [offered()]
