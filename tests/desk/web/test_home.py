"""The bureau's page: says that it is a demonstration, chooses a region by link, embeds the widget, serves integrators."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from starlette.applications import Starlette

from koujing.desk.keeping.schedule import load_schedule
from koujing.settings import ROOT
from tests.desk.conftest import FakeRasa
from tests.desk.web.surfing import Surfer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def surfer(web_app: Callable[..., Starlette]) -> AsyncIterator[Surfer]:
    surfer = Surfer(web_app())
    async with surfer.http:
        yield surfer


async def test_it_says_that_it_is_a_demonstration_and_on_which_date(surfer: Surfer) -> None:
    page = await surfer.go("/")
    assert "不是真实的政府网站" in page.one(class_="demo-line").text
    assert "演示日期 2021年9月15日" in page.one(class_="demo-line").text
    assert "Bearer demo" in page.text
    assert "default-src 'none'" in surfer.response.headers["content-security-policy"]
    assert {"/openapi.json", "/api/v1/catalogue", "/health"} <= {link["href"] for link in page.all("a")}


async def test_on_a_real_date_with_real_keys_it_shows_neither(web_app: Callable[..., Starlette]) -> None:
    surfer = Surfer(web_app(today=None, api_keys=frozenset({"k" * 16})))
    page = await surfer.go("/")
    assert "演示日期" not in page.text
    assert "k" * 16 not in surfer.response.text


async def test_the_region_is_chosen_by_a_link(surfer: Surfer) -> None:
    page = await surfer.go("/")
    links = {link.text: link["href"] for link in page.one("nav", class_="places").all("a")}
    assert links == {"葫芦岛市": "/?region=huludao", "广东省": "/?region=guangdong", "广州市": "/?region=guangzhou"}
    assert page.one("script").get("data-region") is None
    page = await surfer.go(links["葫芦岛市"])
    assert page.one("script")["data-region"] == "huludao"
    assert page.one("a", aria_current="true").text == "葫芦岛市"
    assert page.one(class_="documents").one("li").text.startswith("葫人社发〔2021〕2号")
    page = await surfer.go("/?region=guangzhou")
    assert len(page.one(class_="documents").all("li")) == 2
    await surfer.go("/?region=atlantis")
    assert surfer.response.status_code == 404


async def test_the_embed_code_to_copy_is_the_pages_own(surfer: Surfer) -> None:
    page = await surfer.go("/?region=huludao")
    codes = [code.text for code in page.all("pre")]
    assert codes[0] == (
        '<script src="http://desk/widget/v1/koujing-chat.js" defer data-site="demo" data-region="huludao"></script>'
    )
    assert page.one("script")["integrity"] in codes[1]
    assert codes[2].startswith("script-src http://desk;")


async def test_a_sample_question_opens_the_chat_with_its_answer(surfer: Surfer, rasa: FakeRasa) -> None:
    await surfer.go("/?region=huludao")
    page = await surfer.press("失业补助金什么时候截止")
    assert page.one("li", id="newest").one(class_="words").text == "失业补助金什么时候截止"
    assert rasa.received[0]["metadata"]["region"] == "huludao"


async def test_the_privacy_notice_tells_what_is_kept_and_how_to_clear_it(surfer: Surfer) -> None:
    page = await surfer.go("/privacy?site=demo")
    assert page.one("h1").text == "隐私说明"
    assert all(name in page.text for name in ("koujing_chat", "koujing_mode", "24 小时", "12345"))
    assert page.all("a", href="/chat/clear?site=demo")
    # As long as the job keeps it, of every class that is of citizens.
    for key, kept in load_schedule(ROOT / "config" / "retention.yml").classes.items():
        assert (f"{kept.label}（{kept.what}）：{kept.days} 天" in page.text) == (key not in ("practice", "logs"))


async def test_every_page_has_its_elder_and_traditional_form(surfer: Surfer) -> None:
    for path in ("/", "/privacy", "/chat/callback", "/chat/clear"):
        page = await surfer.go(f"{path}?mode=elder&script=hant")
        assert (page.one("html")["data-mode"], page.one("html")["lang"]) == ("elder", "zh-Hant-HK")
        assert "簡體" not in page.one("nav", class_="switches").text
