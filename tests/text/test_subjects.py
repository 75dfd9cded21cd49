"""Whom a message asks about, and whose facts count then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.facts import load_facts
from koujing.settings import ROOT
from koujing.text.questions import QuestionFinder
from koujing.text.subjects import Subjects

ON = dt.date(2021, 9, 15)
POLICIES = ROOT / "policies"


@pytest.fixture(scope="module")
def facts() -> Any:
    return load_fact_reader(POLICIES / "fact_words.yml", load_facts(POLICIES / "facts.yml")[1].data["facts"])


@pytest.fixture(scope="module")
def questions() -> QuestionFinder:
    return QuestionFinder(yaml.safe_load((POLICIES / "question_words.yml").read_text("utf-8")))


@pytest.mark.parametrize(
    ("text", "who", "told"),
    [
        ("我姐夫是残疾人，我刚下岗，姐夫能算就业困难人员吗", "我姐夫", {"is_disabled"}),
        ("我姐夫是残疾人，我刚下岗，我能算就业困难人员吗", "", {"is_unemployed"}),
        ("我姐夫是残疾人，我刚下岗，他能算就业困难人员吗", "我姐夫", {"is_disabled"}),
        # nobody named in the question: who is spoken of last
        ("我姐夫是残疾人，我刚下岗，能算就业困难人员吗", "", {"is_unemployed"}),
        ("我姐夫是残疾人，我想问一下能算就业困难人员吗", "我姐夫", {"is_disabled"}),
        # another's fact never counts for the asker
        ("我姐夫是残疾人，我能算就业困难人员吗", "", set()),
        ("就业困难人员有哪些", None, set()),
    ],
)
def test_the_question_decides_whose_facts_count(
    facts: Any, questions: QuestionFinder, text: str, who: str | None, told: set[str]
) -> None:
    reads = facts.everyones(text, ON)
    subject = Subjects(facts, questions).asked_about(facts.plain(text), reads, [text])
    assert (subject.who, {read.fact for read in subject.facts}) == (who, told)


def test_a_fact_of_two_persons_counts_for_the_one_asked_about_alone(facts: Any, questions: QuestionFinder) -> None:
    subjects = Subjects(facts, questions)

    def ages(text: str) -> list[object]:
        subject = subjects.asked_about(facts.plain(text), facts.everyones(text, ON), [text])
        return [read.value for read in subject.facts if read.fact == "age"]

    assert ages("姐夫54岁，我31岁，姐夫能领吗") == [54]
    assert ages("姐夫54岁，我31岁，我能领吗") == [31]
    assert ages("姐夫54岁，我31岁，能领吗") == []


def test_a_question_apart_from_its_story_names_the_person(facts: Any, questions: QuestionFinder) -> None:
    text = "我姐夫是残疾人。我刚下岗。请问姐夫这种情况能算就业困难人员吗"
    subject = Subjects(facts, questions).asked_about(
        facts.plain(text), facts.everyones(text, ON), ["请问姐夫这种情况能算就业困难人员吗"]
    )
    assert subject.who == "我姐夫"


def test_what_is_agreed_is_told_of_both_sides(facts: Any, questions: QuestionFinder) -> None:
    text = "见习协议签的6个月，小姑娘干了4个月我们就跟她签合同了，见习期补贴能按满6个月算吗"
    reads = facts.everyones(facts.plain(text), ON)
    subject = Subjects(facts, questions).asked_about(facts.plain(text), reads, [text])
    told = {read.fact: read.value for read in subject.facts}
    assert (subject.who, told["internship_agreed_months"], told["internship_done_months"]) == ("", 6, 4)


@pytest.mark.parametrize(("who", "holds"), [("孩子", True), ("闺女", True), ("同事", False), ("小李", False)])
def test_what_the_asker_tells_of_the_family_holds_for_kin(
    facts: Any, questions: QuestionFinder, who: str, holds: bool
) -> None:
    text = f"我家低保，{who}今年毕业，{who}能领求职创业补贴吗"
    reads = facts.everyones(facts.plain(text), ON)
    subject = Subjects(facts, questions).asked_about(facts.plain(text), reads, [text])
    assert ("minimum_living_family" in {read.fact for read in subject.facts}) is holds
