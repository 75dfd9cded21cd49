"""A list denied as a whole denies each thing of it, and no list that is told, asked about or parted from its denial."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT
from koujing.text.cues import CueError
from koujing.text.listed import ListedDenials

WORDS = read_document(ROOT / "policies" / "fact_words.yml").data["denied_lists"]
LISTS = ListedDenials(WORDS)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("低保、残疾、孤儿这些她一样不占", "不是低保,不是残疾,不是孤儿"),
        ("家里低保、特困一个都没有,没贷过款", "家里没有低保,没有特困,没贷过款"),
        ("失业金、补助金一次都没领", "没领过失业金,没领过补助金"),
        ("这几样我全不沾边:低保、残疾", "不是低保,不是残疾"),
        ("我们家低保残疾烈属啥都不是", "我们家不是低保残疾烈属"),
        ("低保、残疾都不是!", "不是低保,不是残疾!"),
        ("低保、特困都没有的", "没有低保,没有特困"),
        ("低保、零就业家庭、失业1年以上这些我都不是", "不是低保,不是零就业家庭,不是失业1年以上"),
        # What says something of itself stays as it is said: no more than the others are denied.
        ("失业了、没领失业金、补助金都没领过", "失业了,没领失业金,没领过补助金"),
        ("我下岗了、没交过社保、低保也都没有", "我下岗了,没交过社保,没有低保"),
        ("我残疾、家里困难、低保都没有", "我残疾,家里困难,没有低保"),
        ("孩子3岁、低保、特困都没有", "孩子3岁,没有低保,没有特困"),
    ],
)
def test_each_thing_listed_is_denied(said: str, plain: str) -> None:
    assert LISTS.spread(said).text == plain


@pytest.mark.parametrize(
    "said",
    [
        "低保、残疾都没有吗",
        "低保户、残疾人,我占一样",
        "我妈低保,残疾证也有",
        "养老、失业、工伤都交着",
        "五年都没有上班",
    ],
)
def test_no_other_list_is_touched(said: str) -> None:
    assert LISTS.spread(said).text == said


@given(st.lists(st.sampled_from(["低保", "残疾", "孤儿", "烈属"]), min_size=2, max_size=4, unique=True))
def test_what_is_denied_leads_back_to_the_list(items: list[str]) -> None:
    plain = LISTS.spread("、".join(items) + "都不是")
    assert plain.text == ",".join(f"不是{item}" for item in items)
    assert plain.place(0, len(plain.text)) == (0, len(plain.original))


def test_a_wrong_expression_says_which_it_is() -> None:
    with pytest.raises(CueError) as raised:
        ListedDenials({**WORDS, "before": "(?:"})
    assert raised.value.path == ("denied_lists", "before")
