"""The page of the office hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from koujing.desk.console.hours_pages import hours_routes
from koujing.store.audit import Filter
from tests.desk.console.conftest import Browser, Console, MakeConsole, Time, shown
from tests.desk.console.matrix import wrong_answers

pytestmark = pytest.mark.anyio

PAGE = "/console/hours"
WEEKEND = {"days": ["6", "7"], "begin": "10:00", "end": "16:00", "text": "", "reason": "周末试行"}


@pytest.fixture
def console(make_console: MakeConsole) -> Console:
    return make_console(lambda kit, _parts: hours_routes(kit))


async def change(person: Browser, **given: Any) -> Any:
    return await person.post(PAGE, {**WEEKEND, **given})


async def test_what_holds_is_shown_with_the_days_ahead(console: Console) -> None:
    page = await (await console.person("administrator")).page(PAGE)
    for words in ("服务时间内", "工作日 9:00–17:00", "按网站设置", "今后三周", "现在在服务时间内"):
        assert words in page.text, words
    assert len(page.one("ol", class_="ahead").all("li")) == 21
    assert "未公布" not in page.text


async def test_days_beyond_the_calendar_are_said_to_be_unsure(console: Console, time: Time) -> None:
    person = await console.person("administrator")
    time.now = dt.datetime(2026, 12, 25, 4, tzinfo=dt.timezone.utc)
    person = await console.person("administrator")
    page = await person.page(PAGE)
    assert "2027年的调休未公布，按周一至周五计" in page.text


async def test_a_change_holds_and_is_kept_with_its_reason(console: Console) -> None:
    person = await console.person("administrator")
    response = await change(person)
    assert (response.status_code, response.headers["location"]) == (303, f"{PAGE}?done=changed")
    page = await person.page(PAGE)
    assert "星期六、星期日 10:00–16:00" in page.text
    assert "11月21日（星期六）10:00起有人值守" in page.text.replace("明天10:00", "11月21日（星期六）10:00")
    assert "周末试行" in page.text
    [entry] = console.parts.audit.find(Filter(action="hours_change"), limit=5)
    assert entry.detail["reason"] == "周末试行"


async def test_it_goes_back_to_the_sites_file(console: Console) -> None:
    person = await console.person("administrator")
    await change(person)
    assert (await person.post(f"{PAGE}/default", {"reason": "结束试行"})).status_code == 303
    page = await person.page(PAGE)
    assert "按网站设置" in page.text
    assert "恢复为网站设置，结束试行" in page.text
    again = await person.post(f"{PAGE}/default", {"reason": "再点"})
    assert again.status_code == 409
    shown(again)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"days": []}, "还没有选星期几"), ({"begin": "9点"}, "开始时刻“9点”不对"), ({"end": "25:00"}, "结束时刻“25:00”不对"),
        ({"end": "10:00"}, "结束时刻不晚于开始时刻"), ({"reason": " "}, "还没有填原因"), ({"text": "字" * 41}, "太长"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_told_and_the_form_is_kept(
    console: Console, given: dict[str, Any], message: str
) -> None:
    person = await console.person("administrator")
    response = await change(person, **given)
    assert response.status_code == 422
    page = shown(response)
    assert message in page.text
    assert console.parts.hours.now() is None
    if "begin" not in given:
        assert page.one("input", id="begin")["value"] == "10:00"


async def test_a_hotline_may_work_on_holidays(console: Console) -> None:
    person = await console.person("administrator")
    await change(person, days=list("1234567"), holidays="1")
    assert "每天 10:00–16:00（节假日照常）" in (await person.page(PAGE)).text


async def test_only_administrators_set_them(console: Console) -> None:
    assert [wrong async for wrong in wrong_answers(console)] == []
