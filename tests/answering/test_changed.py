from __future__ import annotations

from fractions import Fraction

import pytest

from koujing.answering.asked import Situation
from koujing.answering.changed import shortfall
from koujing.answering.known import known_facts
from koujing.answering.wording import Speaker
from koujing.rules.evaluate import Outcome
from koujing.settings import DEMO_DATE
from tests.answering.replies import known, policies


@pytest.mark.parametrize(
    ("otherwise", "months", "words"),
    [
        (None, 9, "（失业保险累计缴费时间9个月，相差3个月）"),
        ("时间不够", 9, "（失业保险累计缴费时间9个月，相差3个月）"),
        (None, 12, "（失业保险累计缴费时间1年）"),
        ("累计缴费{fact:insured_months}，不满{insured_minimum}", 9, ""),
    ],
)
def test_the_gap(otherwise: str | None, months: int, words: str) -> None:
    provision = policies().provisions["huludao", "skill_upgrade_subsidy"]
    speaker = Speaker(
        policies(), provision, known_facts(policies(), Situation("huludao", DEMO_DATE, known(insured_months=months)))
    )
    outcome = Outcome("insured_long_enough", "insured_months", Fraction(months), False, "hld-2021-2:4", "", otherwise)
    assert shortfall(speaker, outcome) == words


def test_what_is_no_number_has_no_gap() -> None:
    provision = policies().provisions["huludao", "skill_upgrade_subsidy"]
    speaker = Speaker(policies(), provision, known_facts(policies(), Situation("huludao", DEMO_DATE)))
    outcome = Outcome("enterprise_employee", "employed_in_enterprise", False, False, "hld-2021-2:4", "", None)
    assert shortfall(speaker, outcome) == ""
