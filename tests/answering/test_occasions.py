"""How often somebody has had something, read by what the matter asked about counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.answering.test_conversation import Session
from tests.answering.test_following import ask

TRAINING, GRADUATE, REFUND = "training_living_allowance", "graduate_training_subsidy", "job_retention_refund"
POOR: dict[str, Any] = {"is_poverty_alleviated": True, "in_training": True}


def counted(text: str, topic: str = TRAINING, fact: str = "training_count_this_year", **facts: Any) -> object:
    reply = ask(Session("huludao"), text, f"{topic}.eligibility", person="", **(facts or POOR))
    said = reply["facts"].get(fact)
    return said and (said["value"], said["confirmed"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("今年第二回了,还有吗", (2, True)),
        ("今年头一趟,有没有", (1, True)),
        ("今年就这一回,给不给", (1, True)),
        ("今年首次,能领吗", (1, True)),
        # of which year is not said: it is confirmed before it decides
        ("这是第3次了,能领吗", (3, False)),
        # no ordinal, two of them, another year
        ("一年最多3次吗,能领吗", None),
        ("今年第二回还是第三回来着,能领吗", None),
        ("去年第二回,今年能领吗", None),
    ],
)
def test_an_ordinal_is_of_what_the_matter_counts(text: str, told: object) -> None:
    assert counted(text) == told


def test_each_matter_counts_its_own() -> None:
    assert counted("今年第二回报,行吗", GRADUATE, "training_subsidy_count_this_year", graduate_kind="university") == (
        2,
        True,
    )
    assert counted("今年第二回报,行吗", REFUND, "training_count_this_year", unit_kind="enterprise") is None


def test_what_is_told_plainly_stays() -> None:
    assert counted("今年第二回了,还有吗", training_count_this_year=4, **POOR) == (4, True)
