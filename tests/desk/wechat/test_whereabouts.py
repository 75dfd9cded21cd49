"""The region of an address."""

from __future__ import annotations

import pytest

from koujing.desk.wechat.whereabouts import Whereabouts
from koujing.knowledge.base import Knowledge


@pytest.fixture
def whereabouts(knowledge: Knowledge) -> Whereabouts:
    return Whereabouts(knowledge.regions)


@pytest.mark.parametrize(
    ("label", "region"),
    [
        ("辽宁省葫芦岛市兴城市滨海路12号", "xingcheng"),
        ("广东省广州市天河区体育西路", "tianhe"),
        ("广东省深圳市", "shenzhen"),
        ("葫芦岛市连山区渤海街", "huludao-lianshan"),
        ("中国辽宁省葫芦岛市", "huludao"),
        ("北京市朝阳区建国路", "beijing-chaoyang"),
    ],
)
def test_the_narrowest_place_that_it_begins_with(whereabouts: Whereabouts, label: str, region: str) -> None:
    assert whereabouts.region(label) == region


@pytest.mark.parametrize("label", ["", "渤海街12号", "星巴克（葫芦岛店）", "朝阳区建国路"])
def test_nothing_is_guessed(whereabouts: Whereabouts, label: str) -> None:
    assert whereabouts.region(label) is None
