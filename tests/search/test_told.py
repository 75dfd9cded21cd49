"""The reading of facts learnt from a tiny set of marked sentences."""

from __future__ import annotations

import datetime as dt
import io

import joblib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.search.told import LEAST, FactModel, ToldFact
from koujing.settings import DEMO_DATE
from koujing.text.learnt import SURE
from tests.search.marked_examples import MARKED


def fitted() -> FactModel:
    model = FactModel()
    model.fit(MARKED, DEMO_DATE)
    return model


@pytest.fixture(scope="module")
def model() -> FactModel:
    return fitted()


def sure(model: FactModel, text: str) -> set[tuple[str, str | None, str]]:
    """What a text surely states: the fact, its value and the words."""
    told = model.read(text, DEMO_DATE)
    return {(each.fact, each.value, text[each.start : each.end]) for each in told if each.share >= SURE}


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("我的饭碗砸了,咋整", {("is_unemployed", "true", "我的饭碗砸了")}),
        ("就想问问,饭碗端得稳着呢", {("is_unemployed", "false", "饭碗端得稳着呢")}),
        (
            "红本本攥手里了,如今在家抠脚",
            {("certificate_obtained", "true", "红本本攥手里了"), ("is_unemployed", "true", "如今在家抠脚")},
        ),
    ],
)
def test_a_clause_states(model: FactModel, text: str, stated: set[tuple[str, str, str]]) -> None:
    assert sure(model, text) == stated


@pytest.mark.parametrize(
    ("text", "fact", "words"),
    [
        ("手底下43张嘴", "company_headcount", "43"),
        ("我手底下养着六十张嘴,不容易", "company_headcount", "六十"),
        ("社保前后熬了17个月", "insured_months", "17个月"),
        ("前后熬了三年", "insured_months", "三年"),
    ],
)
def test_a_figure_is_of_a_fact(model: FactModel, text: str, fact: str, words: str) -> None:
    assert sure(model, text) == {(fact, None, words)}


def test_each_figure_has_a_fact_of_its_own(model: FactModel) -> None:
    assert sure(model, "手底下养着43张嘴,社保前后熬了17个月") == {
        ("company_headcount", None, "43"),
        ("insured_months", None, "17个月"),
    }


@pytest.mark.parametrize(
    "text",
    ["桌上摆着43张纸", "房租欠了17个月", "砸了饭碗的人能拿啥", "红本本在哪领", "在家抠脚的人有没有补贴"],
)
def test_what_only_looks_alike_states_nothing(model: FactModel, text: str) -> None:
    assert sure(model, text) == set()


@pytest.mark.parametrize("text", ["", " ", "，。", ",。?!", "\n", "qqqq"])
def test_nothing_is_told_of_no_words(model: FactModel, text: str) -> None:
    assert model.read(text, DEMO_DATE) == []


def test_two_fits_and_a_stored_copy_tell_alike(model: FactModel) -> None:
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    stored, again = joblib.load(file), fitted()
    texts = [sentence.text for sentence in MARKED]
    told = [[each.read(text, DEMO_DATE) for text in texts] for each in (model, stored, again)]
    assert any(told[0])
    assert told[0] == told[1] == told[2]


def test_the_day_makes_no_difference_to_what_a_figure_is_of(model: FactModel) -> None:
    later = model.read("手底下43张嘴", dt.date(2022, 3, 1))
    assert later == model.read("手底下43张嘴", DEMO_DATE)


@given(st.text(alphabet="手底下饭碗砸了在家抠脚红本熬37张嘴个月年,。 ", max_size=24))
def test_whatever_is_read_stands_in_the_text_and_is_likely_enough(model: FactModel, text: str) -> None:
    for each in model.read(text, DEMO_DATE):
        assert isinstance(each, ToldFact)
        assert 0 <= each.start < each.end <= len(text)
        assert round(LEAST, 4) <= each.share <= 1
        assert not set(",。") & set(text[each.start : each.end])
        assert (each.value is None) == (each.fact in ("company_headcount", "insured_months"))
