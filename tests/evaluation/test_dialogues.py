from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.settings import ROOT
from tests.evaluation.dialogues import DIALOGUE_KINDS, Dialogue, load_dialogues
from tests.evaluation.gold import QuestionSetError

VALID: dict[str, Any] = {
    "id": "d-1",
    "kind": "interview",
    "region": None,
    "on": "2021-09-15",
    "knows": {"region": "葫芦岛", "insured_headcount": "28个"},
    "turns": [
        {"say": "稳岗返还我们够条件吗", "expect": {"matter": "job_retention_refund", "asks": ["region", "unit_kind"]}},
        {"answer": 1, "expect": {"asks": True, "cites_not": ["gd-", "gz-2021-fwd"]}},
        {
            "answer": "all",
            "most": 6,
            "expect": {"verdict": "eligible", "cites": ["hld-2021-2:1"], "says": ["/6[%％]/"]},
        },
    ],
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(ROOT / "policies")


@pytest.fixture(scope="module")
def dialogues(knowledge: Knowledge) -> list[Dialogue]:
    return load_dialogues(knowledge)


def write(folder: Path, *dialogues: dict[str, Any] | str) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in dialogues]
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def with_turn(turn: dict[str, Any]) -> dict[str, Any]:
    return {"turns": [VALID["turns"][0], turn]}


def expecting(**expect: Any) -> dict[str, Any]:
    return with_turn({"say": "那多少钱", "expect": expect})


def test_the_dialogues_are_many_and_of_every_kind(dialogues: list[Dialogue]) -> None:
    assert len(dialogues) >= 60
    assert set(Counter(dialogue.kind for dialogue in dialogues)) == set(DIALOGUE_KINDS)
    assert all(len(dialogue.turns) > 1 for dialogue in dialogues)


def test_no_two_dialogues_begin_alike(dialogues: list[Dialogue]) -> None:
    begun = [(dialogue.turns[0].say, dialogue.region, dialogue.on) for dialogue in dialogues]
    assert len(set(begun)) == len(begun)


def test_a_dialogue_is_read_whole(tmp_path: Path, knowledge: Knowledge) -> None:
    (dialogue,) = load_dialogues(knowledge, write(tmp_path, VALID))
    first, one, rest = dialogue.turns
    assert first.wanted[0].asks == {"region", "unit_kind"}
    assert first.wanted[0].matters == {"job_retention_refund"}
    assert (one.answer, one.most, one.wanted[0].asks) == (1, 1, True)
    assert (rest.answer, rest.most, rest.wanted[0].says) == (None, 6, ("6[%％]",))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "intervew"}, "没有“intervew”这个对话类型，是否指 interview"),
        ({"region": "huludaoo"}, "没有“huludaoo”这个地区，是否指 huludao"),
        ({"on": "2021-9-15"}, "日期 on 应写成"),
        ({"turns": []}, "缺少 turns"),
        ({"knowz": {}}, "没有“knowz”这个字段，是否指 knows"),
        ({"knows": {"insured_headcuont": "28"}}, "没有“insured_headcuont”这个可反问的事实，是否指 insured_headcount"),
        ({"knows": {"insured_headcount": 28}}, "knows 里 insured_headcount 的回答应为文字"),
        (with_turn({"expect": {}}), "第 2 轮：一轮要么写 say，要么写 answer"),
        (with_turn({"say": "好", "answer": 1}), "第 2 轮：一轮要么写 say，要么写 answer"),
        (with_turn({"answer": "all"}), '第 2 轮："answer": "all" 要写 most'),
        (with_turn({"answer": 0}), "第 2 轮：answer 应为次数"),
        (expecting(verdict="yes"), "没有“yes”这个判定"),
        (expecting(cites=["hld-2021-3"]), "没有“hld-2021-3”这个条款"),
        (expecting(aspect=["amuont"]), "没有“amuont”这个问题方面，是否指 amount"),
        (expecting(asks="age_of"), "没有“age_of”这个可反问的事实"),
        (expecting(same_question="yes"), "same_question 应为 true 或 false"),
        (expecting(says=["/(/"]), "/(/ 不是正则表达式"),
        (expecting(earliest="十月"), "日期 earliest 应写成"),
        (expecting(items={"elegible": []}), "没有“elegible”这个字段，是否指 eligible"),
        (expecting(kind=["pensions"]), "没有“pensions”这个类别，是否指 pension"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, knowledge: Knowledge, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(QuestionSetError, match=r"a\.jsonl:2") as caught:
        load_dialogues(knowledge, write(tmp_path, {**VALID, "id": "d-0"}, {**VALID, **change}))
    assert said in str(caught.value)


def test_every_mistake_is_told_at_once(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(QuestionSetError) as caught:
        load_dialogues(knowledge, write(tmp_path, "{", VALID, VALID))
    assert "a.jsonl:1：不是 JSON" in str(caught.value)
    assert "a.jsonl:3：编号 d-1 已在 a.jsonl:2 用过" in str(caught.value)


def test_an_empty_folder_holds_no_dialogues(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(QuestionSetError, match="没有对话"):
        load_dialogues(knowledge, tmp_path)
