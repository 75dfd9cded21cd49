"""Where a person is offered it is told when one is there; and operators see how it stands."""

from __future__ import annotations

import json

import pytest

from tests.desk.console.conftest import Time
from tests.desk.console.talks.conftest import HOME, Desk, handed_off
from tests.desk.web.conftest import say

pytestmark = pytest.mark.anyio


async def test_a_citizen_who_wants_a_person_is_told_when_one_is_there(desk: Desk, time: Time) -> None:
    time.pass_(hours=8)
    visitor = await desk.visitor()
    say(desk.rasa, handed_off())
    await visitor.ask("转人工")
    told = json.dumps(await visitor.events(), ensure_ascii=False)
    assert "现在不在服务时间，11月23日（星期一）9:00起有人值守" in told
    page = await (await desk.operator()).browser.page(HOME)
    assert "不在服务时间" in page.text
