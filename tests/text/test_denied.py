"""What is denied holds the other way round, and nothing else changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from koujing.text.denied import affirmed_clauses, told_with_denials
from koujing.text.marked import Mark, Marked

DENIAL = re.compile("(?<!是)不(?:是|算)")
WORDS = {"低保户": ("living", "true"), "残疾人": ("disabled", "true"), "没工作": ("employed", "false")}


@dataclass(frozen=True)
class Stated:
    fact: str
    value: str | None
    start: int
    end: int
    share: float = 0.9


def by_words(text: str) -> list[Stated]:
    """Every clause with a word states its fact, whatever stands before it, as a model of single words would have it."""
    found = []
    for clause in re.finditer(r"[^,。]+", text):
        for word, (fact, value) in WORDS.items():
            if word in clause[0]:
                found.append(Stated(fact, value, clause.start(), clause.end()))
        found += [Stated("count", None, each.start(), each.end()) for each in re.finditer(r"\d", text) if each.start() in range(*clause.span())]  # fmt: skip
    return sorted(found, key=lambda each: each.start)


def told(text: str) -> list[tuple[str, str | None]]:
    found = told_with_denials(text, by_words, DENIAL, lambda clause: clause.endswith("吗"))
    return sorted((each.fact, each.value) for each in found)


def test_a_yes_after_a_denial_is_a_no() -> None:
    assert told("我不是低保户") == [("living", "false")]
    assert told("家里不算什么正经低保户,是残疾人") == [("disabled", "true"), ("living", "false")]


def test_what_stands_before_the_denial_in_its_clause_stays() -> None:
    assert told("他是残疾人但不是低保户") == [("disabled", "true"), ("living", "false")]


def test_a_no_and_a_figure_after_a_denial_stay_as_they_are() -> None:
    assert told("不是3个人没工作") == [("count", None), ("employed", "false")]


def test_a_question_denies_nothing() -> None:
    assert told("我不是低保户吗") == [("living", "true")]
    assert told("我是不是低保户") == [("living", "true")]


def test_places_are_those_of_the_text_as_written() -> None:
    text = "有证,孩子他爸肯定不是低保户,残疾人"
    for each in told_with_denials(text, by_words, DENIAL, lambda _: False):
        word = "低保户" if each.fact == "living" else "残疾人"
        assert word in text[each.start : each.end]


@given(st.text(alphabet="我家,。不是算低保户残疾人没工作3吗", max_size=40))
def test_every_place_lies_in_the_text(text: str) -> None:
    for each in told_with_denials(text, by_words, DENIAL, lambda clause: clause.endswith("吗")):
        assert 0 <= each.start <= each.end <= len(text)


@given(st.text(alphabet="我家,。低保户残疾人没工作3吗", max_size=40))
def test_without_a_denial_nothing_changes(text: str) -> None:
    assert list(told_with_denials(text, by_words, DENIAL, lambda _: False)) == by_words(text)


def test_what_is_denied_outright_is_not_also_said_beside_it() -> None:
    def read(text: str) -> list[Stated]:
        return [Stated("flexible", "true", at.start(), at.end(), 0.6 if at[0] == "有单位" else 0.9) for at in re.finditer("有单位|零工", text)]  # fmt: skip

    assert [(each.fact, each.value) for each in told_with_denials("有单位,不是零工", read, DENIAL, lambda _: False)] == [("flexible", "false")]  # fmt: skip


def test_what_is_denied_is_taught_said_as_well() -> None:
    """属于 must not count as a denial for being part of 不属于."""
    denied = Marked("我今年30,不是残疾人", (Mark(6, 11, "disabled", "false"),))
    told_too = Marked("不是低保户", (Mark(0, 5, "living", "false"), Mark(2, 5, "household", "true")))
    said = list(affirmed_clauses([denied, told_too, replace(denied, asked="disabled")], DENIAL))
    assert said == [Marked("是残疾人", (Mark(0, 4, "disabled", "true"),))]


def test_what_is_denied_in_other_words_is_said_in_those() -> None:
    denied = Marked("我不属于两后生", (Mark(0, 7, "two_post", "false"),))
    (said,) = affirmed_clauses([denied], re.compile("不属于|不算|不是"))
    assert said.text == "我属于两后生"
