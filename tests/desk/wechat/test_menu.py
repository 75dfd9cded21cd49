"""A menu that the platform would not take is refused before any call, with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from koujing.desk.wechat.menu import Button, check, online, platform_form, publish, too_wide
from koujing.knowledge.errors import PolicyFileError
from tests.desk.wechat.interface import Platform, Time, make_api

CREATE, DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/delete"
CURRENT = "/cgi-bin/get_current_selfmenu_info"

LOST = Button("失业了能领什么", says="我失业了", key="lost_job")
SITE = Button("人社局网站", url="https://rsj.example.gov.cn/")
MENU = (Button("能领什么", sub=(LOST, SITE)), Button("转人工", says="转人工", key="human"))
FORM = [
    {
        "name": "能领什么",
        "sub_button": [
            {"type": "click", "name": "失业了能领什么", "key": "lost_job"},
            {"type": "view", "name": "人社局网站", "url": "https://rsj.example.gov.cn/"},
        ],
    },
    {"type": "click", "name": "转人工", "key": "human"},
]


def named(name: str, **more: Any) -> Button:
    given: dict[str, Any] = {"says": name, "key": name, "where": (Path("wechat.yml"), 42), **more}
    return Button(name, **given)


def test_the_platforms_form() -> None:
    check(MENU)
    assert platform_form(MENU) == FORM


def test_at_the_limits() -> None:
    top = [named("五个汉字长a", says=None, key=None, sub=tuple(named(f"{n}" + "长" * 19 + "ab") for n in range(5)))]
    assert len(top[0].name.encode()) == 16
    assert len(top[0].sub[0].name.encode()) == 60
    check([*top, named("b", key="k" * 128), named("c", says=None, key=None, url="https://x.test/" + "p" * 1009)])


@pytest.mark.parametrize(
    ("menu", "what"),
    [
        ([named("六个汉字名称")], "18 字节"),
        ([named("a", says=None, key=None, sub=(named("长" * 21),))], "63 字节"),
        ([named(" ")], "没有名称"),
        ([named("a"), named("b"), named("c"), named("d")], "4 个"),
        ([named("a", says=None, key=None, sub=tuple(named(f"s{n}") for n in range(6)))], "6 个子按钮"),
        ([named("a", key="k" * 129)], "key 不对"),
        ([named("a", key="")], "key 不对"),
        ([named("a", key=None)], "一起写"),
        ([named("a", says=None, url="https://x.test")], "一起写"),
        ([named("a", says=None, key=None, url="https://x.test/" + "p" * 1010)], "网址不对"),
        ([named("a", says=None, key=None, url="x.test")], "网址不对"),
        ([named("a", url="https://x.test")], "其中一个|中的一个"),
        ([named("a", says=None, key=None)], "中的一个"),
        ([named("a", says=None, key=None, sub=(named("b", says=None, key=None, sub=(named("c"),)),))], "中的一个"),
        ([named("a"), named("a", key="other")], "有两个“a”"),
        ([named("a"), named("b", says=None, key=None, sub=(named("c", key="a"),))], "用了两次"),
    ],
)
@pytest.mark.anyio
async def test_refused_before_any_call_with_its_line(menu: list[Button], what: str) -> None:
    platform = Platform()
    api, _, _ = make_api(platform, Time())
    with pytest.raises(PolicyFileError, match=what) as caught:
        await publish(api, menu)
    assert str(caught.value).startswith("wechat.yml:42: ")
    assert "改法：" in str(caught.value)
    assert not platform.calls
    await api.close()


def test_warns_of_names_that_telephones_cut() -> None:
    short = [named("四个汉字"), named("abcdefgh"), named("x", sub=(named("八个汉字八个汉字"),))]
    assert not list(too_wide(short))
    long = [named("五个汉字名"), named("abcdefghi"), named("x", sub=(named("九个汉字九个汉字九"),))]
    assert [button.name for button in too_wide(long)] == ["五个汉字名", "abcdefghi", "九个汉字九个汉字九"]


@pytest.mark.anyio
async def test_publishes_and_takes_away() -> None:
    platform = Platform()
    api, _, _ = make_api(platform, Time())
    await publish(api, MENU)
    assert platform.bodies[-1] == (CREATE, {"button": FORM})
    await publish(api, ())
    assert platform.bodies[-1] == (DELETE, None)
    await api.close()


@pytest.mark.anyio
async def test_reads_a_menu_made_by_an_interface_or_on_the_platforms_pages() -> None:
    platform = Platform()
    api, _, _ = make_api(platform, Time())
    listed = [{"name": "能领什么", "sub_button": {"list": FORM[0]["sub_button"]}}, FORM[1]]
    platform.answers[CURRENT] = [
        {"is_menu_open": 1, "selfmenu_info": {"button": listed}},
        {"is_menu_open": 1, "selfmenu_info": {"button": FORM}},
        {"is_menu_open": 1, "selfmenu_info": {"button": [{"type": "text", "name": "旧", "value": "你好", "x": 1}]}},
        {"is_menu_open": 0},
        {"is_menu_open": 1},
    ]
    assert await online(api) == FORM
    assert await online(api) == FORM
    assert await online(api) == [{"type": "text", "name": "旧", "value": "你好"}]
    assert await online(api) == []
    assert await online(api) == []
    await api.close()
