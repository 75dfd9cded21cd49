"""Switching off and on, and announcements, by the page."""

from __future__ import annotations

import datetime as dt

import pytest

from koujing.desk.console.naming import CHANNELS, caliber_names
from koujing.knowledge.base import Knowledge
from koujing.store.audit import Filter
from tests.desk.console.conftest import Console, Time, shown

pytestmark = pytest.mark.anyio

OFF = {"what": "matter:job_retention_refund", "reason": "口径核对中"}


async def test_a_matter_is_switched_off_shown_to_all_and_switched_on(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    operator = await console.person("operator")
    response = await boss.post("/console/switches/off", OFF)
    assert response.headers["location"] == "/console/switches?done=off"
    strip = (await operator.page("/console/account")).one("section", class_="strip")
    assert "已停用 1 项" in strip.text
    assert "口径核对中" in strip.text
    assert console.parts.switches.now().is_off("matter", "job_retention_refund")
    page = await boss.page("/console/switches?done=off")
    assert "Boss" in page.one("table").text
    on = {"what": "matter:job_retention_refund", "reason": "已核对"}
    assert (await boss.post("/console/switches/on", on)).status_code == 303
    assert not console.parts.switches.now().off
    assert (await operator.page("/console/account")).all("section", class_="strip") == []
    assert [entry.detail["reason"] for entry in console.parts.audit.find(Filter(object="matter:"))] == [
        "已核对",
        "口径核对中",
    ]
    # On already: somebody was faster.
    assert (await boss.post("/console/switches/on", on)).status_code == 409


async def test_what_is_switched_off_for_a_time_comes_on_by_itself(console: Console, time: Time) -> None:
    boss = await console.person("administrator", name="boss")
    until = {"until": "2026-11-20T18:00"}
    await boss.post("/console/switches/off", {**OFF, **until})
    assert console.parts.switches.history()[0].until == dt.datetime.fromisoformat("2026-11-20T18:00+08:00")
    assert "到 2026-11-20 18:00 自动恢复" in (await boss.page("/console/switches")).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({**OFF, "reason": " "}, "还没有填原因"),
        ({**OFF, "reason": "长" * 101}, "太长"),
        ({**OFF, "what": ""}, "停用什么"),
        ({**OFF, "what": "matter:none"}, "停用什么"),
        ({**OFF, "what": "everything:matter"}, "停用什么"),
        ({**OFF, "what": "caliber"}, "停用什么"),
        ({**OFF, "until": "2026-11-20T11:00"}, "已经过了"),
        ({**OFF, "until": "tomorrow"}, "时间不对"),
    ],
)
async def test_what_cannot_be_is_told_and_what_was_typed_stays(
    console: Console, form: dict[str, str], told: str
) -> None:
    boss = await console.person("administrator", name="boss")
    response = await boss.post("/console/switches/off", form)
    assert response.status_code == 422
    page = shown(response)
    assert told in page.one("div", role="alert").text
    assert page.one("form", action="/console/switches/off").one("input", name="reason")["value"] == form["reason"]
    assert not console.parts.switches.now().off


async def test_an_announcement_is_shown_while_it_holds(console: Console, time: Time) -> None:
    boss = await console.person("administrator", name="boss")
    form = {"text": "系统维护，<b>18 时</b>后不能办理", "ends": "2026-11-20T18:00"}
    assert (await boss.post("/console/switches/announce", form)).status_code == 303
    strip = (await boss.page("/console/account")).one("section", class_="strip")
    assert "<b>18 时</b>后不能办理 至 2026-11-20 18:00" in strip.text
    assert (await boss.post("/console/switches/withdraw", {"id": "1"})).status_code == 303
    assert (await boss.page("/console/account")).all("section", class_="strip") == []
    assert "已撤回" in (await boss.page("/console/switches")).text
    assert (await boss.post("/console/switches/withdraw", {"id": "1"})).status_code == 404
    assert (await boss.post("/console/switches/withdraw", {"id": "x"})).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"text": "", "ends": "2026-11-20T18:00"},
        {"text": "维护", "ends": ""},
        {"text": "维护", "ends": "2026-11-20T11:00"},
        {"text": "维护", "starts": "2026-11-21T11:00", "ends": "2026-11-21T11:00"},
        {"text": "维护", "ends": "2027-11-20T18:00"},
        {"text": "长" * 121, "ends": "2026-11-20T18:00"},
    ],
)
async def test_an_announcement_that_cannot_be_is_told(console: Console, form: dict[str, str]) -> None:
    boss = await console.person("administrator", name="boss")
    response = await boss.post("/console/switches/announce", form)
    assert response.status_code == 422
    assert shown(response).one("textarea").text == form["text"]
    assert console.parts.switches.announced() == []


async def test_everything_that_speaks_can_be_switched_off(console: Console, knowledge: Knowledge) -> None:
    boss = await console.person("administrator", name="boss")
    page = await boss.page("/console/switches")
    options = {option["value"] for option in page.one("select", name="what").all("option")}
    things = {"channel": CHANNELS, "matter": knowledge.matters, "caliber": caliber_names(knowledge)}
    assert options == {"", *(f"{kind}:{key}" for kind, keys in things.items() for key in keys)}
    assert len(caliber_names(knowledge)) > 50
