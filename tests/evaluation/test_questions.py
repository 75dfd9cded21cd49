from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.knowledge.marked_facts import load_marked
from koujing.settings import ROOT
from koujing.text.normalise import normalise
from tests.evaluation.dialogue_report import dialogue_values
from tests.evaluation.dialogues import load_dialogues
from tests.evaluation.facts import fact_values
from tests.evaluation.gold import read_lines
from tests.evaluation.measures import PLAIN_TALK, load_thresholds, missed, question_values
from tests.evaluation.questions import FOLDER, KINDS, Figure, Question, QuestionSetError, load
from tests.evaluation.training_examples import load_examples, near_copies

NEAR_COPY = 0.75
SHORTEST_OWN = 8
"""Marked sentences shorter than this may be those of the evaluation by chance."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(ROOT / "policies")


@pytest.fixture(scope="module")
def questions(knowledge: Knowledge) -> list[Question]:
    return load(knowledge)


def test_the_sets_are_large_enough(questions: list[Question]) -> None:
    assert len(questions) >= 400
    assert sum(question.of_talk for question in questions) >= 300
    assert {question.kind for question in questions} == set(KINDS)


def test_a_third_of_the_first_sets_are_situations_and_complaints(questions: list[Question]) -> None:
    first = [question for question in questions if not question.of_talk]
    plain = [question for question in first if question.kind in PLAIN_TALK]
    assert len(plain) * 3 >= len(first), f"{len(plain)} of {len(first)}"


def test_ids_and_texts_are_unique(questions: list[Question]) -> None:
    assert len({question.id for question in questions}) == len(questions)
    asked = [(question.text, question.region, question.on, str(question.facts)) for question in questions]
    assert len(set(asked)) == len(asked)


def test_every_notice_is_asked_about(questions: list[Question], knowledge: Knowledge) -> None:
    cited = {clause for question in questions for expected in question.expected for clause in expected.clauses}
    assert {knowledge.notice_of(clause).id for clause in cited} == set(knowledge.notices)


def test_no_question_is_a_training_example_or_nearly_one(questions: list[Question]) -> None:
    copies = near_copies(
        [question.text for question in questions], [example.text for example in load_examples()], NEAR_COPY
    )
    assert copies == []


def test_no_marked_sentence_is_a_text_of_the_evaluation_or_nearly_one(knowledge: Knowledge) -> None:
    """Of questions, fact sentences and dialogues alike; the shortest answers (交过, 没有) everybody gives."""
    texts = {json.loads(line)["text"] for _, _, line in read_lines(sorted(FOLDER.glob("*.jsonl")))}
    for dialogue in load_dialogues(knowledge):
        texts |= {*dialogue.knows.values(), *(turn.say for turn in dialogue.turns if turn.say is not None)}
    marked = [normalise(each.text) for each in load_marked(ROOT / "data" / "facts", knowledge.facts)]
    long = [text for text in marked if len(text) >= SHORTEST_OWN]
    assert len(long) > len(marked) / 2
    assert near_copies(sorted({normalise(text) for text in texts}), long, NEAR_COPY) == []


def test_every_threshold_names_a_measure() -> None:
    values = {**question_values([]), **dialogue_values([]), **fact_values(None)}
    assert missed(values, load_thresholds()) == []


VALID: dict[str, Any] = {
    "id": "t-1",
    "kind": "amount",
    "text": "能退多少",
    "region": "huludao",
    "on": "2021-09-15",
    "facts": {"insured_headcount": 45},
    "expect": {
        "status": ["determined"],
        "clauses": ["hld-2021-2:1"],
        "matter": "job_retention_refund",
        "amounts": [{"value": "30000", "unit": "CNY"}],
    },
}


def write(folder: Path, *questions: dict[str, Any] | str) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in questions]
    (folder / "set.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_question_is_read_whole(tmp_path: Path, knowledge: Knowledge) -> None:
    (question,) = load(knowledge, write(tmp_path, VALID))
    assert question.on.isoformat() == "2021-09-15"
    assert question.expected[0].amounts == (Figure(Decimal(30000), "CNY"),)
    assert question.in_scope
    assert not question.out_of_scope


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "amonut"}, "没有“amonut”这个题型，是否指 amount"),
        ({"region": "huludaoo"}, "没有“huludaoo”这个地区，是否指 huludao"),
        ({"on": "2021-9-15"}, "日期 on 应写成"),
        ({"facts": {"insured_headcuont": 45}}, "没有“insured_headcuont”这个事实，是否指 insured_headcount"),
        ({"facts": {"insured_headcount": "许多"}}, "事实 insured_headcount 的值"),
        ({"text": ""}, "缺少 text"),
        ({"expcet": {}}, "没有“expcet”这个字段，是否指 expect"),
        ({"expect": {"status": ["answerd"]}}, "没有“answerd”这个状态，是否指 answered"),
        ({"expect": {"clauses": []}}, "缺少 status"),
        ({"expect": {"status": ["answered"], "clauses": ["hld-2021-2:99"]}}, "没有“hld-2021-2:99”这个条款"),
        ({"expect": {"status": ["answered"], "matter": "refund"}}, "没有“refund”这个事项"),
        ({"expect": {"status": ["answered"], "verdict": "yes"}}, "没有“yes”这个判定"),
        ({"expect": {"status": ["answered"], "amounts": [{"value": "三万", "unit": "CNY"}]}}, "金额要写成"),
        ({"expect": {"status": ["answered"], "amounts": [{"value": "3", "unit": "元"}]}}, "没有“元”这个单位"),
        ({"expect": {"status": ["answered"], "kinds": ["pensions"]}}, "没有“pensions”这个类别，是否指 pension"),
        ({"expect": {"status": ["answered"], "region": "here"}}, "没有“here”这个地区"),
        ({"expect": {"status": ["answered"], "facts": {"is_orphan": "也许"}}}, "事实 is_orphan 的值"),
        ({"expect": {"status": ["listed"], "items": {"eligible": ["refund"]}}}, "没有“refund”这个事项"),
        ({"expect": {"status": ["listed"], "items": {"yes": []}}}, "没有“yes”这个字段"),
        ({"expect": {"status": ["clarifying"], "asks": "regoin"}}, "没有“regoin”这个可反问的事实，是否指 region"),
        ({"expect": {"replies": [{"status": ["answered"]}, {"status": ["answered"]}]}}, "题型写 two_questions"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, knowledge: Knowledge, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(QuestionSetError, match=r"set\.jsonl:2") as caught:
        load(knowledge, write(tmp_path, {**VALID, "id": "t-0"}, {**VALID, **change}))
    assert said in str(caught.value)


def test_what_dialogue_asks_for_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    expect = {
        "status": ["listed"], "kinds": ["pension"], "region": "xingcheng", "facts": {"is_orphan": True},
        "items": {"eligible": ["tax_relief"]}, "asks": "region",
    }  # fmt: skip
    (question,) = load(knowledge, write(tmp_path, {**VALID, "kind": "screening", "expect": expect}))
    (expected,) = question.expected
    assert (expected.kinds, expected.region, expected.asks) == ({"pension"}, "xingcheng", "region")
    assert (expected.facts, expected.items) == ({"is_orphan": True}, {"eligible": ("tax_relief",)})


def test_two_replies_may_be_wanted_of_a_question_that_came_with_dialogue(tmp_path: Path, knowledge: Knowledge) -> None:
    replies = {"replies": [{"status": ["answered"]}, {"status": ["referred"]}]}
    (question,) = load(knowledge, write(tmp_path, {**VALID, "kind": "place", "expect": replies}))
    assert len(question.expected) == 2


def test_every_mistake_is_told_at_once(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(QuestionSetError) as caught:
        load(knowledge, write(tmp_path, "{", VALID, VALID))
    assert "set.jsonl:1：不是 JSON" in str(caught.value)
    assert "set.jsonl:3：编号 t-1 已在 set.jsonl:2 用过" in str(caught.value)


def test_an_empty_folder_is_no_set(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(QuestionSetError, match="没有题目"):
        load(knowledge, tmp_path)


def test_near_copies_are_found() -> None:
    pairs = near_copies(["稳岗返还怎么申请", "好"], ["稳岗返还怎么申请呀", "失业金多少", "好"], NEAR_COPY)
    assert [pair[:2] for pair in pairs] == [("稳岗返还怎么申请", "稳岗返还怎么申请呀"), ("好", "好")]
