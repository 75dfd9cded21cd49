"""Sessions: begun by the server, bound to a site, over after a day without a word, and cleared."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette

from koujing.desk.web.tokens import Session
from tests.desk.conftest import FakeRasa
from tests.desk.web.conftest import DESK, Time, Visitor, browse, error

pytestmark = pytest.mark.anyio

SITES = """sites:
  demo: {title: 咨询, bureau: 示范局, origins: [self, "https://a.example"], region: huludao}
  other:
    {title: 另一个, bureau: 另一局, origins: ["https://b.example"], notices: [{text: 旧, until: 2021-09-14}, {text: 新}]}
"""

MakeDesk = Callable[..., Starlette]


@pytest.fixture
def two_sites(tmp_path: Path) -> Path:
    path = tmp_path / "two.yml"
    path.write_text(SITES, encoding="utf-8")
    return path


async def test_a_session_comes_with_what_a_screen_shows(visitor: Visitor) -> None:
    opened = visitor.opened
    assert opened["cursor"] == 0
    assert opened["site"]["title"] == "就业政策咨询"
    assert opened["site"]["region"] is None
    assert opened["date"] == {"on": "2021-09-15", "demo": True, "text": "演示日期 2021年9月15日"}
    assert opened["limits"] == {"message_length": 1000, "per_minute": 20}
    assert "以官方文件为准" in opened["disclaimer"]
    assert opened["reach"].startswith("本库收录至")
    assert opened["open_hours"] is True  # noon of a Friday
    assert await visitor.events() == []


async def test_the_site_gives_its_region_and_the_page_may_choose_another(web_app: MakeDesk, two_sites: Path) -> None:
    visitor = browse(web_app(sites=two_sites))
    assert (await visitor.open()).opened["site"]["region_name"] == "葫芦岛市"
    assert (await visitor.open(region="guangzhou")).opened["site"]["region"] == "guangzhou"
    visitor.headers = {"Origin": "https://b.example"}
    opened = (await visitor.open(site="other")).opened
    assert (opened["site"]["region"], opened["site"]["notices"], opened["open_hours"]) == (None, ["新"], False)


async def test_the_region_travels_with_every_message(web_app: MakeDesk, two_sites: Path, rasa: FakeRasa) -> None:
    visitor = await browse(web_app(sites=two_sites)).open(region="guangzhou")
    await visitor.ask("失业补助金怎么领")
    assert rasa.received[0]["metadata"]["region"] == "guangzhou"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "missing_site")),
        ({"site": 5}, (400, "missing_site")),
        ([], (400, "invalid_body")),
        ({"site": "demo", "region": "atlantis"}, (400, "unknown_region")),
        ({"site": "demo", "name": "x"}, (400, "unknown_field")),
        ({"site": "nowhere"}, (404, "unknown_site")),
    ],
)
async def test_a_session_that_cannot_be(visitor: Visitor, body: object, expected: tuple[int, str]) -> None:
    assert error(await visitor.request("POST", "session", json=body)) == expected


@pytest.mark.parametrize("token", ["", "v1", "v1.e30.x", "demo", "v1." + "a" * 5000])
async def test_a_token_that_is_none(visitor: Visitor, token: str) -> None:
    visitor.token = token
    response = await visitor.request("GET", "events")
    assert error(response) == (401, "invalid_session")
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_changed_token_is_refused(visitor: Visitor) -> None:
    whole = visitor.token
    for place in range(0, len(whole), 7):
        visitor.token = whole[:place] + ("A" if whole[place] != "A" else "B") + whole[place + 1 :]
        assert error(await visitor.request("GET", "events")) == (401, "invalid_session")


async def test_a_token_is_good_for_its_own_site_only(web_app: MakeDesk, two_sites: Path) -> None:
    visitor = await browse(web_app(sites=two_sites)).open()
    visitor.headers = {"Origin": "https://a.example"}
    assert (await visitor.send("问")).status_code == 202
    visitor.headers = {"Origin": "https://b.example"}
    for response in (await visitor.send("问"), await visitor.request("GET", "events")):
        assert error(response) == (403, "wrong_site")
    assert error(await visitor.request("POST", "session", json={"site": "demo"})) == (403, "wrong_site")


async def test_a_token_of_a_site_that_is_no_longer_there(web_app: MakeDesk, two_sites: Path) -> None:
    visitor = browse(web_app(sites=two_sites))
    visitor.headers = {"Origin": "https://b.example"}
    await visitor.open(site="other")
    later = browse(web_app())
    later.token = visitor.token
    assert error(await later.request("GET", "events")) == (401, "invalid_session")


async def test_a_signed_token_of_no_session_is_over(web_app: MakeDesk) -> None:
    app = web_app()
    visitor = browse(app)
    visitor.token = app.state.website._parts.tokens.issue(Session("f" * 32, 0, "demo", None))
    assert error(await visitor.request("GET", "events")) == (401, "session_expired")


async def test_a_session_ends_after_a_day_without_a_message(visitor: Visitor, time: Time) -> None:
    time.pass_(hours=23)
    await visitor.ask("问")
    time.pass_(hours=24)
    assert len(await visitor.events()) == 2
    time.pass_(seconds=1)
    assert error(await visitor.request("GET", "events")) == (401, "session_expired")
    assert error(await visitor.send("再问")) == (401, "session_expired")


async def test_a_cleared_conversation_is_gone_for_every_tab(
    visitor: Visitor, web_app: MakeDesk, tmp_path: Path
) -> None:
    await visitor.ask("我的情况很特别")
    [_, reply] = await visitor.events()
    response = await visitor.request("DELETE", "session")
    assert (response.status_code, response.content) == (204, b"")
    for method, path in [("GET", "events"), ("GET", "transcript"), ("DELETE", "session")]:
        assert error(await visitor.request(method, path)) == (401, "session_expired")
    assert error(await visitor.send("还在吗")) == (401, "session_expired")
    receipt = await visitor.http.get(f"/api/v1/receipts/{reply['view']['receipt']}")
    assert receipt.status_code == 404
    with sqlite3.connect(tmp_path / "koujing.db") as database:
        assert database.execute("SELECT COUNT(*) FROM web_events").fetchone() == (0,)
    database.close()


async def test_a_session_lives_through_a_restart(visitor: Visitor, web_app: MakeDesk) -> None:
    await visitor.ask("问")
    again = browse(web_app())
    again.token = visitor.token
    assert await again.events() == await visitor.events()


async def test_with_another_secret_old_tokens_are_worth_nothing(visitor: Visitor, web_app: MakeDesk) -> None:
    again = browse(web_app(secret="t" * 32))
    again.token = visitor.token
    assert error(await again.request("GET", "events")) == (401, "invalid_session")


async def test_new_sessions_are_limited_by_address(web_app: MakeDesk) -> None:
    visitor = browse(web_app(web_address_per_minute=2))
    await visitor.open()
    await visitor.open()
    response = await visitor.request("POST", "session", json={"site": "demo"})
    assert error(response) == (429, "too_many_requests")
    assert 0 < int(response.headers["Retry-After"]) <= 30
    assert response.headers["Access-Control-Allow-Origin"] == DESK
