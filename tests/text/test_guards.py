"""What keeps a clause from telling anything: questions from its beginning or at its end."""

from __future__ import annotations

import pytest

from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT
from koujing.text.cues import macros_of
from koujing.text.guards import Guards

WORDS = read_document(ROOT / "policies" / "fact_words.yml").data
GUARDS = Guards(WORDS["guards"], macros_of(WORDS["macros"]))


@pytest.mark.parametrize(
    ("clause", "asks", "asks_last"),
    [
        ("失业补助金我能不能领", False, True),
        ("吃低保的家庭可不可以申请", False, True),
        ("能不能给我们家定成零就业家庭", True, False),
        ("我家算不算零就业家庭", True, True),
        ("我家吃低保", False, False),
        ("我能干活想上班找不着工作呢就", False, False),
    ],
)
def test_a_clause_asks_from_its_beginning_or_at_its_end(clause: str, asks: bool, asks_last: bool) -> None:
    assert (GUARDS.asks(clause), GUARDS.asks_last(clause)) == (asks, asks_last)


@pytest.mark.parametrize(
    ("text", "end", "negated"),
    [
        ("以前是低保,现在不是了", 5, True),
        ("以前是低保,后来取消了", 5, True),
        ("以前是低保,现在还是", 5, False),
        ("低保也没有", 2, True),
    ],
)
def test_what_was_so_once_is_so_no_more(text: str, end: int, negated: bool) -> None:
    assert GUARDS.negated(text, 0, end - 2, end) is negated
