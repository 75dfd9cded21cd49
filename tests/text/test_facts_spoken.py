"""How very different people state their facts (`facts_spoken.yml`), and how the cues for it behave."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.facts import load_facts
from koujing.search.told import ToldFact
from koujing.text.facts import FactReader

POLICIES = Path(__file__).parents[2] / "policies"
ON = dt.date(2021, 9, 15)
SPOKEN = yaml.safe_load(Path(__file__).with_name("facts_spoken.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reader() -> FactReader:
    return load_fact_reader(POLICIES / "fact_words.yml", load_facts(POLICIES / "facts.yml")[1].data["facts"])


def told(reader: FactReader, text: str) -> dict[str, object]:
    """The facts of a text; a value to be confirmed is marked by a `~` before it."""
    return {r.fact: f"~{r.value}" if r.approximate else r.value for r in reader.read(text, ON)}


@pytest.mark.parametrize(
    ("text", "facts"),
    [pytest.param(text, facts, id=f"{kind}: {text}") for kind, said in SPOKEN.items() for text, facts in said.items()],
)
def test_facts_are_read_however_said(reader: FactReader, text: str, facts: dict[str, object]) -> None:
    assert told(reader, text) == facts


@pytest.mark.parametrize("lead", ["如果", "要是", "假如", "万一"])
@pytest.mark.parametrize("text", ["我失业了", "失业金领完了", "我没交过失业保险", "我是残疾人"])
def test_what_is_only_supposed_is_no_fact(reader: FactReader, lead: str, text: str) -> None:
    assert told(reader, text)
    assert told(reader, lead + text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "隔壁公司裁了20个人",
        "听说孤儿也能领",
        "我登记了失业没有",
        "失业登记办没办",
        "我是低保户吗",
        "烈士子女能领吗",
        "残疾人有没有补贴",
    ],
)
def test_hearsay_and_open_questions_are_no_facts(reader: FactReader, text: str) -> None:
    assert told(reader, text) == {}


@pytest.mark.parametrize("clause", ["低保户没批", "如果是低保户", "低保户能申请吗"])
def test_no_model_has_said_what_its_own_words_leave_open(reader: FactReader, clause: str) -> None:
    model = ToldFact("minimum_living_family", "true", 0, len(clause), 0.9)
    assert reader.read(clause, ON, [model]) == []
    sure = "户口本上盖着吃保障的章"
    assert reader.read(sure, ON, [replace(model, end=len(sure))]) != []


def test_parts_are_added_up(reader: FactReader) -> None:
    text = "去年失业保险费单位交了3万，个人交了约1万"
    (read,) = [r for r in reader.read(text, ON) if r.fact == "contributions_last_year"]
    assert (read.value, read.approximate) == (40000, True)
    assert told(reader, "去年辞了3个又裁了2个") == {"layoffs_last_year": 5}


def test_a_sum_needs_two_figures(tmp_path: Path) -> None:
    source = (POLICIES / "fact_words.yml").read_text(encoding="utf-8")
    broken = tmp_path / "fact_words.yml"
    broken.write_text(
        source.replace("{value: true, terms: [孤儿]}", "{take: number, sum: true, patterns: ['<number>个孤儿']}", 1),
        encoding="utf-8",
    )
    with pytest.raises(PolicyFileError, match="至少写两次"):
        load_fact_reader(broken, load_facts(POLICIES / "facts.yml")[1].data["facts"])
