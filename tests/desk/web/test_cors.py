"""Which pages may use the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.desk.web.conftest import DESK, WEB, Visitor, browse, error

pytestmark = pytest.mark.anyio

ELSEWHERE = "https://rsj.example.gov.cn"
SITES = f"sites:\n  demo: {{title: 咨询, bureau: 示范局, origins: [self, {ELSEWHERE}]}}\n"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def stranger(web_app: Callable[..., Starlette], tmp_path: Path) -> Visitor:
    (tmp_path / "sites.yml").write_text(SITES, encoding="utf-8")
    return browse(web_app(sites=tmp_path / "sites.yml"))


def marks(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("origin", [DESK, ELSEWHERE])
async def test_a_listed_origin_is_let_in_by_name(stranger: Visitor, origin: str) -> None:
    stranger.headers = {"Origin": origin}
    await stranger.open()
    response = await stranger.request("GET", "events")
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("origin", [DESK, ELSEWHERE])
async def test_the_preflight_is_answered(stranger: Visitor, origin: str) -> None:
    stranger.headers = {"Origin": origin, **PREFLIGHT}
    response = await stranger.request("OPTIONS", "messages")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert {"GET", "POST", "DELETE"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "last-event-id"))


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://rsj.example.gov.cn",
        ELSEWHERE + ".evil.example",
        ELSEWHERE + ":8443",
        "*",
        "",
    ],
)
async def test_any_other_origin_is_kept_out(stranger: Visitor, origin: str) -> None:
    stranger.headers = {"Origin": origin}
    for method, path in [("POST", "session"), ("GET", "events"), ("DELETE", "session"), ("OPTIONS", "messages")]:
        stranger.headers |= PREFLIGHT if method == "OPTIONS" else {}
        response = await stranger.request(method, path, json={"site": "demo"} if method == "POST" else None)
        assert error(response) == (403, "origin_not_allowed")
        assert marks(response) == {}


async def test_without_an_origin_nothing_can_be_changed(stranger: Visitor) -> None:
    await stranger.open()
    stranger.headers = {}
    for method, path in [("POST", "messages"), ("DELETE", "session"), ("POST", "session"), ("DELETE", "callbacks/X")]:
        assert error(await stranger.request(method, path, json=None)) == (403, "origin_not_allowed")
    # A browser sends none where a page reads from its own server.
    assert (await stranger.request("GET", "events")).status_code == 200


async def test_errors_are_marked_too(stranger: Visitor) -> None:
    for method, path, expected in [
        ("GET", "events", (401, "invalid_session")),
        ("GET", "nowhere", (404, "not_found")),
        ("PUT", "session", (405, "method_not_allowed")),
        ("OPTIONS", "session", (405, "method_not_allowed")),
    ]:
        response = await stranger.request(method, path)
        assert error(response) == expected
        assert response.headers["Access-Control-Allow-Origin"] == DESK
    assert set(response.headers["Allow"].split(", ")) == {"POST", "DELETE"}


async def test_even_the_unforeseen_is_told_to_the_page(
    web_app: Callable[..., Starlette], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = web_app()
    visitor = await browse(app).open()

    def broken(*_: object) -> object:
        raise RuntimeError("secret")

    monkeypatch.setattr(app.state.website._parts.events, "after", broken)
    response = await visitor.request("GET", "events")
    assert error(response) == (500, "internal")
    assert "secret" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == DESK


async def test_the_rest_of_the_desk_is_not_marked(stranger: Visitor) -> None:
    response = await stranger.http.get("/api/v1/catalogue", headers={"Origin": "https://evil.example"})
    assert response.status_code == 200
    assert marks(response) == {}
    assert (await stranger.http.get(WEB)).status_code == 404
