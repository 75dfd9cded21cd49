"""Links as WeChat renders them, and words that can make none."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.wechat.links import LINK, harmless, page_link, receipt_url, tap_link

words = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=30)


def test_a_tap_says_its_label_as_if_typed() -> None:
    assert tap_link("办理条件", 1) == (
        '<a href="weixin://bizmsgmenu?msgmenucontent=%E5%8A%9E%E7%90%86%E6%9D%A1%E4%BB%B6&msgmenuid=1">办理条件</a>'
    )
    assert tap_link("是", 2, "2. 是").endswith('msgmenuid=2">2. 是</a>')


def test_a_page_is_reached_under_the_public_address() -> None:
    url = receipt_url("https://zx.example.gov.cn/", "AB12CD34EF56")
    assert page_link(url, "全文") == '<a href="https://zx.example.gov.cn/r/AB12CD34EF56">全文</a>'
    assert page_link('https://a.cn/?q="><a', "甲") == '<a href="https://a.cn/?q=%22%3E%3Ca">甲</a>'


@given(words, st.integers(1, 99))
def test_whatever_the_label_it_is_one_link_that_says_it(label: str, number: int) -> None:
    link = tap_link(label, number)
    assert LINK.fullmatch(link)
    content = re.search(r"msgmenucontent=([^&]*)&msgmenuid=(\d+)\"", link)
    assert content is not None
    assert (unquote(content[1]), int(content[2])) == (label, number)


@given(words)
def test_harmless_words_hold_no_mark(text: str) -> None:
    assert not set("<>") & set(harmless(text))
    assert harmless("<a href='x'>点我</a>") == "＜a href='x'＞点我＜/a＞"
