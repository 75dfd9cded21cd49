"""What a message means, given what was offered: tapped, typed by number in many ways, or something else altogether."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.wechat.offers import Offer, dumped, loaded, resolve

OPTIONS = (Offer("广东省", "广东省"), Offer("广州市", "广州市"), Offer("葫芦岛市", "葫芦岛市"))
FIGURE = (Offer("是，28人都参保", "是，28人都参保", figure=True), Offer("不是", "不是", figure=True))
# A question's options, whose numbers are shown, and under it matters that are chosen by name.
MIXED = (Offer("是", "是"), Offer("否", "否"), Offer("失业补助金", "第1个", True), Offer("公益性岗位", "第2个", True))


@pytest.mark.parametrize(
    "typed",
    ["2", "２", "2.", "2、", "2。", " 2 ", "(2)", "（2）", "②", "⑵", "2️⃣", "二", "第二个", "第2个", "第 2 个", "第二", "选2", "我选二",
     "选第二个", "广州市", "广州 市", " 广州市\n", "2. 广州市", "2.广州市", "２、广州市", "2\u200b"],
)  # fmt: skip
def test_an_option_is_meant(typed: str) -> None:
    assert resolve(typed, None, OPTIONS) == "广州市"


@pytest.mark.parametrize(
    "typed",
    ["4", "0", "12", "2个", "两个", "一个", "22", "2.5", "2021", "2年", "二月", "第二条", "第二项", "第（二）项", "第十二个", "广州", "2. 广东省",
     "-2", "3万", "", " ", "。", "第", "十", "1 2", "1和2", "二二", "你好"],
)  # fmt: skip
def test_nothing_offered_is_meant(typed: str) -> None:
    assert resolve(typed, None, OPTIONS) == typed


@pytest.mark.parametrize("typed", ["2", "２", "二", "②", "第二个", "2.", "28"])
def test_where_a_figure_is_asked_for_a_number_is_the_figure(typed: str) -> None:
    assert resolve(typed, None, FIGURE) == typed


@pytest.mark.parametrize("typed", ["不是", "不 是", "是，28人都参保", "是,28人都参保", "是，２８人都参保"])
def test_beside_a_figure_the_options_words_still_count(typed: str) -> None:
    assert resolve(typed, None, FIGURE) == ("不是" if typed.startswith("不") else "是，28人都参保")


@pytest.mark.parametrize("typed", ["1", "一", "第一个", "①", "失业补助金"])
def test_without_offers_everything_is_said_as_it_is(typed: str) -> None:
    assert resolve(typed, "1", ()) == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", "是"),
        ("2", "否"),
        ("3", "3"),
        ("第二个", "第2个"),
        ("第2个", "第2个"),
        ("失业补助金", "第1个"),
        ("否", "否"),
    ],
)
def test_the_numbers_are_the_options_and_the_listed_matters_keep_theirs(typed: str, meant: str) -> None:
    assert resolve(typed, None, MIXED) == meant


def test_more_than_nine() -> None:
    many = [Offer(f"甲{n}乙", f"第{n}个") for n in range(1, 16)]
    assert resolve("11", None, many) == "第11个"
    assert resolve("十一", None, many) == "第11个"
    assert resolve("十", None, many) == "第10个"
    assert resolve("第十五个", None, many) == "第15个"


def test_a_tap_is_told_by_its_words_and_its_number_only_beside_them() -> None:
    assert resolve("失业补助金", "3", MIXED) == "第1个"
    assert resolve("", "2", OPTIONS) == "广州市"
    # A link further up, whose numbers were others: its words count.
    assert resolve("稳岗返还", "2", OPTIONS) == "稳岗返还"
    assert resolve("葫芦岛市", "2", OPTIONS) == "葫芦岛市"
    twice = (Offer("是", "甲是"), Offer("是", "乙是"))
    assert (resolve("是", "2", twice), resolve("是", None, twice)) == ("乙是", "甲是")


@pytest.mark.parametrize("menu_id", ["", "0", "9", "-1", "x", "９", "²", "9" * 5000, "1e3", None])
def test_a_strange_menu_id_does_no_harm(menu_id: str | None) -> None:
    assert resolve("你好", menu_id, OPTIONS) == "你好"


@given(st.text(max_size=40), st.none() | st.text(max_size=5), st.lists(st.text(max_size=8), max_size=5), st.booleans())
def test_it_is_the_text_or_an_offer(text: str, menu_id: str | None, labels: list[str], figure: bool) -> None:
    offers = [Offer(label, f"说{label}", figure) for label in labels]
    assert resolve(text, menu_id, offers) in {text, *(offer.says for offer in offers)}


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12), st.data())
def test_offers_are_the_same_after_they_were_kept(labels: list[str], data: st.DataObject) -> None:
    offers = tuple(Offer(label, label, data.draw(st.booleans())) for label in labels)
    assert loaded(json.loads(json.dumps(dumped(offers)))) == offers
