"""The marked sentences from which the reading of facts is learnt: those of the project, and mistakes in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from koujing.knowledge.base import Knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import FactType
from koujing.knowledge.marked_facts import load_marked
from koujing.settings import ROOT
from koujing.text.marked import Mark, Marked
from koujing.text.normalise import normalise

GOOD = """\
# 说的话
我[失业](is_unemployed=true)了，公司[28个人](company_headcount)
能领吗

? is_disabled
[身板硬实](is_disabled=false)
# 都不是
问我妈去
? sex
[女的](sex=female)

[女](sex=female)
"""


@pytest.fixture(scope="module")
def types(knowledge: Knowledge) -> Mapping[str, FactType]:
    return knowledge.facts


def write(folder: Path, text: str, name: str = "a.txt") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_sentences_and_answers_in_the_order_of_the_file(tmp_path: Path, types: Mapping[str, FactType]) -> None:
    assert load_marked(write(tmp_path, GOOD), types) == [
        Marked("我失业了，公司28个人", (Mark(1, 3, "is_unemployed", "true"), Mark(7, 11, "company_headcount", None))),
        Marked("能领吗", ()),
        Marked("身板硬实", (Mark(0, 4, "is_disabled", "false"),), "is_disabled"),
        Marked("问我妈去", (), "is_disabled"),
        Marked("女的", (Mark(0, 2, "sex", "female"),), "sex"),
        Marked("女", (Mark(0, 1, "sex", "female"),)),
    ]


def test_a_list_of_answers_ends_with_its_file_and_other_files_are_left(
    tmp_path: Path, types: Mapping[str, FactType]
) -> None:
    write(tmp_path, "? is_disabled\n不是", "a.txt")
    write(tmp_path, "[女](sex=female)", "b.txt")
    write(tmp_path, "[坏", "c.md")
    assert [(each.text, each.asked) for each in load_marked(tmp_path, types)] == [("不是", "is_disabled"), ("女", "")]


def test_each_piece_is_made_plain(tmp_path: Path, types: Mapping[str, FactType]) -> None:
    (sentence,) = load_marked(write(tmp_path, "我係[殘疾人](is_disabled=true)，３級"), types, normalise)
    assert sentence == Marked("我系残疾人,3级", (Mark(2, 5, "is_disabled", "true"),))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("我[失业(is_unemployed=true)", "方括号没有成对"),
        ("我[[失业](is_unemployed=true)了](was_insured=true)", "方括号没有成对"),
        ("我[失业](=true)", "没有事实的名字"),
        ("我[失业](is_unemploied=true)", "facts.yml 里没有事实“is_unemploied”"),
        ("[女工](sex=female; job=worker)", "facts.yml 里没有事实“job”"),
        ("我[失业](is_unemployed=maybe)", "事实“is_unemployed”"),
        ("[女的](sex=woman)", "事实“sex”"),
        ("[一群人](company_headcount=many)", "事实“company_headcount”"),
        ("[没人](company_headcount=0)", "事实“company_headcount”"),
        ("我[失业](is_unemployed)", "“is_unemployed”要写明值"),
        ("[女的](sex)", "“sex”要写明值"),
        ("? is_unemploied", "facts.yml 里没有事实“is_unemploied”"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(
    tmp_path: Path, types: Mapping[str, FactType], line: str, why: str
) -> None:
    write(tmp_path, "能领吗", "a.txt")
    with pytest.raises(PolicyFileError, match="标注写成") as caught:
        load_marked(write(tmp_path, f"# 说的话\n\n能领吗\n{line}\n[坏", "b.txt"), types)
    assert (caught.value.path, caught.value.line) == (tmp_path / "b.txt", 4)
    assert why in str(caught.value)


@pytest.fixture(scope="module")
def shipped(types: Mapping[str, FactType]) -> list[Marked]:
    return load_marked(ROOT / "data" / "facts", types, normalise)


def test_the_shipped_sentences_can_be_used(shipped: list[Marked], types: Mapping[str, FactType]) -> None:
    """Values are written as the model tells them, and marks stand on words."""
    odd = []
    for sentence in shipped:
        for mark in sentence.marks:
            kind = types[mark.fact]
            if mark.value is None:
                fits = kind.type not in ("yes_no", "choice")
            else:
                fits = {"yes_no": mark.value in ("true", "false"), "choice": mark.value in kind.options}.get(
                    kind.type, mark.value.isdigit()
                )
            if not fits or not 0 <= mark.start < mark.end <= len(sentence.text):
                odd.append((sentence.text, mark))
    assert odd == []


def test_an_answer_is_a_yes_or_a_no_and_never_both(shipped: list[Marked]) -> None:
    said = [(each, {mark.value for mark in each.marks if mark.fact == each.asked}) for each in shipped if each.asked]
    assert [each.text for each, values in said if len(values) > 1] == []


def test_every_question_of_yes_or_no_has_answers_of_both_kinds_and_of_neither(shipped: list[Marked]) -> None:
    by_fact: dict[str, set[str | None]] = {}
    for each in shipped:
        if each.asked:
            values = {mark.value for mark in each.marks if mark.fact == each.asked}
            by_fact.setdefault(each.asked, set()).update(values or {"neither"})
    lacking = {
        fact: {"true", "false", "neither"} - values
        for fact, values in by_fact.items()
        if values & {"true", "false"} and not values >= {"true", "false", "neither"}
    }
    assert lacking == {}
