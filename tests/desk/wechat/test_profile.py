"""`wechat.yml`: the project's own, and every mistake in one with its line and how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from koujing.desk.wechat.profile import PHRASES, load_profile
from koujing.knowledge.base import Knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.settings import ROOT

OWN = (ROOT / "wechat.yml").read_text(encoding="utf-8")


def test_the_projects_own_says_everything(knowledge: Knowledge) -> None:
    profile = load_profile(ROOT / "wechat.yml", knowledge.regions)
    assert set(profile.phrases) == set(PHRASES)
    assert profile.says["refund"] == "稳岗返还是什么"
    assert {button.name for button in profile.menu} == {"能领什么", "查政策", "转人工"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title: 就业政策咨询", "titel: 就业政策咨询", "是否指“title”"),
        ("region: null", "region: xingchen", "xingcheng"),
        ("transfer: false", "transfer: 关", "true 或 false"),
        ("scenes: {}", "scenes: {kj: xingchen}", "xingcheng"),
        ("scenes: {}", "scenes: {场景: xingcheng}", "英文"),
        ("scenes: {}", "scenes: [kj]", "键和值"),
        ("scenes: {}", "scenes: {kj: null}", "地区"),
        ("key: refund, ", "", "一起写"),
        ("key: refund", "key: skill", "用了两次"),
        (", says: 转人工}", "}", "says、url、sub"),
        ('“{question}”："\n  # 还有', '“{questoin}”："\n  # 还有', "{question}"),
        ("digits: 回复数字也可以。", 'digits: "回复{n}也可以。"', "不能有"),
        ("digits: 回复数字也可以。", 'digits: "回复{也可以。"', "不成对"),
        ("  full: 全文\n", "", "缺少“full”"),
        ("again: [重看, 再发一遍, 没收到, 没看到]", "again: 重看", "列表"),
    ],
)
def test_a_mistake_is_told_with_its_line(knowledge: Knowledge, tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in OWN
    path = tmp_path / "wechat.yml"
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_profile(path, knowledge.regions)
    assert re.search(r"wechat\.yml:\d+", str(caught.value))
    assert says in str(caught.value)
