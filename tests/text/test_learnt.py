"""What a model finds stated in a text, taken as facts where it is sure enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.yaml_lines import read_document
from koujing.settings import DEMO_DATE, ROOT
from koujing.text.cues import macros_of
from koujing.text.fact_values import Reading
from koujing.text.figures import fold
from koujing.text.guards import Guards
from koujing.text.learnt import SURE, Learnt, Taking, learnt

TYPES = {
    "jobless": {"type": "yes_no"},
    "kind": {"type": "choice", "options": {"firm": "企业", "club": "协会"}},
    "heads": {"type": "number", "unit": "人", "minimum": 1},
    "age": {"type": "number", "unit": "周岁", "minimum": 0},
    "months": {"type": "duration", "unit": "个月", "minimum": 0},
    "since": {"type": "date"},
    "until": {"type": "date"},
}
TAKINGS = {
    "heads": Taking("number", past=False),
    "age": Taking("number", past=False),
    "months": Taking("duration", past=False),
    "since": Taking("date", past=True),
    "until": Taking("date", past=False),
}


@dataclass(frozen=True)
class Said:
    """As a model would tell it."""

    fact: str
    value: str | None
    start: int
    end: int
    share: float = 0.9


@cache
def guards() -> Guards:
    words = read_document(ROOT / "policies" / "fact_words.yml").data
    return Guards(words["guards"], macros_of(words["macros"]))


def take(
    text: str, *told: tuple[str, str | None, str, float], on: dt.date = DEMO_DATE, taken: Collection[int] = ()
) -> list[Learnt]:
    """What is taken of `(fact, value, words, share)`."""
    said = [
        Said(fact, value, text.index(words), text.index(words) + len(words), share)
        for fact, value, words, share in told
    ]
    return list(learnt(said, fold(text, on), TYPES, TAKINGS, guards(), on, taken))


def values(found: list[Learnt]) -> dict[str, object]:
    return {each.fact: each.reading.value for each in found}


def test_what_a_clause_states_has_its_words_and_no_slot() -> None:
    assert take("我呢,在家抠脚", ("jobless", "true", "在家抠脚", 0.9)) == [Learnt("jobless", Reading(True), 3, 7)]


@pytest.mark.parametrize("clause", ["能定成待业的吗", "够得上没工作不", "算失了业没有"])
def test_a_clause_that_asks_states_nothing(clause: str) -> None:
    assert take(clause, ("jobless", "true", clause, 0.9)) == []


@pytest.mark.parametrize("clause", ["有班上是没有的", "能上的班一个都没有", "给的活从来没有"])
def test_a_plain_no_is_no_question(clause: str) -> None:
    assert values(take(clause, ("jobless", "true", clause, 0.9))) == {"jobless": True}


def test_what_a_figure_is_of_has_its_place_and_slot() -> None:
    assert take("手底下37张嘴", ("heads", None, "37", 0.9)) == [Learnt("heads", Reading(37), 3, 5, (3,))]


@pytest.mark.parametrize(
    ("fact", "value", "plain"),
    [
        ("jobless", "true", True),
        ("jobless", "false", False),
        ("jobless", "是", None),
        ("kind", "club", "club"),
        ("kind", "shop", None),
        ("heads", "0", 0),
        ("heads", "许多", None),
        ("unheard_of", "true", None),
    ],
)
def test_a_value_is_one_of_its_type(fact: str, value: str, plain: object) -> None:
    found = take("在家抠脚", (fact, value, "在家抠脚", 0.9))
    assert [each.reading.value for each in found] == ([] if plain is None else [plain])


def test_what_is_not_sure_is_not_taken() -> None:
    assert values(take("在家抠脚", ("jobless", "true", "在家抠脚", SURE))) == {"jobless": True}
    assert take("在家抠脚", ("jobless", "true", "在家抠脚", SURE - 0.01)) == []


@pytest.mark.parametrize(("rival", "fact"), [(0.44, {"jobless": True}), (0.45, {}), (0.9, {})])
def test_a_rival_value_half_as_likely_leaves_it_open(rival: float, fact: dict[str, object]) -> None:
    text = "在家抠脚,饭碗端得稳"
    told = [("jobless", "true", "在家抠脚", 0.9), ("jobless", "false", "饭碗端得稳", rival)]
    assert values(take(text, *told)) == values(take(text, *reversed(told))) == fact


@pytest.mark.parametrize(("rival", "fact"), [(0.44, {"heads": 37}), (0.45, {}), (0.9, {})])
def test_a_rival_fact_of_the_figure_half_as_likely_leaves_it_open(rival: float, fact: dict[str, object]) -> None:
    assert values(take("手底下37张嘴", ("heads", None, "37", 0.9), ("age", None, "37", rival))) == fact


def test_several_facts_of_a_clause_and_figures_of_one_fact_are_no_rivals() -> None:
    told = [("jobless", "true", "在家抠脚", 0.9), ("kind", "firm", "在家抠脚", 0.8)]
    assert values(take("在家抠脚", *told)) == {"jobless": True, "kind": "firm"}
    found = take("手底下37张嘴,那边8张嘴", ("heads", None, "37", 0.9), ("heads", None, "8", 0.8))
    assert [each.reading.value for each in found] == [37, 8]


def test_the_likeliest_come_first() -> None:
    told = [("jobless", "true", "在家", 0.5), ("kind", "firm", "在家", 0.7), ("heads", None, "37", 0.6)]
    assert [each.fact for each in take("在家,37", *told)] == ["kind", "heads", "jobless"]


def test_a_figure_spoken_for_is_not_taken_again() -> None:
    text = "手底下37张嘴,熬了14个月"
    told = [("heads", None, "37", 0.9), ("months", None, "14个月", 0.9)]
    heads, months = (slot for slot in fold(text, DEMO_DATE).figures)
    assert values(take(text, *told, taken={heads})) == {"months": 14}
    assert values(take(text, *told, taken={heads, months})) == {}


@pytest.mark.parametrize(
    "text", ["手底下30人以下", "手底下30人以上", "手底下不到30人", "手底下不超过30人", "30人怎么算"]
)
def test_a_bound_is_no_value(text: str) -> None:
    assert take(text, ("heads", None, "30", 0.9)) == []


@pytest.mark.parametrize(
    ("text", "fact", "words"),
    [
        ("手底下好多人", "heads", "好多"),  # no figure begins there
        ("熬了37", "months", "熬了"),
        ("手底下0张嘴", "heads", "0"),  # less than can be
        ("孩子3岁", "age", "3"),
        ("攒了300", "age", "300"),
        ("手底下37张嘴", "jobless", "37"),  # takes no figure
    ],
)
def test_what_can_be_no_value_is_left(text: str, fact: str, words: str) -> None:
    assert take(text, (fact, None, words, 0.9)) == []


@pytest.mark.parametrize(
    ("fact", "text", "reading"),
    [
        ("since", "8月31日", Reading("2021-08-31")),
        ("since", "12月1日", Reading("2020-12-01", approximate=True)),
        ("until", "12月1日", Reading("2021-12-01")),
        ("since", "去年", Reading("2020-01-01", True, "2020-01-01", "2020-12-31")),
    ],
)
def test_a_day_is_read_as_its_fact_takes_it(fact: str, text: str, reading: Reading) -> None:
    assert [each.reading for each in take(text, (fact, None, text, 0.9))] == [reading]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*TYPES, "unheard_of"]),
            st.sampled_from([None, "true", "false", "firm", "5"]),
            st.sampled_from(["在家", "37", "8月3日", "14个月", "嘴"]),
            st.floats(0, 1),
        ),
        max_size=8,
    )
)
def test_whatever_a_model_tells_no_value_is_contradicted(told: list[tuple[str, str | None, str, float]]) -> None:
    text = "在家,37张嘴,8月3日,14个月"
    found = take(text, *told)
    fixed = {(each.fact, each.reading.value) for each in found if not each.slots}
    assert len({fact for fact, _ in fixed}) == len(fixed)
    owners: dict[int, set[str]] = {}
    for each in found:
        for slot in each.slots:
            owners.setdefault(slot, set()).add(each.fact)
    assert all(len(facts) == 1 for facts in owners.values())


@pytest.mark.parametrize(("share", "taken"), [(0.74, False), (0.75, True)])
def test_a_clause_that_ends_by_asking_tells_only_what_is_sure(share: float, taken: bool) -> None:
    text = "在家抠脚一年了能不能领"
    assert bool(take(text, ("jobless", "true", text, share))) is taken
