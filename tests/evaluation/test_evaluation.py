from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from koujing.knowledge.facts import load_facts
from koujing.settings import ROOT
from tests.evaluation.__main__ import main
from tests.evaluation.facts import BLIND, Tally, fact_values, load_sentences
from tests.evaluation.measures import missed

BARS = {"at_least": {"fact_f1": 0.97}, "at_most": {"median_questions": 3}}


def test_the_blind_sentences_are_apart_and_hold_facts_that_there_are() -> None:
    blind = load_sentences(BLIND)
    assert len(blind) >= 200
    assert {sentence.text for sentence in blind}.isdisjoint(sentence.text for sentence in load_sentences())
    types = load_facts(ROOT / "policies" / "facts.yml")[0]
    for sentence in blind:
        for fact, value in {**sentence.facts, **sentence.may}.items():
            types[fact].parse(value.lstrip("~") if isinstance(value, str) else value)


def test_facts_and_dialogues_are_held_to_their_bars() -> None:
    median = {"median_questions": ("中位数", 3.5)}
    assert missed({**fact_values(Tally(9, 1, 1)), **median}, BARS) == [
        "读事实的 F1 90.0％，应不低于 97.0％",
        "中位数 3.5，应不高于 3",
    ]
    assert missed({**fact_values(None), "median_questions": ("中位数", 3.0)}, BARS) == []


def test_a_dialogue_that_there_is_not_is_told() -> None:
    result = CliRunner().invoke(main, ["--in-process", "--dialogue", "dlg-z-1"])
    assert result.exit_code == 2
    assert "没有编号为 dlg-z-1 的对话" in result.output + result.stderr


def test_every_set_of_dialogues_is_read() -> None:
    assert {path.name for path in (Path(__file__).parent / "dialogues").glob("*.jsonl")} == {
        "a.jsonl",
        "b.jsonl",
        "c.jsonl",
        "e.jsonl",
        "f.jsonl",
        "g.jsonl",
        "h.jsonl",
        "i.jsonl",
        "j.jsonl",
        "k.jsonl",
        "l.jsonl",
        "m.jsonl",
        "n.jsonl",
        "o.jsonl",
        "p.jsonl",
        "q.jsonl",
    }
