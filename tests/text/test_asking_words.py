"""What a question asks for, by its words alone."""

from __future__ import annotations

import pytest

from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT
from koujing.text.asking_words import AskingWords

WORDS = AskingWords(read_document(ROOT / "policies" / "dialogue.yml").data["asks_for"])


@pytest.mark.parametrize(
    ("method", "text", "asked"),
    [
        ("yes_no", "我能领吗", True),
        ("yes_no", "我申请唔申请到", True),
        ("yes_no", "能领多少", False),
        ("qualifies", "够不够条件,能返多少", True),
        ("qualifies", "能不能领,最多多少", True),
        ("qualifies", "够不够用", False),
        ("gets", "而家申请得未", True),
        ("gets", "这叫不叫零就业家庭", True),
        ("gets", "算不算晚了", False),
        ("gets", "网上办行不行", False),
        ("wishes", "想再申请一次行不行", True),
        ("wishes", "申请一次行不行", False),
        ("more_than_one", "可以申请多次吗", True),
        ("more_than_one", "可以申请吗", False),
        ("how_much", "能返几多", True),
        ("how_much", "能返吗", False),
        ("open", "什么时候能领", True),
        ("open", "能领吗", False),
        ("handled", "网上能办吗", True),
        ("handled", "能办吗", False),
    ],
)
def test_a_question_asks_for_what_its_words_say(method: str, text: str, asked: bool) -> None:
    assert getattr(WORDS, method)(text) is asked
