"""Signing in and out, and what a session is."""

from __future__ import annotations

import time as clock_of_the_machine
from statistics import median

import pytest
from sqlalchemy import select

from koujing.desk.console.demo import settle_demo
from koujing.desk.console.passwords import Passwords, Scrypt
from koujing.store.audit import Filter
from koujing.store.staff import digest
from koujing.store.tables_staff import staff_sessions
from tests.desk.console.conftest import PASSWORD, Console, MakeConsole, Time, shown

pytestmark = pytest.mark.anyio


async def test_signing_in_leads_to_the_page_that_was_wanted(console: Console) -> None:
    console.account("wang", "administrator")
    browser = console.browser()
    response = await browser.get("/console/staff?x=1")
    assert response.status_code == 303
    assert response.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fstaff%3Fx%3D1"
    page = await browser.page(response.headers["location"])
    assert page.one("input", name="next")["value"] == "/console/staff?x=1"
    response = await browser.sign_in("wang", next="/console/staff?x=1")
    assert (response.status_code, response.headers["location"]) == (303, "/console/staff?x=1")
    assert (await browser.page("/console/staff")).one("h1").text == "人员"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example/console", "/\\evil.example", "/console\\..\\evil", "javascript:alert(1)",
        "/consolex", "/", "/console/../chat", "/console\r\nX: 1", "/console/%2e%2e/x@evil\u3002example",
    ],
)  # fmt: skip
async def test_signing_in_never_leads_away(console: Console, wanted: str) -> None:
    console.account("wang")
    response = await console.browser().sign_in("wang", next=wanted)
    assert response.headers["location"] == "/console"


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_the_database(console: Console) -> None:
    console.account("wang")
    browser = console.browser()
    response = await browser.sign_in("wang")
    cookie = response.headers["set-cookie"]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/console", "samesite=lax"}
    assert browser.cookie
    assert len(browser.cookie) >= 43
    with console.parts.engine.connect() as connection:
        kept = connection.execute(select(staff_sessions.c.digest)).scalars().all()
    assert kept == [digest(browser.cookie)]
    assert browser.cookie not in kept


async def test_the_cookie_is_secure_off_loopback_and_behind_tls(make_console: MakeConsole) -> None:
    own = frozenset({"k" * 20})
    outside = make_console(host="0.0.0.0", today=None, api_keys=own)
    outside.account("wang")
    response = await outside.browser("https://kj.example").sign_in("wang")
    assert response.status_code == 303
    assert "; secure" in response.headers["set-cookie"].lower()
    behind = make_console(public_url="https://kj.example")
    response = await behind.browser("https://kj.example").sign_in("wang")
    assert "; secure" in response.headers["set-cookie"].lower()
    assert response.headers["strict-transport-security"]


async def test_no_password_is_taken_in_the_clear_off_loopback(make_console: MakeConsole) -> None:
    outside = make_console(host="0.0.0.0", today=None, api_keys=frozenset({"k" * 20}))
    outside.account("wang")
    browser = outside.browser("http://kj.example", ("10.0.0.5", 4000))
    assert "https://" in (await browser.page("/console/sign-in")).one("div", role="alert").text
    response = await browser.sign_in("wang")
    assert response.status_code == 403
    assert browser.cookie is None


async def test_a_proxy_that_says_https_only_by_origin_is_believed_where_it_is_set(make_console: MakeConsole) -> None:
    outside = make_console(host="0.0.0.0", today=None, api_keys=frozenset({"k" * 20}), public_url="https://kj.example")
    outside.account("wang")
    browser = outside.browser("http://kj.example", ("10.0.0.5", 4000))
    response = await browser.sign_in("wang")
    assert response.status_code == 403
    browser.origin = "https://kj.example"
    response = await browser.sign_in("wang")
    assert response.status_code == 303
    assert "; secure" in response.headers["set-cookie"].lower()


async def test_a_wrong_password_an_unknown_and_a_disabled_account_look_the_same(console: Console) -> None:
    console.account("wang")
    gone = console.account("gone")
    console.parts.staff.disable(gone.id)
    answers = []
    for name, password in (("wang", "wrong password"), ("nobody", PASSWORD), ("gone", PASSWORD), ("gone", "x")):
        browser = console.browser()
        response = await browser.sign_in(name, password)
        page = shown(response)
        answers.append((response.status_code, page.one("div", role="alert").text, browser.cookie))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    noted = console.parts.audit.find(Filter(action="sign_in_failed"))
    assert len(noted) == 4
    # What was typed in place of a name may be a password.
    assert {entry.object for entry in noted} == {"staff:1", "staff:2", "staff:unknown"}
    assert all(not entry.detail for entry in noted)


def test_a_password_is_checked_as_long_where_there_is_no_account() -> None:
    passwords = Passwords(Scrypt(n=2**12, r=8, p=1))
    kept = passwords.hash(PASSWORD)

    def spent(given: str | None) -> float:
        began = clock_of_the_machine.thread_time()
        passwords.check("wrong password", given)
        return clock_of_the_machine.thread_time() - began

    there, nobody = median(spent(kept) for _ in range(9)), median(spent(None) for _ in range(9))
    assert nobody == pytest.approx(there, rel=0.5)
    assert not passwords.check("", None)


async def test_many_wrong_passwords_from_one_place_must_wait(make_console: MakeConsole, time: Time) -> None:
    console = make_console()
    console.account("wang")
    console.account("li")
    browser = console.browser()
    answers = [(await browser.sign_in("wang", "wrong password")).status_code for _ in range(10)]
    assert answers == [401] * 8 + [429] * 2
    response = await browser.sign_in("wang")
    assert response.status_code == 429
    assert 0 < int(response.headers["retry-after"]) <= 300
    assert shown(response).one("div", role="alert")
    # Others are not locked out, nor is this account from elsewhere.
    assert (await browser.sign_in("li")).status_code == 303
    assert (await console.browser(client=("10.0.0.9", 1)).sign_in("wang")).status_code == 303


async def test_many_accounts_from_one_place_must_wait_too(console: Console) -> None:
    browser = console.browser()
    answers = [(await browser.sign_in(f"someone{n}", "wrong password")).status_code for n in range(102)]
    assert answers == [401] * 100 + [429] * 2
    assert (await console.browser(client=("10.0.0.9", 1)).sign_in("someone1", "x")).status_code == 401


async def test_a_shift_that_begins_from_one_address_is_let_in(console: Console) -> None:
    console.account("wang")
    for _ in range(120):
        assert (await console.browser().sign_in("wang")).status_code == 303


async def test_a_session_of_somebody_else_is_never_taken_over(console: Console) -> None:
    """Session fixation: an id that was there before is not used, and does not become anyone's."""
    console.account("wang")
    console.account("li", "administrator")
    planted = "planted-by-a-stranger"
    response = await console.browser().carry(planted).sign_in("wang")
    fresh = response.cookies["koujing_console"]
    assert fresh != planted
    assert (await console.browser().carry(planted).get("/console/account")).status_code == 303
    # Signing in as another ends the session that the browser had.
    old = console.browser().carry(fresh)
    assert (await old.get("/console/account")).status_code == 200
    assert (await console.browser().carry(fresh).sign_in("li")).status_code == 303
    assert (await old.get("/console/account")).status_code == 303


async def test_a_session_ends_unused_and_at_last(console: Console, time: Time) -> None:
    browser = await console.person("operator")
    for _ in range(23):
        time.pass_(minutes=30)
        assert (await browser.get("/console/account")).status_code == 200
    time.pass_(minutes=29)
    assert (await browser.get("/console/account")).status_code == 200
    time.pass_(minutes=2)
    assert (await browser.get("/console/account")).status_code == 303
    other = await console.person("operator")
    time.pass_(minutes=61)
    assert (await other.get("/console/account")).status_code == 303


async def test_what_was_posted_after_the_end_is_told_to_be_lost(console: Console, time: Time) -> None:
    browser = await console.person("operator")
    time.pass_(hours=2)
    response = await browser.post("/console/account/end-others")
    assert response.status_code == 401
    assert "没有保存" in shown(response).text
    answer = await browser.post("/console/account/end-others", Accept="*/*")
    assert answer.json()["error"]["code"] == "signed_out"


async def test_signing_out_ends_the_session_itself(console: Console) -> None:
    browser = await console.person("operator")
    cookie = browser.cookie
    assert cookie
    response = await browser.post("/console/sign-out")
    assert (response.status_code, response.headers["location"]) == (303, "/console/sign-in?out=1")
    assert browser.cookie is None
    assert "已退出" in (await browser.page("/console/sign-in?out=1")).text
    assert (await console.browser().carry(cookie).get("/console/account")).status_code == 303


async def test_a_disabled_account_is_out_at_once(console: Console) -> None:
    browser = await console.person("operator", name="wang")
    wang = console.parts.staff.named("wang")
    assert wang
    console.parts.staff.disable(wang.id)
    assert (await browser.get("/console/account")).status_code == 303
    console.parts.staff.enable(wang.id)
    # Enabled again, the old session stays ended.
    assert (await browser.get("/console/account")).status_code == 303


async def test_roles_taken_away_are_gone_at_the_next_request(console: Console) -> None:
    await console.person("administrator", name="boss")
    browser = await console.person("administrator", "operator", name="wang")
    assert (await browser.get("/console/staff")).status_code == 200
    wang = console.parts.staff.named("wang")
    assert wang
    console.parts.staff.change(wang.id, roles=["operator"])
    assert (await browser.get("/console/staff")).status_code == 403


async def test_a_hash_of_older_parameters_is_made_anew(console: Console) -> None:
    old = Passwords(Scrypt(n=4, r=1, p=1)).hash(PASSWORD)
    console.parts.staff.add("wang", "王", ["operator"], None, old)
    assert (await console.browser().sign_in("wang")).status_code == 303
    kept = console.parts.staff.named("wang")
    assert kept
    assert kept.password.startswith("scrypt$2$1$1$")
    assert (await console.browser().sign_in("wang")).status_code == 303


async def test_the_demonstration_works_on_this_machine_alone(make_console: MakeConsole) -> None:
    console = make_console()
    assert settle_demo(console.parts.settings, console.parts.staff, console.parts.passwords)
    browser = console.browser()
    assert "demo" in (await browser.page("/console/sign-in")).text
    response = await browser.sign_in("demo", "demo")
    assert response.status_code == 303
    cookie = response.cookies["koujing_console"]
    assert (await browser.get("/console/account")).status_code == 200
    # A proxy on this machine speaks for somebody elsewhere; another host name is another's page (DNS rebinding).
    forwarded = {"X-Forwarded-For": "10.0.0.9"}
    assert (await browser.get("/console/account", **forwarded)).status_code == 303
    proxied = console.browser()
    answer = await proxied.post("/console/sign-in", {"name": "demo", "password": "demo"}, **forwarded)
    assert answer.status_code == 401
    rebound = console.browser("http://evil.example")
    assert (await rebound.sign_in("demo", "demo")).status_code == 401
    elsewhere = console.browser(client=("10.0.0.9", 1))
    assert (await elsewhere.sign_in("demo", "demo")).status_code == 401
    # Started for others to reach, it is locked, with all who were in.
    outside = make_console(host="0.0.0.0", today=None, api_keys=frozenset({"k" * 20}))
    assert not settle_demo(outside.parts.settings, outside.parts.staff, outside.parts.passwords)
    assert (await outside.browser("https://localhost").sign_in("demo", "demo")).status_code == 401
    assert (await outside.browser("https://localhost").carry(cookie).get("/console/account")).status_code == 303
    assert (await browser.get("/console/account")).status_code == 303
    again = make_console()
    assert settle_demo(again.parts.settings, again.parts.staff, again.parts.passwords)
    assert (await again.browser().sign_in("demo", "demo")).status_code == 303


async def test_an_own_key_is_no_demonstration(make_console: MakeConsole) -> None:
    console = make_console(api_keys=frozenset({"k" * 20}))
    assert not settle_demo(console.parts.settings, console.parts.staff, console.parts.passwords)
    assert console.parts.staff.named("demo") is None
