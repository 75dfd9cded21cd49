"""Examples are written into the files of the repository as these are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from koujing.desk.console.errors import InputError
from koujing.desk.console.reviews.examples import Example, ExampleFiles, example_path, intent_for, with_example
from koujing.knowledge.base import Knowledge
from koujing.settings import ROOT

TOPIC = "job_retention_refund"
SOURCES = sorted((ROOT / "data" / "nlu").glob("*.yml"))


def read(source: str) -> list[tuple[str, str, list[str]]]:
    return [
        (block["intent"], block["metadata"]["topic"], [line[2:] for line in block["examples"].splitlines()])
        for block in yaml.safe_load(source)["nlu"]
    ]


@pytest.mark.parametrize("path", SOURCES[::7], ids=lambda path: path.stem)
def test_every_file_takes_one_more_and_loses_none(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    before = read(source)
    intent, topic, _ = before[len(before) // 2]
    made = with_example(source, Example("这是新的一句", topic, intent))
    assert len(made.splitlines()) == len(source.splitlines()) + 1
    after = read(made)
    assert sum(len(block[2]) for block in after) == sum(len(block[2]) for block in before) + 1
    assert any("这是新的一句" in texts for own, of, texts in after if (own, of) == (intent, topic))


def test_labels_that_the_file_lacks_get_a_block_of_their_own() -> None:
    source = (ROOT / example_path(TOPIC)).read_text(encoding="utf-8")
    made = with_example(source, Example("合作社: 能退吗 #1", TOPIC, "screen"))
    assert read(made)[-1] == ("screen", TOPIC, ["合作社: 能退吗 #1"])
    assert read(made)[:-1] == read(source)


def test_a_topic_without_a_file_gets_one() -> None:
    made = with_example(None, Example("新事项怎么办", "new_matter", "ask_how"))
    assert read(made) == [("ask_how", "new_matter", ["新事项怎么办"])]
    assert made.startswith('version: "3.1"\n')


def test_labels_go_together(knowledge: Knowledge) -> None:
    assert intent_for(knowledge, TOPIC, "amount") == "ask_amount"
    assert intent_for(knowledge, TOPIC, "quote_original") == "quote_original"
    assert intent_for(knowledge, "pension", "amount") == "out_of_scope"
    assert intent_for(knowledge, "greeting", "") == "smalltalk"
    assert intent_for(knowledge, "all_matters", "") == "screen"
    assert intent_for(knowledge, TOPIC, "nothing") is None
    assert intent_for(knowledge, "nothing", "amount") is None


@pytest.fixture
def files(tmp_path: Path) -> ExampleFiles:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "tests" / "evaluation" / "dialogues").mkdir(parents=True)
    source = with_example(None, Example("稳岗返还一般能退多少钱", TOPIC, "ask_amount"))
    (tmp_path / example_path(TOPIC)).write_text(source, encoding="utf-8")
    dialogue = {"turns": [{"say": "大概什么时候能到账呢"}], "knows": {"unit_kind": "有限责任公司就是企业"}}
    (tmp_path / "tests/evaluation/core.jsonl").write_text(json.dumps({"text": "律所能不能报稳岗返还"}) + "\n")
    (tmp_path / "tests/evaluation/dialogues/a.jsonl").write_text(json.dumps(dialogue) + "\n\n")
    return ExampleFiles(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("短", "2 到"),
        ("我的电话13812345678能领吗", "证件号"),
        ("编号20210915001能领吗", "证件号"),
        ("我是【手机号】能领吗", "遮盖"),
        ("公司[28](n)个人", "方括号"),
        ("两行\n的话", "方括号"),
        ("稳岗返还一般能退多少钱", "已经在"),
        ("律所能不能报稳岗返还", "评测"),
        ("律所能不能报稳岗返还呢", "评测"),
        ("大概什么时候能到账呢", "评测"),
        ("有限责任公司就是企业", "评测"),
    ],
)
def test_what_must_not_be_learnt_from(files: ExampleFiles, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        files.check(Example(text, TOPIC, "ask_amount"))


def test_what_may_and_how_near_it_is(files: ExampleFiles) -> None:
    files.check(Example("我们厂去年一个人没裁", TOPIC, "ask_eligibility"))
    assert files.warning(Example("我们厂去年一个人没裁", TOPIC, "ask_eligibility")) is None
    assert files.warning(Example("稳岗返还能退多少钱", TOPIC, "ask_amount")) == "稳岗返还一般能退多少钱"
    assert files.evaluation_is_here
