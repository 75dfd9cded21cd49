"""What one reads, which links are there and what a tap on them means."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from koujing.wechat_sim.screen import Link, Shown, Via, menu_message, pieces

AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.timezone.utc)


def shown(text: str, number: int = 1) -> Shown:
    return Shown(AT, Via.PASSIVE, text, number)


def tappable(says: str, label: str, id: int = 1) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(says)}&msgmenuid={id}">{label}</a>'


def test_links_are_numbered_where_they_stand() -> None:
    text = f'请选：\n\n1. {tappable("办理条件", "条件")}\n\n2. {tappable("怎么办", "办法", 2)}\n\n<a href="https://x/r/1">全文</a>。'
    one = shown(text, number=3)
    assert one.as_text == "请选：\n\n1. 条件[3]\n\n2. 办法[4]\n\n全文[5]。"
    assert one.words == "请选：\n\n1. 条件\n\n2. 办法\n\n全文。"
    assert [(link.label, link.says, link.menu_id) for link in one.links] == [
        ("条件", "办理条件", "1"),
        ("办法", "怎么办", "2"),
        ("全文", None, None),
    ]
    assert one.links[2].url == "https://x/r/1"


def test_what_the_app_makes_no_link_of_stays_as_it_is_written() -> None:
    for text in (
        "1 < 2 & 3 > 2",
        "<b>粗</b>",
        '<a href="javascript:alert(1)">点</a>',
        '<a href="weixin://bizmsgmenu?msgmenuid=1">没有话</a>',
        '<a title="x">没有地址</a>',
        '<a href="https://x">没有结尾',
        "**粗**",
    ):
        assert shown(text).as_text == text
        assert shown(text).links == ()


def test_quotes_and_escapes_in_an_address() -> None:
    (link,) = shown("<a title='t' href='weixin://bizmsgmenu?msgmenucontent=a%26b&amp;msgmenuid=2'>选</a>").links
    assert (link.says, link.menu_id) == ("a&b", "2")


def test_an_official_menu_message() -> None:
    text = menu_message("满意吗？", [("101", "满意"), ("102", "不满意")], "谢谢")
    assert shown(text).as_text == "满意吗？\n满意[1]\n不满意[2]\n谢谢"
    assert [link.menu_id for link in shown(text).links] == ["101", "102"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_without_links_nothing_is_changed(text: str) -> None:
    if "<a" not in text.lower():
        assert list(pieces(text)) == ([text] if text else [])
        assert shown(text).as_text == text


@given(
    st.lists(
        st.one_of(
            st.text("好 a<>&\n", max_size=8),
            st.text("选项一", min_size=1, max_size=4).map(lambda label: Link(label, "", label)),
        )
    )
)
def test_every_piece_comes_back_in_order(parts: list[str | Link]) -> None:
    text = "".join(tappable(part.label, part.label) if isinstance(part, Link) else part for part in parts)
    one = shown(text)
    assert [link.says for link in one.links] == [part.says for part in parts if isinstance(part, Link)]
    assert one.words == "".join(part.label if isinstance(part, Link) else part for part in parts)
