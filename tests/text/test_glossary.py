import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT
from koujing.text.glossary import Glossary
from tests.answering.replies import policies

WORDS = read_document(ROOT / "policies" / "glossary.yml").data["words"]


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary(WORDS)


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("我是HR,layoff rate 5%能 apply 吗", "我是人事,裁员率5%能申请吗"),
        ("Unemployment Assistance的Deadline", "失业补助金的截止时间"),
        ("social insurance subsidy", "社保补贴"),
        ("SHR hrs apply2 X证书 app", "SHR hrs apply2 X证书 app"),
        ("", ""),
    ],
)
def test_whole_words_of_any_case_the_longest_first(glossary: Glossary, said: str, chinese: str) -> None:
    assert glossary.translate(said) == chinese


def test_no_words_change_nothing() -> None:
    assert Glossary({}).translate("HR") == "HR"


@given(st.lists(st.sampled_from([*WORDS, "公司", " ", ",", "X证书", "b"]), max_size=8).map("".join))
def test_translating_twice_changes_nothing_more(glossary: Glossary, text: str) -> None:
    once = glossary.translate(text)
    assert glossary.translate(once) == once


def test_the_policies_glossary_is_well_formed_and_names_no_place() -> None:
    validate(read_document(ROOT / "policies" / "glossary.yml"), "glossary")
    assert len(WORDS) <= 80
    places = set(policies().regions.finder_data()["surfaces"])
    assert not {word.lower() for word in WORDS} & places
    assert all(re.fullmatch(r"[一-龥]+", chinese) for chinese in WORDS.values())
