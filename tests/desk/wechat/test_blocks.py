"""Blocks of a text in the making."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.web.choices import Choice
from koujing.desk.wechat.blocks import Blocks, Menu, headed, lined
from koujing.desk.wechat.links import tap_link
from koujing.desk.wechat.offers import Offer


def choice(label: str) -> Choice:
    return Choice("R.1", "option", label, f"说{label}")


def test_lines_to_tap_stand_apart_and_are_numbered_through() -> None:
    menu = Menu()
    assert menu.lines([choice("是"), choice("否")], linked=True, numbered=True) == (
        f"{tap_link('是', 1, '1. 是')}\n\n{tap_link('否', 2, '2. 否')}"
    )
    assert menu.lines([choice("还有吗")], linked=False, numbered=True) == "3. 还有吗"
    assert menu.offers == [Offer("是", "说是"), Offer("否", "说否"), Offer("还有吗", "说还有吗")]


def test_where_numbers_mean_something_else_there_are_none() -> None:
    menu = Menu()
    assert menu.lines([choice("是"), choice("否")], linked=False, numbered=False) == "· 是\n· 否"
    assert menu.lines([choice("是")], linked=True, numbered=False) == tap_link("是", 3)
    assert all(offer.figure for offer in menu.offers)


def test_a_label_too_long_for_a_link_is_typed() -> None:
    assert Menu().lines([choice("字" * 41)], linked=True, numbered=True) == "1. " + "字" * 41


def test_a_label_is_no_markup() -> None:
    assert Menu().lines([choice("<a>点我")], linked=False, numbered=True) == "1. ＜a＞点我"


def test_a_heading_stands_once_over_those_that_share_it() -> None:
    assert headed(["甲", "乙", "丙"], ["符合", "符合", "还缺信息"]) == ["【符合】\n甲", "乙", "【还缺信息】\n丙"]
    assert headed(["甲", "乙"], []) == ["甲", "乙"]


def test_a_long_paragraph_is_lined_behind_semicolons_outside_brackets() -> None:
    short = "甲；乙。"
    assert lined(short) == short
    long = f"可以{'补' * 40}；不得（见附件；以原件为准）{'拒' * 40}；{'丁' * 9}。"
    assert lined(long).split("\n") == [
        f"可以{'补' * 40}；",
        f"不得（见附件；以原件为准）{'拒' * 40}；",
        "丁" * 9 + "。",
    ]


def test_a_very_long_list_is_lined_behind_each_thing() -> None:
    thing = f"补贴（要看{'条' * 30}）"
    assert lined("、".join([thing] * 4) + "。").split("\n") == [*[thing + "、"] * 3, thing + "。"]


@given(st.text("甲乙；。，、（）“”\n", max_size=300))
def test_lining_changes_white_space_alone(paragraph: str) -> None:
    assert "".join(lined(paragraph).split()) == "".join(paragraph.split())


def test_of_a_text_too_long_the_longest_reply_is_cut_from_its_end_and_nothing_else() -> None:
    blocks = Blocks()
    blocks.add("  ", 0)
    blocks.add("甲" * 200, 0)
    blocks.add("乙乙乙乙。" * 60, 1, said=True)
    blocks.add("再乙。" * 200, 1, said=True)
    blocks.add("丙" * 50, 2, said=True)
    (part,) = blocks.cut_to(1)
    first, second, third = part.split("\n\n")
    assert (first, third) == ("甲" * 200, "丙" * 50)
    assert second == "乙乙乙乙。" * 60 + "……"
    assert blocks.text == part


def test_a_sentence_is_cut_behind_a_clause_never_in_a_figure() -> None:
    blocks = Blocks()
    blocks.add("受理到2021年12月31日，" * 50 + "2022年6月30日止。", 0, said=True)
    blocks.add("丁" * 400, 0)
    (part,) = blocks.cut_to(1)
    said = part.split("\n\n")[0]
    assert set(said.removesuffix("，……").split("，")) == {"受理到2021年12月31日"}


def test_once_all_are_short_the_first_go() -> None:
    blocks = Blocks()
    for n in range(40):
        blocks.add(f"{n}" + "甲" * 20, n, said=True)
    (part,) = blocks.cut_to(1)
    assert part.startswith("……\n\n")
    assert part.endswith("39" + "甲" * 20)


def test_parts_are_cut_between_replies() -> None:
    blocks = Blocks()
    for n in range(2):
        blocks.add("说" * 250, n, said=True)
        blocks.add("依据" * 60, n)
    first, second = blocks.parts()
    assert first.startswith("说")
    assert second.startswith("说")


def test_what_cannot_be_cut_ends_all_the_same() -> None:
    blocks = Blocks()
    blocks.add("字" * 3000, 0)
    assert len(blocks.cut_to(3)) == 3
