"""The component in Rasa's graph: trained, stored, loaded again, and reading messages."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from koujing.process import quiet_environment
from koujing.settings import ROOT
from tests.search.examples import ASSISTANCE, LABELLED

RELATIVE = "我昨天失业了，能领失业补助金吗"
MESSAGES: dict[str, dict[str, Any]] = {
    "amount": {"text": "失业补助金一个月多少钱"},
    "demo": {"text": RELATIVE, "metadata": {"on": "2021-09-15"}},
    "later": {"text": RELATIVE, "metadata": {"on": "2022-01-01"}},
    "undated": {"text": RELATIVE},
    "learnt": {"text": "如今在家抠脚"},
    "empty": {"text": ""},
    "nothing": {},
    **{text: {"text": text} for text, *_ in LABELLED},
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program of its own printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.rasa.component_run", str(tmp_path_factory.mktemp("model"))],
        input=json.dumps(list(MESSAGES.values())),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=quiet_environment(env),
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.fixture(scope="module")
def read(ran: dict[str, Any]) -> dict[str, Any]:
    """What the loaded component made of each message."""
    return dict(zip(MESSAGES, ran["loaded"], strict=True))


def unemployed_since(out: dict[str, Any]) -> Any:
    return {fact["fact"]: fact["value"] for fact in out["reading"]["facts"]}["unemployment_date"]


def test_training_keeps_the_resource_and_the_data(ran: dict[str, Any]) -> None:
    assert (ran["resource"], ran["unchanged"]) == ("reader", True)


def test_what_is_loaded_reads_as_what_was_trained(ran: dict[str, Any]) -> None:
    assert ran["loaded"] == ran["trained"]


def test_facts_and_answers_are_learnt_from_the_marked_sentences(ran: dict[str, Any], read: dict[str, Any]) -> None:
    assert ran["marked"] == ["data/facts"]
    reading = read["learnt"]["reading"]
    assert {fact["fact"]: fact["value"] for fact in reading["facts"]} == {"is_unemployed": True}
    assert reading["answers"]["is_unemployed"]["true"] > reading["answers"]["is_unemployed"]["false"]


def test_an_answer_is_told_to_what_was_asked_for(ran: dict[str, Any]) -> None:
    nothing, asked = ran["answers"]
    assert nothing == {}
    assert set(asked) == {"is_unemployed"}


def test_intent_and_reading_travel_with_the_message(read: dict[str, Any]) -> None:
    out = read["amount"]
    assert out["intent"]["name"] == out["intent_ranking"][0]["name"] == "ask_amount"
    assert 0 <= out["intent"]["confidence"] <= 1
    assert out["reading"]["questions"][0]["topic"] == ASSISTANCE


def test_the_topics_are_those_of_the_examples_metadata(read: dict[str, Any]) -> None:
    topics = {text: read[text]["reading"]["questions"][0]["topic"] for text, *_ in LABELLED}
    assert topics == {text: topic for text, topic, _ in LABELLED}


def test_relative_dates_count_from_the_day_in_the_metadata(read: dict[str, Any]) -> None:
    assert (unemployed_since(read["demo"]), unemployed_since(read["later"])) == ("2021-09-14", "2021-12-31")


def test_without_metadata_the_clock_tells_the_day(read: dict[str, Any]) -> None:
    assert dt.date.fromisoformat(unemployed_since(read["undated"]))


def test_a_message_without_text_is_read_too(read: dict[str, Any]) -> None:
    assert read["empty"]["reading"]["questions"]
    assert read["nothing"]["reading"]["questions"]
