"""How surely a message speaks of a subject of its own. What was understood is given as data."""

from __future__ import annotations

from typing import Any

import pytest

from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read


def surely(text: str, topic: str, share: float, **facts: Any) -> dict[str, Any]:
    """A message read as of one topic with a share."""
    told = read(text, topic, **facts)
    intent = [topic.partition(".")[2] and f"ask_{topic.partition('.')[2]}", 0.9]
    questions = [{**each, "share": share, "outside": 0.9, "intents": [intent]} for each in told["questions"]]
    return {**told, "questions": questions, "personal": True}


@pytest.mark.parametrize(("share", "kind"), [(0.9, "housing_fund"), (0.2, "dropped")])
def test_what_is_asked_beside_a_word_that_turns_away_is_answered(share: float, kind: str) -> None:
    session = Session("huludao")
    assert session.say(surely("我能领吗", f"{ASSISTANCE}.eligibility", 0.9))[0]["ask"]
    reply = session.say(surely("换个问题,公积金怎么提", "housing_fund", share))[0]
    assert reply["kind"] == kind


def test_the_next_caller_begins_anew() -> None:
    session = Session("huludao")
    first = session.say(surely("参保28人", f"{REFUND}.eligibility", 0.9, insured_headcount=28))[0]
    assert first["facts"]["insured_headcount"]["value"] == 28
    assert first["ask"]
    reply = session.say(surely("下一个 律所 没裁人 稳岗返还", f"{REFUND}.eligibility", 0.9, layoffs_last_year=0))[0]
    assert set(reply["facts"]) == {"layoffs_last_year"}
    # Only to pass over a question turns to nobody else.
    assert session.ask("下一个")["facts"]["layoffs_last_year"]["value"] == 0
