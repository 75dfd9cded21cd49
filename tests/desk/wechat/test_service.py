"""Every kind of message and event, from a follower of the simulator through HTTP to a desk with the real knowledge."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from koujing.desk.wechat.demo import DEMO
from koujing.knowledge.base import Knowledge
from koujing.settings import ROOT, Settings
from koujing.store.tables import messages, receipts, sessions, wechat_followers
from koujing.wechat_sim.follower import Follower
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.serving import playing, serving
from tests.desk.conftest import FakeRasa, blank_reply, desk

pytestmark = pytest.mark.anyio

ASK = {"fact": "region", "question": "您问的是哪个地方的政策？", "why": None, "type": "choice"}
PLACES = [{"id": "huludao", "label": "葫芦岛市"}, {"id": "guangzhou", "label": "广州市"}]


@dataclass
class Desk:
    """A desk with its platform and one follower."""

    platform: Platform
    follower: Follower
    rasa: FakeRasa
    engine: Any
    url: str

    def heard(self) -> list[str]:
        """What reached the core."""
        return [message["message"] for message in self.rasa.received]

    def kept(self, table: Any) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def spoken(text: str, request: httpx.Request, status: str = "smalltalk", **given: Any) -> httpx.Response:
    """What Rasa sends when the core says this."""
    on = dt.date.fromisoformat(json.loads(request.content)["metadata"]["on"])
    return httpx.Response(200, json=[{"custom": {"reply": blank_reply(status, text, on, **given)}}])


@asynccontextmanager
async def opened(settings: Settings, rasa: FakeRasa, knowledge: Knowledge, **given: Any) -> AsyncIterator[Desk]:
    rasa.answer = lambda request: spoken(f"第{len(rasa.received)}次答复。", request)
    async with playing(DEMO, "", **given) as platform:
        app, engine = desk(replace(settings, wechat_api_url=platform.url), rasa, knowledge=knowledge, wechat=True)
        async with serving(app) as url:
            platform.courier.urls = [f"{url}/wechat"]
            yield Desk(platform, platform.follower(), rasa, engine, url)
        engine.dispose()


@pytest.fixture
async def at(settings: Settings, rasa: FakeRasa, knowledge: Knowledge) -> AsyncIterator[Desk]:
    text = (ROOT / "wechat.yml").read_text(encoding="utf-8")
    changed = text.replace("scenes: {}", "scenes: {kj_xingcheng: xingcheng}")
    settings.data.mkdir(exist_ok=True)
    path = settings.data / "wechat.yml"
    path.write_text(changed, encoding="utf-8")
    async with opened(replace(settings, wechat=path), rasa, knowledge) as desk:
        yield desk


async def answer(at: Desk, act: Any) -> str:
    """What appears after an act, as it is read."""
    before = len(at.follower.seen)
    await act
    shown = await at.follower.sees(after=before)
    assert at.platform.faults == []
    return str(shown.words)


async def test_a_text_is_a_question(at: Desk) -> None:
    assert "第1次答复" in await answer(at, at.follower.say("失业补助金怎么领"))
    assert at.heard() == ["失业补助金怎么领"]
    (message,) = at.rasa.received
    assert at.follower.openid not in json.dumps(message, ensure_ascii=False)


async def test_personal_numbers_are_hidden_before_anybody_sees_them(at: Desk) -> None:
    await answer(at, at.follower.say("我手机13812345678，怎么领"))
    assert at.heard() == ["我手机【手机号】，怎么领"]


async def test_speech_that_was_understood_is_a_question_and_other_speech_is_asked_for_again(at: Desk) -> None:
    assert "第1次答复" in await answer(at, at.follower.voice("失业补助金怎么领"))
    for heard in (None, ""):
        assert "打字" in await answer(at, at.follower.voice(heard))
    assert at.heard() == ["失业补助金怎么领"]


async def test_what_cannot_be_read_is_said_politely(at: Desk) -> None:
    for act in (
        at.follower.picture(),
        at.follower.video(),
        at.follower.share("https://example.com/"),
        at.follower.say("　"),
    ):
        assert "看不了图片" in await answer(at, act)
    assert at.heard() == []


async def test_a_place_becomes_the_region(at: Desk) -> None:
    assert "兴城市" in await answer(at, at.follower.locate("辽宁省葫芦岛市兴城市滨海路"))
    await answer(at, at.follower.say("失业补助金怎么领"))
    assert at.rasa.received[-1]["metadata"]["region"] == "xingcheng"
    assert "地名" in await answer(at, at.follower.locate("滨海路"))
    await answer(at, at.follower.say("还有呢，怎么办"))
    assert at.rasa.received[-1]["metadata"]["region"] == "xingcheng"


async def test_a_code_presets_the_region_when_following_or_scanned(at: Desk) -> None:
    words = await answer(at, at.follower.follow("kj_xingcheng"))
    assert "您好" in words
    assert "兴城市" in words
    assert "兴城市" in await answer(at, at.follower.scan("kj_xingcheng"))
    await answer(at, at.follower.say("失业补助金怎么领"))
    assert at.rasa.received[-1]["metadata"]["region"] == "xingcheng"
    before = len(at.follower.seen)
    await at.follower.scan("unknown")
    assert len(at.follower.seen) == before


async def test_a_button_of_the_menu_says_what_stands_in_the_file(at: Desk) -> None:
    await answer(at, at.follower.click("refund"))
    assert at.heard() == ["稳岗返还是什么"]
    before = len(at.follower.seen)
    await at.follower.click("no-such-key")
    await at.follower.event("VIEW", EventKey="https://example.com/")
    await at.follower.event("something_new_of_the_platform")
    assert len(at.follower.seen) == before
    assert at.platform.faults == []


async def test_an_option_is_taken_by_tap_title_or_number(at: Desk) -> None:
    ask = {**ASK, "options": PLACES}
    at.rasa.answer = lambda request: spoken(str(ASK["question"]), request, "clarifying", ask=ask)
    for act in (at.follower.say("怎么领"), at.follower.say("2"), at.follower.say("葫芦岛市")):
        await answer(at, act)
    await answer(at, at.follower.tap(2))
    assert at.heard() == ["怎么领", "广州市", "葫芦岛市", "广州市"]


async def test_while_a_person_serves_the_bot_says_nothing(at: Desk) -> None:
    await answer(at, at.follower.say("失业补助金怎么领"))
    await at.follower.event("kf_create_session", KfAccount="kf1@koujing")
    before = len(at.follower.seen)
    await at.follower.say("在吗")
    assert len(at.follower.seen) == before
    await at.follower.event("kf_close_session", KfAccount="kf1@koujing")
    assert "答复" in await answer(at, at.follower.say("失业补助金多少钱"))
    assert at.heard() == ["失业补助金怎么领", "失业补助金多少钱"]


@pytest.mark.parametrize("leave", ["unfollow", "revoke"])
async def test_who_leaves_is_forgotten(at: Desk, leave: str) -> None:
    await answer(at, at.follower.locate("辽宁省葫芦岛市兴城市"))
    await answer(at, at.follower.say("失业补助金怎么领"))
    assert (at.kept(wechat_followers), at.kept(sessions), at.kept(receipts)) == (1, 1, 1)
    await getattr(at.follower, leave)()
    for table in (wechat_followers, sessions, messages, receipts):
        assert at.kept(table) == 0
    assert at.platform.faults == []


async def test_too_many_questions_are_told_so_and_none_is_half_answered(
    settings: Settings, rasa: FakeRasa, knowledge: Knowledge
) -> None:
    async with opened(replace(settings, wechat_messages_per_minute=2), rasa, knowledge) as at:
        for text in ("失业补助金怎么领", "多少钱一个月"):
            await answer(at, at.follower.say(text))
        assert "太快" in await answer(at, at.follower.say("能领多久呢"))
        assert len(at.heard()) == 2


async def test_transfer_to_wechats_own_service_where_the_bureau_wants_it(
    settings: Settings, rasa: FakeRasa, knowledge: Knowledge, tmp_path: Path
) -> None:
    text = (ROOT / "wechat.yml").read_text(encoding="utf-8").replace("transfer: false", "transfer: true")
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    handoff = {"state": "offered", "ticket": None, "hours": None}
    own = replace(settings, wechat=tmp_path / "own.yml")
    async with opened(own, rasa, knowledge, staff=["kf1@koujing"]) as at:
        rasa.answer = lambda request: spoken("可以转人工。", request, "handed_off", handoff=handoff)
        await at.follower.say("转人工")
        await at.platform.settle()
        assert at.follower.staff == "kf1@koujing"
        await at.follower.say("您好")
        assert at.platform.staff_inbox == [(at.follower.openid, "您好")]
        assert len(rasa.received) == 1
        assert at.platform.faults == []


async def test_health_tells_how_the_account_does(at: Desk) -> None:
    await answer(at, at.follower.say("失业补助金怎么领"))
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{at.url}/wechat", content=b"<xml/>")).status_code == 400
        body = (await http.get(f"{at.url}/health")).json()
    wechat = body["wechat"]
    assert (body["status"], wechat["mode"], wechat["push"], wechat["api"]["state"]) == ("up", "safe", True, "up")
    assert wechat["waiting"] == {"pending": 0, "outbox": 0, "ambiguous": 0}
    assert wechat["refused"] == {"parameters": 1}


async def test_the_address_is_verified(at: Desk) -> None:
    assert await at.platform.verify()
