"""Accounts: made, changed, given passwords, disabled — by the page and by their owners — and all of it in the audit."""

from __future__ import annotations

import pytest

from koujing.desk.console.errors import ConflictError
from koujing.desk.console.people import By, People
from koujing.store.audit import Filter
from tests.desk.console.conftest import PASSWORD, Browser, Console, shown

pytestmark = pytest.mark.anyio

NEW = {"name": "Zhao", "display": "赵某", "office": "失业保险科", "roles": ["operator", "reviewer"]}


async def made(boss: Browser) -> tuple[str, str]:
    """Where the new account is, and its first password."""
    page = shown(await boss.post("/console/staff", NEW))
    path = page.one("form", action="/console/staff/2")["action"]
    return path, page.one("span", class_="secret").text


async def test_a_new_account_changes_its_first_password_before_anything_else(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    path, password = await made(boss)
    assert path == "/console/staff/2"
    assert password not in (await boss.page("/console/staff/2")).text
    browser = console.browser()
    assert (await browser.sign_in("zhao", password)).status_code == 303
    response = await browser.get("/console")
    assert (response.status_code, response.headers["location"]) == (303, "/console/account")
    assert (await browser.get("/console", Accept="*/*")).json()["error"]["code"] == "password_change_needed"
    page = await browser.page("/console/account")
    assert "初始密码" in page.one("div", role="alert").text
    change = {"old": password, "new": "a phrase of my own", "again": "a phrase of my own"}
    response = await browser.post("/console/account/password", change)
    assert (response.status_code, response.headers["location"]) == (303, "/console/account?done=password")
    assert (await browser.page("/console/account?done=password")).one("div", role="status")
    assert (await browser.get("/console")).headers["location"] == "/console/account"
    assert (await console.browser().sign_in("zhao", password)).status_code == 401
    assert (await console.browser().sign_in("zhao", "a phrase of my own")).status_code == 303
    noted = {entry.action: entry for entry in console.parts.audit.find(Filter(object="staff:2"))}
    assert noted["staff_add"].name == "boss"
    assert noted["staff_add"].detail == {"name": "zhao", "roles": ["operator", "reviewer"], "office": "失业保险科"}
    assert noted["own_password"].name == "zhao"


async def test_a_new_password_of_ones_own_ends_all_sessions_but_this(console: Console) -> None:
    here = await console.person("operator", name="wang")
    there = await console.person("operator", name="wang")
    before = here.cookie
    change = {"old": PASSWORD, "new": "another phrase", "again": "another phrase"}
    assert (await here.post("/console/account/password", change)).status_code == 303
    assert here.cookie != before
    assert (await here.get("/console/account")).status_code == 200
    assert (await there.get("/console/account")).status_code == 303
    assert (await console.browser().carry(before or "").get("/console/account")).status_code == 303


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"old": "wrong", "new": "another phrase", "again": "another phrase"}, "现在的密码不对"),
        ({"old": PASSWORD, "new": "another phrase", "again": "another phrasf"}, "不一样"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "和现在的一样"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "至少要 10 个字符"),
        ({"old": PASSWORD, "new": "wang123456", "again": "wang123456"}, "太常见"),
        ({"old": PASSWORD, "new": "0123456789", "again": "0123456789"}, "太常见"),
        ({"old": PASSWORD, "new": "aaaabbbbcccc", "again": "aaaabbbbcccc"}, "太少"),
        ({"old": PASSWORD, "new": "Password12345", "again": "Password12345"}, "太常见"),
        ({"old": ""}, "现在的密码不对"),
    ],
)
async def test_a_bad_new_password_is_told_and_changes_nothing(
    console: Console, change: dict[str, str], told: str
) -> None:
    browser = await console.person("operator", name="wang")
    response = await browser.post("/console/account/password", change)
    assert response.status_code == 422
    assert told in shown(response).one("div", role="alert").text
    assert (await console.browser().sign_in("wang")).status_code == 303


async def test_the_old_password_cannot_be_guessed_from_an_open_screen(console: Console) -> None:
    browser = await console.person("operator", name="wang")
    change = {"old": "wrong", "new": "another phrase", "again": "another phrase"}
    answers = [(await browser.post("/console/account/password", change)).status_code for _ in range(9)]
    assert answers == [422] * 8 + [429]
    assert len(console.parts.audit.find(Filter(action="own_password_failed"))) == 8


async def test_a_chinese_phrase_is_a_password_however_it_is_typed(console: Console) -> None:
    browser = await console.person("operator", name="wang")
    phrase = "今天的雨下得真大啊２０２１"
    change = {"old": PASSWORD, "new": phrase, "again": phrase}
    assert (await browser.post("/console/account/password", change)).status_code == 303
    assert (await console.browser().sign_in("WANG ", "今天的雨下得真大啊2021")).status_code == 303


async def test_other_sessions_are_shown_and_ended(console: Console) -> None:
    here = await console.person("operator", name="wang")
    there = await console.person("operator", name="wang")
    page = await here.page("/console/account")
    assert len(page.all("span", class_="good")) == 1
    assert "结束其他 1 处登录" in page.text
    await here.post("/console/account/end-others")
    assert (await there.get("/console/account")).status_code == 303
    assert (await here.get("/console/account")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"name": "王"}, "name", "小写字母"),
        ({"name": "a"}, "name", "小写字母"),
        ({"name": "demo"}, "name", "演示"),
        ({"name": "boss"}, "name", "已经有了"),
        ({"display": " "}, "display", "1 到 20 个字"),
        ({"display": "长" * 21}, "display", "1 到 20 个字"),
        ({"office": "长" * 31}, "office", "最多 30"),
        ({"roles": ["admin"]}, "roles", "administrator"),
        ({"roles": []}, "roles", "还没有选角色"),
    ],
)
async def test_what_cannot_be_is_told_beside_what_was_typed(
    console: Console, wrong: dict[str, object], field: str, told: str
) -> None:
    boss = await console.person("administrator", name="boss")
    response = await boss.post("/console/staff", {**NEW, **wrong})
    page = shown(response)
    assert response.status_code == 422
    assert told in page.one("div", role="alert").text
    assert page.all("input", name=field, aria_invalid="true")
    assert len(console.parts.staff.all()) == 1


async def test_names_are_shown_as_text(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    await boss.post("/console/staff", {**NEW, "display": "<b>赵</b>"})
    assert "<b>赵</b>" in (await boss.page("/console/staff")).text


async def test_changes_of_roles_are_noted_with_what_was_before(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    await made(boss)
    change = {"display": "赵某", "office": "", "roles": ["analyst"]}
    assert (await boss.post("/console/staff/2", change)).headers["location"] == "/console/staff/2?done=change"
    entry = console.parts.audit.find(Filter(action="staff_change"))[0]
    assert entry.detail == {
        "roles": ["analyst"],
        "roles_before": ["operator", "reviewer"],
        "office": None,
        "name": "zhao",
    }
    # Saved as it was, nothing is noted.
    await boss.post("/console/staff/2", change)
    assert len(console.parts.audit.find(Filter(action="staff_change"))) == 1


async def test_an_account_is_disabled_and_enabled(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    wang = await console.person("operator", name="wang")
    response = await boss.post("/console/staff/2/disable")
    assert response.headers["location"] == "/console/staff/2?done=disable"
    assert (await wang.get("/console/account")).status_code == 303
    assert (await console.browser().sign_in("wang")).status_code == 401
    await boss.post("/console/staff/2/enable")
    assert (await console.browser().sign_in("wang")).status_code == 303


async def test_somebody_can_always_make_accounts(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    for path, form in (
        ("/console/staff/1/disable", {}),
        ("/console/staff/1", {"display": "Boss", "office": "", "roles": ["operator"]}),
    ):
        response = await boss.post(path, form)
        assert response.status_code == 409
        assert shown(response).one("div", role="alert")
    console.account("second", "administrator")
    people = People(console.parts.staff, console.parts.audit, console.parts.passwords)
    people.disable(1, By())
    with pytest.raises(ConflictError):
        people.disable(2, By())
    assert (await boss.get("/console/staff")).status_code == 303


async def test_a_password_given_anew_ends_the_sessions(console: Console) -> None:
    boss = await console.person("administrator", name="boss")
    wang = await console.person("operator", name="wang")
    page = shown(await boss.post("/console/staff/2/password"))
    password = page.one("span", class_="secret").text
    assert (await wang.get("/console/account")).status_code == 303
    assert (await console.browser().sign_in("wang")).status_code == 401
    assert (await console.browser().sign_in("wang", password)).status_code == 303


@pytest.mark.parametrize("id", ["999", "x", "-1", "1e9", "²", "1" * 30])
async def test_an_account_that_is_not_there(console: Console, id: str) -> None:
    boss = await console.person("administrator", name="boss")
    response = await boss.get(f"/console/staff/{id}")
    assert response.status_code == 404
    assert shown(response).one("h1").text == "没有这个账号。"
