"""What was understood of a message, in the light of its session: answers as they are worded, and places."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.heard import Heard, hear
from koujing.answering.session import Session
from koujing.knowledge.facts import Fact
from tests.answering.replies import policies

FACTS = policies().facts


def heard(text: str = "厂里一直给上着", **understood: Any) -> Heard:
    return hear(policies(), {"text": text, **understood}, {}, Session())


@pytest.mark.parametrize(
    ("shares", "answer"),
    [
        ({"true": 0.9, "false": 0.05}, Fact(True)),
        ({"true": 0.05, "false": 0.9}, Fact(False)),
        ({"true": 0.68, "false": 0.3}, Fact(True)),
        ({"true": 0.67, "false": 0.3}, None),
        ({"true": 0.02, "false": 0.03}, None),
        ({}, None),
    ],
)
def test_a_yes_or_no_must_be_sure(shares: dict[str, float], answer: Fact | None) -> None:
    assert heard(answers={"was_insured": shares}).answer_to(FACTS["was_insured"]) == answer


@pytest.mark.parametrize(
    ("shares", "answer"),
    [
        ({"law_firm": 0.3, "enterprise": 0.1}, Fact("law_firm")),
        ({"enterprise": 0.1, "law_firm": 0.2}, Fact("law_firm")),
        ({"law_firm": 0.3, "enterprise": 0.2}, None),
        ({"law_firm": 0.05}, Fact("law_firm")),
        ({"law_firm": 0.04}, None),
        ({}, None),
    ],
)
def test_an_option_must_stand_clear_of_the_others(shares: dict[str, float], answer: Fact | None) -> None:
    assert heard(answers={"unit_kind": shares}).answer_to(FACTS["unit_kind"]) == answer


def test_an_answer_is_that_to_the_fact_asked_for_alone() -> None:
    told = heard(answers={"was_insured": {"true": 0.9, "false": 0.1}})
    assert told.answer_to(FACTS["is_disabled"]) is None
    assert heard().answer_to(FACTS["was_insured"]) is None


@pytest.mark.parametrize(
    ("answers", "leans"),
    [
        ({"was_insured": {"true": 0.5, "false": 0.3}}, (True, False)),
        ({"was_insured": {"true": 0.3, "false": 0.5}}, (False, True)),
        ({"was_insured": {"true": 0.4, "false": 0.4}}, (True, True)),
        # where nothing is known of such answers, nothing speaks against any
        ({"is_disabled": {"true": 0.9, "false": 0.1}}, (True, True)),
        ({}, (True, True)),
    ],
)
def test_it_leans_to_the_likelier_value(answers: dict[str, dict[str, float]], leans: tuple[bool, bool]) -> None:
    told = heard(answers=answers)
    assert (told.leans(FACTS["was_insured"], True), told.leans(FACTS["was_insured"], False)) == leans


def test_an_option_not_told_of_is_not_leant_to() -> None:
    told = heard(answers={"unit_kind": {"law_firm": 0.3}})
    assert told.leans(FACTS["unit_kind"], "law_firm")
    assert not told.leans(FACTS["unit_kind"], "enterprise")


def place_of(surface: str, regions: list[str], **metadata: Any) -> tuple[str | None, tuple[str, ...]]:
    place = {"surface": surface, "regions": regions, "start": 0, "end": len(surface)}
    found = hear(policies(), {"text": surface, "places": [place]}, metadata, Session()).place
    return found.region, found.candidates


def test_of_a_city_and_its_county_of_one_name_the_city_is_meant() -> None:
    """湖南长沙."""
    candidates = ["changsha", "changsha-changsha"]
    assert place_of("湖南长沙", candidates) == ("changsha", ())
    assert place_of("湖南长沙", candidates[::-1]) == ("changsha", ())
    # A channel in the county keeps it: the city says no more.
    assert place_of("长沙", candidates, region="changsha-changsha") == ("changsha-changsha", ())


def test_of_places_apart_none_is_guessed_though_one_is_within_another() -> None:
    candidates = ("chaoyang", "beijing-chaoyang", "chaoyang-chaoyang", "changchun-chaoyang")
    assert place_of("朝阳", list(candidates)) == (None, candidates)
    lianshan = ("huludao-lianshan", "qingyuan-lianshan")
    assert place_of("连山", list(lianshan)) == (None, lianshan)
    assert place_of("连山", list(lianshan), region="huludao") == ("huludao-lianshan", ())
