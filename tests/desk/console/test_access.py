"""Who may do what, and from where: the permission matrix, CSRF, and headers on every answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from koujing.desk.console.access import Staff
from koujing.desk.console.headers import HEADERS
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.nav import PAGES
from koujing.desk.console.permissions import PERMISSIONS, ROLES, UnknownPermissionError, role_names
from tests.desk.console.conftest import ORIGIN, PASSWORD, Console, MakeConsole, shown
from tests.desk.console.matrix import wrong_answers

pytestmark = pytest.mark.anyio


async def answer(_request: Request, staff: Staff) -> Response:
    return PlainTextResponse(staff.display)


async def fail(_request: Request, _staff: Staff) -> Response:
    raise RuntimeError("unforeseen")


async def keyed(_request: Request, client: str) -> Response:
    return PlainTextResponse(client)


def others(kit: ConsoleKit, _parts: Any) -> Sequence[BaseRoute]:
    """One route for each permission, as other parts of the console have them."""
    made = [
        kit.route(f"/console/try/{name}", answer, ["GET", "POST", "PUT", "DELETE"], permission=name)
        for name in PERMISSIONS
    ]
    failing = kit.route("/console/fails", fail, permission="console")
    return [*made, failing, kit.key_route("/api/v1/calls/{id}/transcript", keyed)]


@pytest.fixture
def everything(make_console: MakeConsole) -> Console:
    return make_console(others)


async def test_every_route_for_every_role_and_nobody(everything: Console) -> None:
    assert [wrong async for wrong in wrong_answers(everything)] == []
    assert len(everything.kit.registered) > len(PERMISSIONS) + 15


async def test_only_signing_in_is_open_and_only_transcripts_are_by_key(everything: Console) -> None:
    by: dict[str, set[str]] = {one.access: set() for one in everything.kit.registered}
    for one in everything.kit.registered:
        by[one.access].add(one.route.path)
    assert by["open"] == {"/console/sign-in"}
    assert by["key"] == {"/api/v1/calls/{id}/transcript"}


async def test_a_route_without_a_permission_cannot_be_made(console: Console) -> None:
    with pytest.raises(TypeError):
        console.kit.route("/console/x", answer)  # type: ignore[call-arg]
    with pytest.raises(UnknownPermissionError):
        console.kit.route("/console/x", answer, permission="everything")
    with pytest.raises(ValueError, match="names no permission"):
        console.kit.only_registered([Route("/console/x", lambda _: PlainTextResponse(""))])


async def test_the_table_knows_every_role_and_page() -> None:
    assert all(roles and roles <= ROLES.keys() for roles in PERMISSIONS.values())
    assert {page.permission for page in PAGES} <= PERMISSIONS.keys()
    assert len({page.key for page in PAGES}) == len(PAGES)
    assert role_names({"administrator", "operator"}) == "坐席、管理员"


async def test_the_head_shows_what_one_may_open_and_no_more(console: Console) -> None:
    links = {link["href"] for link in (await (await console.person("operator")).page("/console/account")).all("a")}
    assert "/console/staff" not in links
    boss = await console.person("administrator")
    links = {link["href"] for link in (await boss.page("/console/account")).one("nav").all("a")}
    assert links == {"/console/staff", "/console/audit", "/console/switches"}
    assert (await boss.get("/console")).headers["location"] == "/console/switches"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": ORIGIN}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_changes_come_from_pages_of_the_console_alone(
    everything: Console, method: str, headers: dict[str, str], status: int
) -> None:
    browser = await everything.person("operator")
    response = await browser.http.request(method, "/console/try/assist", headers=headers)
    assert response.status_code == status
    if status == 403:
        assert response.json()["error"]["code"] == "cross_site"


async def test_nobody_is_signed_in_by_another_page(console: Console) -> None:
    console.account("wang")
    browser = console.browser()
    form = {"name": "wang", "password": PASSWORD}
    response = await browser.http.post("/console/sign-in", data=form, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert browser.cookie is None


async def test_a_key_opens_no_page_and_a_session_no_key_route(everything: Console) -> None:
    bearer = {"Authorization": "Bearer demo"}
    path = "/api/v1/calls/1/transcript"
    nobody = everything.browser().http
    assert (await nobody.post(path, headers=bearer)).status_code == 200
    assert (await nobody.get("/console/staff", headers=bearer)).status_code == 401
    boss = await everything.person("administrator", "operator")
    response = await boss.http.post(path, headers={"Origin": ORIGIN})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "unauthorized")


async def test_headers_are_on_every_answer(everything: Console) -> None:
    boss, nobody = await everything.person("administrator", name="boss"), everything.browser()
    answers = [
        await boss.get("/console/staff"),
        await boss.get("/console"),
        await boss.get("/console/tickets-that-are-not"),
        await boss.get("/console/staff/999"),
        await boss.get("/console/fails"),
        await boss.get("/console/try/assist"),
        await boss.http.delete("/console/staff", headers={"Origin": ORIGIN}),
        await boss.post("/console/staff", Origin="https://evil.example"),
        await boss.http.post("/console/staff", json={}, headers={"Origin": ORIGIN}),
        await boss.get("/console/static/console.css"),
        await boss.get("/console/static/none.css"),
        await nobody.get("/console/sign-in"),
        await nobody.get("/console/whatever"),
        await nobody.http.post("/api/v1/calls/1/transcript"),
        await nobody.http.get("/api/v1/calls/none"),
    ]
    statuses = [response.status_code for response in answers]
    assert statuses == [200, 303, 404, 404, 500, 403, 405, 403, 415, 200, 404, 200, 303, 401, 404]
    for response in answers:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, response.url
        policy = response.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        kept = "no-cache" if response.url.path.endswith("console.css") else "no-store"
        assert response.headers["cache-control"] == kept, response.url
    versioned = await nobody.get(everything.kit.static("console.css"))
    assert "immutable" in versioned.headers["cache-control"]


async def test_errors_are_pages_for_browsers_and_json_for_scripts(everything: Console) -> None:
    browser = await everything.person("operator")
    page = shown(await browser.get("/console/staff"))
    assert page.one("h1").text == "您的角色不能做这件事。"
    assert "管理员" in page.one("main").text
    error = (await browser.get("/console/staff", Accept="*/*")).json()["error"]
    assert error["code"] == "not_allowed"
    broken = await browser.get("/console/fails")
    assert broken.status_code == 500
    assert shown(broken).one("h1").text == "服务内部出错。"
    assert (await browser.get("/console/fails", Accept="*/*")).json()["error"]["code"] == "internal"
    assert shown(await browser.get("/console/nothing")).one("h1").text == "没有这个页面。"
    wrong = await browser.http.delete("/console/account", headers={"Origin": ORIGIN})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD")
    assert (await browser.get("/console/")).headers["location"] == "/console"


async def test_what_a_page_does_by_itself_keeps_no_session_alive(make_console: MakeConsole, time: Any) -> None:
    def ping(kit: ConsoleKit, _parts: Any) -> Sequence[BaseRoute]:
        return [kit.route("/console/ping", answer, permission="console", background=True)]

    console = make_console(ping)
    browser = await console.person("operator")
    for _ in range(5):
        time.pass_(minutes=11)
        assert (await browser.get("/console/ping")).status_code == 200
    time.pass_(minutes=11)
    assert (await browser.get("/console/ping")).status_code == 303


async def test_a_stream_learns_that_its_session_is_over(make_console: MakeConsole) -> None:
    alive: list[bool] = []

    async def stream(request: Request, staff: Staff) -> Response:
        alive.append(await console.kit.alive(request))
        console.parts.staff.disable(staff.id)
        alive.append(await console.kit.alive(request))
        return PlainTextResponse("")

    console = make_console(lambda kit, _: [kit.route("/console/stream", stream, permission="console")])
    await (await console.person("operator")).get("/console/stream")
    assert alive == [True, False]
