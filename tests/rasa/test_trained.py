"""What is learnt from labelled questions and marked sentences, of tiny sets of both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from koujing.rasa.trained import ANSWER, Labelled, Trained, learn
from koujing.settings import DEMO_DATE
from koujing.text.learnt import SURE
from koujing.text.marked import Marked
from tests.answering.replies import policies
from tests.search.examples import LABELLED, REFUND
from tests.search.marked_examples import ANSWERED, MARKED

QUESTIONS = [Labelled(text, text, topic, intent) for text, topic, intent in LABELLED]
SAID = [("是的", "affirm"), ("对的", "affirm"), ("不是", "deny"), ("没有", "deny"), ("不好说", "unsure")]
GENERAL = [Labelled(text, text, ANSWER, intent) for text, intent in SAID]


@cache
def trained() -> Trained:
    return learn(policies(), list, [*QUESTIONS, *GENERAL], [*MARKED, *ANSWERED])


def stated(model: Trained, text: str) -> set[tuple[str, str | None]]:
    assert model.facts is not None
    return {(each.fact, each.value) for each in model.facts.read(text, DEMO_DATE) if each.share >= SURE}


def shares(model: Trained, text: str, fact: str) -> dict[str, float]:
    assert model.answers is not None
    return model.answers.read(text)[fact]


def test_without_marked_sentences_questions_alone_are_read() -> None:
    model = learn(policies(), list, QUESTIONS)
    assert (model.facts, model.answers) == (None, None)
    assert model.questions.read("稳岗返还多少钱", "稳岗返还多少钱", list, {}).topic == REFUND


def test_answers_teach_no_topic() -> None:
    topics = {name for name, _ in trained().questions.read("是的", "是的", list, {}).topics}
    assert ANSWER not in topics
    alone = learn(policies(), list, QUESTIONS).questions
    for text, *_ in LABELLED:
        assert alone.read(text, text, list, {}) == trained().questions.read(text, text, list, {})


def test_statements_teach_facts() -> None:
    assert stated(trained(), "天天在家抠脚") == {("is_unemployed", "true")}
    assert stated(trained(), "手底下43张嘴") == {("company_headcount", None)}


def test_an_answer_teaches_a_fact_only_where_it_names_an_option() -> None:
    """有本子 says nothing unless it was asked whether one is disabled; 车间踩机子 is a worker's post by itself."""
    assert stated(trained(), "有本子") == set()
    assert stated(trained(), "车间踩机子的") == {("post_kind", "worker")}


def test_answers_are_read_for_every_question_of_yes_or_no() -> None:
    model = trained().answers
    assert model is not None
    assert set(model.read("是的")) == {id for id, kind in policies().facts.items() if kind.type == "yes_no"}


@pytest.mark.parametrize(
    ("fact", "text", "likelier"),
    [
        ("was_insured", "一直给上着", "true"),
        ("was_insured", "没给上过", "false"),
        ("is_disabled", "有本子", "true"),
        ("is_disabled", "身板硬实着呢", "false"),
        # a statement is an answer to the question about its fact
        ("is_unemployed", "在家抠脚", "true"),
        ("is_unemployed", "饭碗端得稳", "false"),
        # and what is said to any question
        ("is_orphan", "是的", "true"),
        ("is_orphan", "没有", "false"),
    ],
)
def test_an_answer_is_read_by_what_was_said_to_its_question(fact: str, text: str, likelier: str) -> None:
    found = shares(trained(), text, fact)
    assert max(found, key=lambda name: found[name]) == likelier


@pytest.mark.parametrize("text", ["不好说", "这个要问会计", "什么本子", "稳岗返还能领多少钱"])
def test_what_is_unsure_or_asks_is_neither(text: str) -> None:
    assert max(shares(trained(), text, "is_orphan").values()) < 0.5


def test_the_same_sentences_teach_the_same() -> None:
    def read(model: Trained, texts: Sequence[Marked]) -> list[object]:
        assert model.facts is not None
        assert model.answers is not None
        return [(model.facts.read(each.text, DEMO_DATE), model.answers.read(each.text)) for each in texts]

    again = learn(policies(), list, [*QUESTIONS, *GENERAL], [*MARKED, *ANSWERED])
    assert read(trained(), [*MARKED, *ANSWERED]) == read(again, [*MARKED, *ANSWERED])


def test_what_tells_one_fact_is_no_yes_to_another() -> None:
    """红本本攥手里了 answers whether one has a certificate, and not whether one is an orphan or disabled."""
    model = trained()
    assert shares(model, "红本本攥手里了", "certificate_obtained")["true"] > 0.5
    for fact in ("is_orphan", "is_disabled", "was_insured"):
        assert shares(model, "红本本攥手里了", fact)["true"] < 0.5
