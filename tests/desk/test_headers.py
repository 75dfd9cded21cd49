"""What every answer carries: all routes walked, by everybody, rightly and wrongly; and what no request may be."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Mount, Route

from koujing.desk.headers import HEADERS, LONGEST_PATH, LONGEST_URI, Border
from tests.fuzz.desks import ORIGIN, fuzzed_desk
from tests.fuzz.requests import Request, flaws, send

pytestmark = pytest.mark.anyio

_PARAMETER = re.compile(r"\{[^}]+\}")
_SAID = {"text": "失业金", "message_id": "00000000-0000-0000-0000-000000000000"}
_CSP_OF_PAGES = ("default-src 'none'", "default-src 'self'")


async def test_every_answer_of_every_route_carries_them(tmp_path: Path) -> None:
    wrong: list[str] = []
    async with fuzzed_desk(tmp_path, seed=1) as making:
        routes = [(route.path, sorted(route.methods or ())) for route in making.app.routes if isinstance(route, Route)]
        mounts = [(f"{route.path}/console.css", ["GET"]) for route in making.app.routes if isinstance(route, Mount)]
        for path, methods in [*routes, *mounts, ("/nowhere", ["GET", "POST"]), ("/console/nowhere", ["GET"])]:
            for method in [*methods, "TRACE"]:
                for accept in (b"text/html", b"application/json"):
                    for cookie in (b"", making.cookies[0].encode()):
                        headers = [(b"host", b"localhost"), (b"accept", accept), (b"origin", ORIGIN.encode())]
                        headers += [(b"cookie", cookie)] if cookie else []
                        raw = _PARAMETER.sub("999999", path).encode()
                        if method == "POST" and raw == b"/console/sign-out":
                            continue
                        request = Request(method, raw, b"", headers, [b""], cut=False)
                        status, given, body = await send(making.app, request)
                        wrong += [f"{method} {path} {status}: {one}" for one in flaws(request, status, given, body)]
                        wrong += [f"{method} {path} {status}: {one}" for one in _more(status, dict(given))]
    assert wrong == []


def _more(status: int, given: dict[bytes, bytes]) -> list[str]:
    """What pages, personal answers and cookies need beyond."""
    told = {name.decode().lower(): value.decode("latin-1") for name, value in given.items()}
    policy, wrong = told["content-security-policy"], []
    if "frame-ancestors" not in policy or not policy.startswith(_CSP_OF_PAGES):
        wrong.append(f"policy {policy}")
    if "unsafe" in policy or " *" in policy:
        wrong.append(f"open policy {policy}")
    if told["cache-control"] != "no-store" and not told.get("content-type", "").startswith(
        ("text/css", "text/javascript")
    ):
        wrong.append(f"kept: {told['cache-control']}, {told.get('content-type')}, {status}")
    cookie = told.get("set-cookie", "")
    if cookie and not (
        "samesite=lax" in cookie.lower() and ("httponly" in cookie.lower() or "koujing_display" in cookie)
    ):
        wrong.append(f"cookie {cookie}")
    return wrong


async def test_a_post_without_an_origin_of_ours_changes_nothing(tmp_path: Path) -> None:
    """CSRF: every route of the console that is not for reading, as another website would make a browser send it."""
    async with fuzzed_desk(tmp_path, seed=1) as making:
        posts = [
            (route.path, method)
            for route in making.app.routes
            if isinstance(route, Route) and route.path.startswith("/console")
            for method in (route.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        ]
        assert len(posts) > 40
        for path, method in posts:
            for told in (
                [],
                [(b"origin", b"https://evil.example")],
                [(b"sec-fetch-site", b"cross-site")],
                [(b"origin", b"null")],
            ):
                headers = [(b"host", b"localhost"), (b"cookie", making.cookies[0].encode()), *told]
                request = Request(method, _PARAMETER.sub("999999", path).encode(), b"", headers, [b""], cut=False)
                status, _, body = await send(making.app, request)
                assert status == 403, (method, path, status)
                assert b"cross_site" in body


async def test_behind_tls_cookies_travel_by_tls_alone_and_browsers_remember(tmp_path: Path) -> None:
    async with fuzzed_desk(tmp_path, seed=1) as making:
        transport = httpx.ASGITransport(making.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost", trust_env=False) as http:
            for path in ("/", "/console/sign-in", "/health", "/nowhere", "/widget/v1/koujing-chat.js"):
                assert "max-age" in (await http.get(path)).headers["strict-transport-security"]
            told = [
                response.headers.get("set-cookie", "")
                for response in (await http.post("/chat", data=_SAID, headers={"Origin": "https://localhost"}),)
            ]
            cookies = [one for one in told if "koujing_chat=" in one]
            assert cookies
            assert all("; Secure" in one and "HttpOnly" in one for one in cookies)


async def test_the_widget_and_framed_pages_stay_usable_elsewhere(tmp_path: Path) -> None:
    async with fuzzed_desk(tmp_path, seed=1) as making:
        transport = httpx.ASGITransport(making.app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, trust_env=False) as http:
            script = await http.get("/widget/v1/koujing-chat.js")
            assert script.headers["cross-origin-resource-policy"] == "cross-origin"
            assert "immutable" not in script.headers["cache-control"]
            health = await http.get("/health")
            assert health.headers["cross-origin-resource-policy"] == "same-origin"


async def test_what_fuzzing_found_stays_mended(tmp_path: Path) -> None:
    found = [
        # Larger than the store's numbers, and longer than Python reads.
        (f"/console/open-points/{'9' * 30}", "", {404}),
        (f"/console/tickets/{'9' * 1900}", "", {404}),
        ("/chat", f"site=demo&again=x.{'9' * 5000}", {200}),
        ("/console/tickets", "state=%ff", {200, 422}),
    ]
    async with fuzzed_desk(tmp_path, seed=1) as making:
        for path, query, statuses in found:
            for cookie in making.cookies:
                headers = [(b"host", b"localhost"), (b"accept", b"text/html"), (b"cookie", cookie.encode())]
                request = Request("GET", path.encode(), query.encode(), headers, [b""], cut=False)
                status, given, body = await send(making.app, request)
                assert status in {*statuses, 303, 403}
                assert flaws(request, status, given, body) == []


@pytest.fixture
def bare() -> httpx.AsyncClient:
    """The border alone, with an app behind it that tells its own or dies."""

    async def own(_request: HttpRequest) -> Response:
        return Response("x", headers={"Cache-Control": "public", "Content-Security-Policy": "default-src 'self'"})

    async def dies(_request: HttpRequest) -> Response:
        raise RuntimeError("nobody foresaw it")

    app = Border(Starlette(routes=[Route("/", own), Route("/dies", dies)]), head_bytes=4096)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)


async def test_what_a_part_says_itself_stays(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/")
    assert response.headers["cache-control"] == "public"
    assert response.headers["content-security-policy"] == "default-src 'self'"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/?a={'a' * LONGEST_URI}", {}, 414),
        (f"/{'a' * LONGEST_PATH}", {}, 414),
        ("/", {"X-A": "a" * 5000}, 431),
        ("/", {f"X-{n}": "1" for n in range(120)}, 431),
        ("/", {"Host": "["}, 400),
        ("/", {"Host": "a b"}, 400),
        ("/", {"Host": "evil.example/@localhost"}, 400),
        ("/?a=%ff", {}, 200),
        ("/%00", {}, 404),
        ("/", {"Host": "[::1]:8000"}, 200),
    ],
)
async def test_what_no_request_may_be(bare: httpx.AsyncClient, path: str, headers: dict[str, str], status: int) -> None:
    response = await bare.get(path, headers=headers)
    assert response.status_code == status
    assert {name.lower() for name in HEADERS} <= {*response.headers}


async def test_a_query_that_is_no_utf8_is_refused(bare: httpx.AsyncClient) -> None:
    request = Request("GET", b"/", b"a=\xff", [(b"host", b"localhost")], [b""], cut=False)
    status, *_ = await send(bare._transport.app, request)  # type: ignore[attr-defined]
    assert status == 400


async def test_two_hosts_are_none(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/", headers=[("Host", "a"), ("Host", "b")])
    assert response.status_code == 400
