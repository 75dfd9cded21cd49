"""The simulator worked by another program."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from koujing.wechat_sim.platform import Platform
from tests.wechat_sim.conftest import Desk
from tests.wechat_sim.test_follower import OPTION, PAGE, told

pytestmark = pytest.mark.anyio
ME = "/sim/followers/oMe"


@pytest.fixture
async def http(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=platform.url, trust_env=False) as http:
        yield http


async def test_a_conversation(desk: Desk, http: httpx.AsyncClient) -> None:
    desk.says(f"{OPTION}，{PAGE}")
    said = (await http.post(f"{ME}/say", json={"given": "稳岗返还"})).json()
    assert (said["tries"], said["fault"], [one["text"] for one in said["seen"]]) == (1, None, ["条件[1]，全文[2]"])
    assert (await http.post(f"{ME}/tap", json={"given": 2})).json() == {"opens": "https://x/r/1"}
    await http.post(f"{ME}/tap", json={"given": "条件"})
    assert told(desk)["Content"] == "办理条件"
    screen = (await http.get(ME)).json()
    assert (screen["typing"], [one["via"] for one in screen["seen"]]) == (False, ["passive", "passive"])


async def test_what_cannot_be_done(http: httpx.AsyncClient) -> None:
    assert (await http.post(f"{ME}/tap", json={"given": "没有"})).status_code == 409
    assert (await http.post(f"{ME}/dance", json={})).status_code == 404
    assert (await http.get("/cgi-bin/unknown")).status_code == 404


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("voice", "好"),
        ("picture", None),
        ("locate", "葫芦岛"),
        ("follow", None),
        ("scan", "kj"),
        ("unfollow", None),
        ("click", "k"),
    ],
)
async def test_every_act_reaches_the_desk(desk: Desk, http: httpx.AsyncClient, act: str, given: str | None) -> None:
    assert (await http.post(f"{ME}/{act}", json={"given": given})).json() == {"tries": 1, "fault": None, "seen": []}
    assert len(desk.came) == 1


async def test_errors_and_tokens(desk: Desk, platform: Platform, http: httpx.AsyncClient) -> None:
    assert (await http.post("/sim/troubles", json={"path": "send", "code": 45047, "times": 3})).status_code == 204
    assert [(one.code, one.times) for one in platform.troubles] == [(45047, 3)]
    await http.delete("/sim/troubles")
    assert list(platform.troubles) == []
    token, _ = platform.tokens.issue()
    await http.post("/sim/tokens/invalidate")
    assert platform.tokens.check(token) == 40001
    desk.gives(b"{}")
    await http.post(f"{ME}/say", json={"given": "在吗"})
    (fault,) = (await http.get("/sim/faults")).json()["faults"]
    assert fault["openid"] == "oMe"
