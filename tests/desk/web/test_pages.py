"""/chat with script off: every answer, every button, and every way it can go wrong, as a page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import yaml
from starlette.applications import Starlette

from koujing.desk.web.page_kit import COOKIE
from tests.desk.conftest import FakeRasa
from tests.desk.web.conftest import Time, answered, asking, listing, say
from tests.desk.web.html import Element
from tests.desk.web.surfing import DESK, Surfer
from tests.desk.web.talking import speak

pytestmark = pytest.mark.anyio

MakeWeb = Callable[..., Starlette]


@pytest.fixture
async def surfer(web_app: MakeWeb) -> AsyncIterator[Surfer]:
    surfer = Surfer(web_app())
    async with surfer.http:
        yield surfer


def newest(page: Element) -> Element:
    return page.one("li", id="newest")


def buttons(page: Element) -> list[str]:
    return [button.text for button in page.all("button")]


def texts(page: Element, class_: str) -> list[str]:
    return [element.text for element in page.all(class_=class_)]


async def test_the_first_page_tells_what_can_be_asked_when_and_by_whose_rules(surfer: Surfer) -> None:
    page = await surfer.go("/chat?region=huludao")
    assert page.one("h1").text == "就业政策咨询"
    assert "演示日期 2021年9月15日" in page.one(class_="notices").text
    assert "工作日 9:00–17:00" in page.one(class_="hours").text
    assert "葫芦岛市" in page.one(class_="welcome").text
    assert "以官方文件为准" in page.one("footer").text
    assert "其后新规未收录" in page.one("footer").text
    assert page.one("textarea")["aria-describedby"] == "hint"
    assert page.one("a", class_="skip", href="#main").text == "跳到正文"
    assert 3 <= len(page.one("form", class_="choices").all("button")) <= 6


async def test_the_widget_gets_the_same_conversation_and_wraps_the_page_that_needs_no_script(surfer: Surfer) -> None:
    page = await surfer.go("/chat?region=huludao")
    chat = page.one("koujing-chat")
    assert (chat["data-mode"], chat["data-site"], chat["data-region"], chat["data-script"]) == (
        "page",
        "demo",
        "huludao",
        "hans",
    )
    assert chat["data-token"] == surfer.http.cookies[COOKIE]
    session = json.loads(chat["data-session"])
    assert (session["token"], session["cursor"], session["site"]["region"]) == (chat["data-token"], 0, "huludao")
    assert chat.all("form", class_="composer")
    script = page.one("script")
    assert script["src"].startswith("/widget/v1/koujing-chat.")
    assert script["integrity"].startswith("sha384-")
    loaded = await surfer.http.get(script["src"])
    assert loaded.status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(surfer: Surfer) -> None:
    await surfer.go("/chat")
    cookie = surfer.response.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/chat"))
    assert "max-age" not in cookie
    await surfer.go("/chat")
    assert "set-cookie" not in surfer.response.headers


async def test_nothing_is_loaded_from_elsewhere_and_nobody_else_frames_it(surfer: Surfer) -> None:
    await surfer.go("/chat")
    policy = surfer.response.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
    assert surfer.response.headers["cache-control"] == "no-store"
    assert surfer.response.headers["x-content-type-options"] == "nosniff"
    style = surfer.page.one("link", rel="stylesheet")["href"]
    assert (await surfer.http.get(style)).headers["content-type"].startswith("text/css")


async def test_a_question_is_answered_on_the_next_page(surfer: Surfer, rasa: FakeRasa) -> None:
    await surfer.go("/chat")
    page = await surfer.ask("失业补助金怎么领")
    assert surfer.location == "/chat?site=demo&sent=1#newest"
    assert newest(page).one(class_="words").text == "失业补助金怎么领"
    assert newest(page).one(class_="conclusion").text == "可以申领。"
    assert rasa.received[0]["message"] == "失业补助金怎么领"
    again = await surfer.go("/chat")
    assert newest(again).text == newest(page).text


async def test_a_verdict_shows_badge_conclusion_conditions_windows_amounts_and_the_source(
    surfer: Surfer, rasa: FakeRasa
) -> None:
    speak(rasa)
    await surfer.go("/chat?region=huludao")
    reply = newest(await surfer.ask("律所12个人参保去年一个没裁能领稳岗返还吗")).one("article")
    assert reply.one(class_="badge").text == "符合"
    assert reply.one(class_="conclusion").text.startswith("符合本通知列明的")
    assert "符合 参保职工30人（含）以下 您的情况：12人 第（一）项" in texts(reply, "reason")
    assert "受理中 申请受理，到2021年12月31日止" in [item.text for item in reply.one(class_="windows").all("li")]
    assert "最高 60%" in reply.one(class_="amounts").text
    source = reply.one("details", class_="source")
    assert source.one("summary").text == "葫人社发〔2021〕2号 第（一）项"
    assert "可在2021年12月31日前申请失业保险稳岗返还" in source.one("blockquote").text
    assert source.get("open") is None
    foot = reply.one(class_="foot").text
    assert all(
        part in foot for part in ("2021年9月15日", "葫芦岛市", "以官方文件为准", "12345", "其后新规未收录", "回执")
    )
    assert [heading.text for heading in reply.all("h4")] == ["期限", "金额", "逐条看条件", "依据原文", "还可以问"]


async def test_an_interview_goes_on_by_buttons_to_the_verdict(surfer: Surfer, rasa: FakeRasa) -> None:
    speak(rasa)
    await surfer.go("/chat?region=huludao")
    page = await surfer.ask("公司28个人，去年裁了3个，能领稳岗返还吗")
    question = newest(page).one(class_="question")
    assert question.one(class_="asked").text.startswith("先确认一下：您说的公司28人")
    assert {"是，28人都参保", "不是", "不知道", "跳过", "上一步"} <= set(buttons(question))
    assert question.one("input", id="answer")["inputmode"] == "numeric"
    assert question.one(class_="unit").text == "人"
    page = await surfer.press("是，28人都参保")
    assert newest(page).one(class_="words").text == "是，28人都参保"
    assert newest(page).one(class_="badge").text == "符合"
    assert buttons(page.all("li", class_="turn")[0]) == []
    # What did not hold belongs to another way to the same, and is not left to puzzle.
    assert "另一种情形的条件（1 条，不影响结论）" in newest(page).text


async def test_a_correction_is_heard(surfer: Surfer, rasa: FakeRasa) -> None:
    speak(rasa)
    await surfer.go("/chat?region=huludao")
    await surfer.ask("律所12个人参保去年一个没裁能领稳岗返还吗")
    page = await surfer.ask("不对，裁了9个")
    assert newest(page).one(class_="badge").text == "不符合"


async def test_where_it_is_asked_back_a_press_tells_where(surfer: Surfer, rasa: FakeRasa) -> None:
    speak(rasa)
    await surfer.go("/chat")
    page = await surfer.ask("稳岗返还什么时候截止")
    assert newest(page).one("article").one(class_="kind").text == "需要补充"
    page = await surfer.press("葫芦岛市")
    assert "2021年12月31日" in newest(page).one(class_="conclusion").text


async def test_listed_matters_are_shown_with_how_they_stand_and_can_be_asked_about(
    surfer: Surfer, rasa: FakeRasa
) -> None:
    say(rasa, listing("稳岗返还", "失业补助金"))
    await surfer.go("/chat")
    page = await surfer.ask("我能享受什么")
    assert texts(newest(page).one(class_="items"), "tag") == ["还缺信息", "还缺信息"]
    page = await surfer.press("细问失业补助金")
    assert newest(page).one(class_="words").text == "失业补助金"
    assert rasa.received[-1]["message"] == "第2个"


async def test_suggestions_are_buttons_of_the_newest_answer_alone(surfer: Surfer, rasa: FakeRasa) -> None:
    say(rasa, answered(suggestions=["要什么条件？", "怎么办？"]))
    await surfer.go("/chat")
    await surfer.ask("甲")
    page = await surfer.press("要什么条件？")
    assert rasa.received[-1]["message"] == "要什么条件？"
    assert len(page.all(class_="suggestions")) == 1


async def test_of_two_replies_the_one_that_asks_has_the_buttons(surfer: Surfer, rasa: FakeRasa) -> None:
    say(rasa, asking("葫芦岛市", "广州市"), answered("可以。", suggestions=["怎么办？"]))
    await surfer.go("/chat")
    page = await surfer.ask("两件事")
    assert "葫芦岛市" in buttons(page)
    assert "怎么办？" not in buttons(page)


async def test_a_double_press_says_it_once(surfer: Surfer, rasa: FakeRasa) -> None:
    page = await surfer.go("/chat")
    fields = {
        "site": "demo",
        "message_id": page.one("form", class_="composer").one("input", name="message_id")["value"],
    }
    await surfer.post("/chat", {**fields, "text": "甲"})
    page = await surfer.post("/chat", {**fields, "text": "甲"})
    assert len(rasa.received) == 1
    page = await surfer.post("/chat", {**fields, "text": "乙"})
    assert (len(rasa.received), len(page.all("li", class_="turn"))) == (1, 1)


async def test_markup_stays_text(surfer: Surfer) -> None:
    await surfer.go("/chat")
    page = await surfer.ask("<script>alert(1)</script>&lt;")
    assert newest(page).one(class_="words").text == "<script>alert(1)</script>&lt;"
    assert len(page.all("script")) == 1


@pytest.mark.parametrize(("text", "told"), [("字" * 1001, "这条有 1001 字，最多 1000 字。"), ("  ", "还没有写内容。")])
async def test_what_cannot_be_sent_comes_back_with_the_reason(
    surfer: Surfer, rasa: FakeRasa, text: str, told: str
) -> None:
    await surfer.go("/chat")
    page = await surfer.ask(text)
    assert surfer.response.status_code == 400
    assert told in page.one(role="alert").text
    assert page.one("textarea").children == [text]
    assert "error" in page.one("textarea")["aria-describedby"]
    assert page.one("title").text.startswith("出错了")
    assert rasa.received == []


async def test_too_many_messages_are_told_when_to_go_on_and_nothing_typed_is_lost(web_app: MakeWeb) -> None:
    surfer = Surfer(web_app(web_messages_per_minute=1))
    await surfer.go("/chat")
    await surfer.ask("甲")
    page = await surfer.ask("乙还要问")
    assert surfer.response.status_code == 429
    assert int(surfer.response.headers["retry-after"]) > 0
    assert "请求太频繁" in page.one(role="alert").text
    assert page.one("textarea", id="text").text == "乙还要问"
    assert len(page.all("li", class_="turn")) == 1


async def test_too_many_new_conversations_still_show_a_page(web_app: MakeWeb) -> None:
    app = web_app(web_address_per_minute=1)
    await Surfer(app).go("/chat")
    page = await Surfer(app).go("/chat")
    assert "请求太频繁" in page.one(role="alert").text
    assert page.one("koujing-chat").get("data-token") is None


async def test_when_rasa_is_down_it_is_said_and_can_be_tried_again(surfer: Surfer, rasa: FakeRasa, time: Time) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        time.pass_(minutes=1)
        raise httpx.ConnectError("refused", request=request)

    rasa.answer = down
    await surfer.go("/chat")
    page = await surfer.ask("甲")
    alert = newest(page).one(role="alert")
    assert "12345" in alert.text
    say(rasa, answered("好了。"))
    page = await surfer.press("再试一次")
    assert newest(page).one(class_="conclusion").text == "好了。"
    assert newest(page).all(role="alert") == []


async def test_an_answer_that_takes_long_is_waited_for_and_then_looked_for(web_app: MakeWeb, rasa: FakeRasa) -> None:
    gate = anyio.Event()

    async def slow(_: httpx.Request) -> httpx.Response:
        await gate.wait()
        return httpx.Response(200, json=[{"custom": {"reply": answered("终于好了。")}}])

    rasa.answer = slow  # type: ignore[assignment]
    surfer = Surfer(web_app(answer_seconds=1))
    await surfer.go("/chat")
    page = await surfer.ask("甲")
    waiting = newest(page).one(role="status")
    assert "正在查询" in waiting.text
    assert page.one("noscript").one("meta", http_equiv="refresh")["content"] == "3"
    gate.set()
    page = await surfer.go(waiting.one("a")["href"])
    assert newest(page).one(class_="conclusion").text == "终于好了。"
    assert page.all("noscript") == []


async def test_a_browser_without_cookies_is_told_so(surfer: Surfer) -> None:
    page = await surfer.go("/chat?site=demo&sent=1")
    assert "Cookie" in page.one(role="alert").text


async def test_after_a_day_of_silence_a_new_conversation_begins(surfer: Surfer, time: Time) -> None:
    await surfer.go("/chat")
    await surfer.ask("甲")
    before = surfer.http.cookies[COOKIE]
    time.pass_(hours=25)
    page = await surfer.go("/chat")
    assert page.all("li", class_="turn") == []
    assert surfer.http.cookies[COOKIE] != before


async def test_another_region_is_another_conversation(surfer: Surfer, rasa: FakeRasa) -> None:
    await surfer.go("/chat?region=huludao")
    await surfer.ask("甲")
    page = await surfer.go("/chat?region=guangzhou")
    assert page.all("li", class_="turn") == []
    await surfer.ask("乙")
    assert [message["metadata"]["region"] for message in rasa.received] == ["huludao", "guangzhou"]


@pytest.mark.parametrize(
    ("address", "status"), [("/chat?site=none", 404), ("/chat?region=atlantis", 404), ("/chat/transcript", 401)]
)
async def test_what_is_not_there_is_a_page_too(surfer: Surfer, address: str, status: int) -> None:
    page = await surfer.go(address)
    assert surfer.response.status_code == status
    assert page.one("a", href="/chat").text == "回到咨询页"


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": DESK, "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/chat", "/chat/feedback", "/chat/callback", "/chat/callback/revoke", "/chat/clear"])
async def test_a_form_of_another_site_is_refused(
    surfer: Surfer, rasa: FakeRasa, path: str, headers: dict[str, str]
) -> None:
    await surfer.go("/chat")
    await surfer.ask("甲")
    before = len(rasa.received)
    response = await surfer.http.post(path, data={"site": "demo", "text": "乙"}, headers=headers)
    assert response.status_code == 403
    assert len(rasa.received) == before
    assert len((await surfer.go("/chat")).all("li", class_="turn")) == 1


async def test_a_form_must_be_one(surfer: Surfer) -> None:
    headers = {"Origin": DESK}
    assert (await surfer.http.post("/chat", json={}, headers=headers)).status_code == 415
    big = {"text": "字" * 50_000}
    assert (await surfer.http.post("/chat", data=big, headers=headers)).status_code == 413
    many = {str(n): "1" for n in range(50)}
    assert (await surfer.http.post("/chat", data=many, headers=headers)).status_code == 400


async def test_elder_mode_is_remembered_plain_and_three_at_a_time(surfer: Surfer, rasa: FakeRasa) -> None:
    say(rasa, answered("按规定可以申领，含当日。", plain="可以领。", suggestions=[f"问题{n}？" for n in range(5)]))
    page = await surfer.go("/chat?mode=elder")
    assert len(page.one("form", class_="choices").all("button")) == 3
    page = await surfer.ask("甲")
    html = page.one("html")
    assert (html["data-mode"], html["data-size"]) == ("elder", "20")
    assert "data-elder" in page.one("koujing-chat").attributes
    reply = newest(page).one("article")
    assert reply.one(class_="conclusion").text == "可以领。"
    assert reply.all("details", class_="more")[0].text == "看完整说法按规定可以申领，含当日。"
    choices = reply.one(class_="suggestions").one("form")
    assert [b.text for b in choices.all("button")][:3] == ["问题0？", "问题1？", "问题2？"]
    assert len(choices.one("details").all("button")) == 2
    page = await surfer.go("/chat?size=30")
    assert page.one("html")["data-size"] == "30"
    assert page.one("nav", class_="switches").one("a", aria_current="true").text == "最大"
    page = await surfer.go("/chat?mode=normal")
    assert (await surfer.go("/chat")).one("html")["data-mode"] == "normal"


async def test_a_made_up_mode_is_the_usual_one(surfer: Surfer) -> None:
    page = await surfer.go("/chat?mode=x&size=99&script=klingon")
    assert (page.one("html")["data-mode"], page.one("html")["data-size"], page.one("html")["lang"]) == (
        "normal",
        "20",
        "zh-CN",
    )


async def test_traditional_script_changes_all_but_what_was_published_and_what_was_typed(
    surfer: Surfer, rasa: FakeRasa
) -> None:
    say(rasa, answered("单位可以申请，应当受理。"))
    await surfer.go("/chat?script=hant")
    page = await surfer.ask("单位说的话")
    assert page.one("html")["lang"] == "zh-Hant-HK"
    assert page.one("h1").text == "就業政策諮詢"
    assert newest(page).one(class_="conclusion").text == "單位可以申請，應當受理。"
    assert newest(page).one(class_="words").text == "单位说的话"
    assert newest(page).one("blockquote").text == "参保职工30人（含）以下"
    assert page.one("button", class_="primary").text == "發送"
    assert "\ue000" not in surfer.response.text
    await surfer.go("/chat?script=hans")
    assert surfer.page.one("h1").text == "就业政策咨询"


SITE: dict[str, Any] = {"title": "咨询", "bureau": "示范局", "origins": ["self", "https://rsj.example.gov.cn"]}


async def test_a_site_frames_its_page_tells_its_news_and_clears_public_computers(
    web_app: MakeWeb, tmp_path: Path
) -> None:
    sites = tmp_path / "sites.yml"
    site = {**SITE, "notices": [{"text": "节日不值班", "until": None}], "kiosk_minutes": 2}
    sites.write_text(yaml.safe_dump({"sites": {"rsj": site}}, allow_unicode=True), encoding="utf-8")
    surfer = Surfer(web_app(sites=sites))
    page = await surfer.go("/chat")
    assert "frame-ancestors 'self' https://rsj.example.gov.cn" in surfer.response.headers["content-security-policy"]
    assert page.one(class_="notice").text == "公告 节日不值班"
    page = await surfer.ask("甲")
    refresh = page.one("noscript").one("meta")["content"]
    assert refresh == "120;url=/chat?site=rsj&fresh=1"
    page = await surfer.go("/chat?site=rsj&fresh=1")
    assert str(surfer.response.url) == f"{DESK}/chat?site=rsj"
    assert page.all("li", class_="turn") == []
