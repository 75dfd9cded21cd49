"""`/r/{code}`: the public view of a receipt as a page; nothing more than the API gives, and nothing less."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette

from koujing.clock import Clock
from koujing.desk.web.receipt_page import receipt_page_routes
from koujing.knowledge.base import Knowledge
from koujing.settings import DEMO_DATE, Settings
from koujing.store.privacy import split
from tests.answering.test_spoken import spoken as calibers
from tests.desk.conftest import widget
from tests.desk.web.conftest import answered
from tests.desk.web.surfing import Surfer
from tests.desk.web.test_view import cases, spoken

pytestmark = pytest.mark.anyio

CODE = "AB12CD34EF56"
Open = Callable[..., Surfer]


@pytest.fixture
async def open_page(
    web_app: Callable[..., Starlette], settings: Settings, knowledge: Knowledge
) -> AsyncIterator[Callable[..., Surfer]]:
    """A browser before the page of whatever replies the test keeps, by receipt, as the store keeps them."""
    surfers = []

    def make(replies: dict[str, Any], **changed: Any) -> Surfer:
        def find(code: str) -> dict[str, Any] | None:
            reply = replies.get(code.upper())
            return reply and split({**reply, "receipt": CODE})[0]

        website = web_app().state.website
        clock = Clock(DEMO_DATE)
        routes = receipt_page_routes(website, replace(settings, **changed), knowledge, clock, widget(), find)
        surfers.append(Surfer(Starlette(routes=routes)))
        return surfers[-1]

    yield make
    for surfer in surfers:
        await surfer.http.aclose()


async def test_every_caliber_stands_there_word_for_word_with_its_id_and_version(open_page: Open) -> None:
    kept = {f"{n}": reply for n, (_, _, on, reply) in enumerate(calibers()) if on == DEMO_DATE}
    surfer = open_page(kept, lookups_per_minute=100_000)
    assert len(kept) > 50
    for code, reply in kept.items():
        page = await surfer.go(f"/r/{code}")
        text = "".join(page.one("article").text.split())
        said, _, _ = reply["text"].partition("依据：")
        assert "".join(said.split()) in text
        assert "".join(reply["text"].removeprefix(said).split()) in text
        slip = page.one("dl", class_="slip").text
        assert all(f"{caliber['id']}@{caliber['version']}" in slip for caliber in reply["calibers"])


async def test_every_status_and_verdict_has_a_page_without_flaws(open_page: Open) -> None:
    kept = {**spoken(), **{f"case{n}": reply for n, reply in enumerate(cases()) if n % 8 == 0}}
    surfer = open_page({name.upper(): reply for name, reply in kept.items()}, lookups_per_minute=100_000)
    for name in kept:
        page = await surfer.go(f"/r/{name}")
        assert surfer.response.status_code == 200
        assert page.one("h1").text == "答复回执"
        assert page.all("script") == []
        # Nothing to press that would need a conversation.
        assert page.all("button") == []


async def test_nothing_private_is_on_it(open_page: Open) -> None:
    facts = {"insured_count": {"value": "28", "words": "28人绝密", "said": "28个人绝密"}}
    surfer = open_page({CODE: {**answered("可以。"), "question": "甲的问题", "facts": facts}})
    page = await surfer.go(f"/r/{CODE}")
    assert "绝密" not in surfer.response.text
    assert "甲的问题" not in surfer.response.text
    assert page.one("strong", class_="code").text == CODE


async def test_it_is_kept_nowhere_and_found_by_no_search(open_page: Open) -> None:
    surfer = open_page({CODE: answered("可以。")})
    page = await surfer.go(f"/r/{CODE.lower()}?mode=elder&script=hant")
    headers = surfer.response.headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert page.one("meta", name="robots")["content"] == "noindex, nofollow"
    assert page.one("html")["data-mode"] == "elder"
    assert page.one("h1").text == "答覆回執"
    links = {link["href"] for link in page.one("nav", class_="switches").all("a")}
    assert all(link.startswith(f"/r/{CODE.lower()}?") for link in links)


async def test_the_plain_wording_comes_first_for_elders_with_the_full_one_below(open_page: Open) -> None:
    surfer = open_page({CODE: answered("按规定可以申领。", plain="可以领。")})
    page = await surfer.go(f"/r/{CODE}?mode=elder")
    assert page.one(class_="conclusion").text == "可以领。"
    assert "按规定可以申领。" in page.one("article").text


async def test_an_unknown_code_is_told_kindly(open_page: Open) -> None:
    surfer = open_page({})
    for code in ("AB12CD34EF00", "x", "甲", "%3Cscript%3E", "A" * 3000):
        page = await surfer.go(f"/r/{code}")
        assert surfer.response.status_code == 404
        assert page.one("h1").text == "没有这个回执。"
        assert "12 位" in page.text
        assert surfer.response.headers["cache-control"] == "no-store"


async def test_codes_cannot_be_tried_without_end(open_page: Open) -> None:
    surfer = open_page({}, lookups_per_minute=3)
    for _ in range(3):
        await surfer.go("/r/AB12CD34EF00")
    page = await surfer.go("/r/AB12CD34EF00")
    assert surfer.response.status_code == 429
    assert int(surfer.response.headers["retry-after"]) > 0
    assert page.one("h1").text == "请求太频繁。"


async def test_what_the_knowledge_has_lost_is_shown_by_its_text(
    open_page: Open, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {"clause": "old-1:1", "notice": "旧文", "region": "huludao", "heading": "", "quote": "旧的话", "url": None}
    surfer = open_page({CODE: {**answered("旧的答复。"), "citations": [gone]}})
    page = await surfer.go(f"/r/{CODE}")
    assert page.one(class_="conclusion").text == "旧的答复。"
    assert CODE in caplog.text


async def test_markup_in_a_reply_stays_text(open_page: Open) -> None:
    surfer = open_page({CODE: answered("按您说的：<script>alert(1)</script>。")})
    page = await surfer.go(f"/r/{CODE}")
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.one("article").text


async def test_the_desk_has_the_page_of_every_reply_that_it_gave(web_app: Callable[..., Starlette]) -> None:
    surfer = Surfer(web_app())
    async with surfer.http:
        await surfer.go("/chat")
        page = await surfer.ask("公司28个人绝密")
        code = page.one("article")["id"].removeprefix("r-")
        page = await surfer.go(f"/r/{code[:4]}-{code[4:8]}-{code[8:].lower()}")
        assert page.one("strong", class_="code").text == code
        assert page.one(class_="conclusion").text == "可以申领。"
        assert "绝密" not in surfer.response.text
