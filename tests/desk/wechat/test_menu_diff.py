"""What differs between two menus, in words that an editor understands."""

from __future__ import annotations

from dataclasses import replace

from koujing.desk.wechat.menu import Button, platform_form
from koujing.desk.wechat.menu_diff import differences
from tests.desk.wechat.test_menu import FORM, MENU, SITE

SAYS = {"lost_job": "我失业了", "human": "转人工"}


def test_no_difference() -> None:
    assert differences(FORM, platform_form(MENU), SAYS) == []
    assert differences([], [], {}) == []


def test_differences_in_words() -> None:
    changed = (
        Button("转人工", says="我要人工", key="person"),
        Button(
            "能领什么", sub=(replace(SITE, url="https://new.test"), Button("应届毕业生", says="应届生", key="graduate"))
        ),
    )
    old = [*FORM, {"type": "news", "name": "最新通知", "value": "media-id"}]
    assert differences(old, platform_form(changed), {"person": "我要人工", "graduate": "应届生"}) == [
        "～ 改动  转人工：点击（key human） → 替粉丝说“我要人工”（key person）",
        "～ 改动  能领什么 › 人社局网站：打开 https://rsj.example.gov.cn/ → 打开 https://new.test",
        "＋ 新增  能领什么 › 应届毕业生：替粉丝说“应届生”（key graduate）",
        "－ 去掉  能领什么 › 失业了能领什么：点击（key lost_job）",
        "－ 去掉  最新通知：回复图文（media-id）",
        "↕ 次序  一级按钮：能领什么、转人工 → 转人工、能领什么",
    ]


def test_a_button_that_gets_sub_buttons() -> None:
    before = [{"type": "view", "name": "a", "url": "https://x.test"}]
    after = [{"name": "a", "sub_button": [{"type": "click", "name": "b", "key": "k"}]}]
    assert differences(before, after, {"k": "话"}) == [
        "～ 改动  a：打开 https://x.test → 展开 1 个子按钮",
        "＋ 新增  a › b：替粉丝说“话”（key k）",
    ]
