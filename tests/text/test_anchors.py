"""What a text must contain for an expression: never rules out a text that matches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.anchors import AnchorIndex, anchors_of

EXPRESSIONS = [
    "裁(?:掉|了)?[三四]个?",
    "(?:没|没有)(?:裁|辞)",
    "(?<!不)符合(?=条件)",
    "(?:公司)*",
    "[^,]{0,3}人",
    "[一-龥]了",
    "(?:裁了|没裁)",
    "(?!不)[a-c]",
]


def test_anchors_are_the_characters_that_must_stand() -> None:
    assert [sorted(each) for each in anchors_of("裁(?:掉|了)?[三四]个?")] == [["裁"], ["三", "四"]]
    assert anchors_of("(?:公司)*") == ()
    assert anchors_of("[一-龥]") == ()
    assert anchors_of("(?!不)[a-c]") == (frozenset("abc"),)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(text=st.text(alphabet="裁掉了三四个没有辞不符合条件公司人,abc", max_size=12))
def test_what_matches_is_never_ruled_out(expression: str, text: str) -> None:
    if re.search(expression, text):
        assert AnchorIndex([[anchors_of(expression)]]).find(text) == [0]


def test_most_expressions_are_ruled_out_by_the_text() -> None:
    index = AnchorIndex([[anchors_of("裁了"), anchors_of("辞")], [], [anchors_of("低保")], [anchors_of(".*")]])
    assert index.find("他裁了人") == [0, 3]
    assert index.find("辞") == [0, 3]
    assert index.find("低") == [3]
