from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact
from koujing.rules.derive import Facts
from koujing.rules.determine import determine
from koujing.rules.law import retirement_law

ON = dt.date(2021, 9, 15)


@pytest.mark.parametrize(
    ("since", "until", "verdict"),
    [
        (None, None, "eligible"),
        (ON, ON, "eligible"),
        (ON + dt.timedelta(days=1), None, "need_info"),
        (None, ON - dt.timedelta(days=1), "need_info"),
    ],
)
def test_a_figure_of_another_time_decides_nothing(
    knowledge: Knowledge, since: dt.date | None, until: dt.date | None, verdict: str
) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    dated = {id: replace(p, since=since, until=until) for id, p in provision.parameters.items() if p.unit == "percent"}
    changed = replace(provision, parameters={**provision.parameters, **dated})
    raw = {"unit_kind": "enterprise", "insured_headcount": 28, "layoffs_last_year": 3}
    given = {id: Fact(knowledge.facts[id].parse(value)) for id, value in raw.items()}
    law = retirement_law(knowledge.sources)
    found = determine(changed, [changed.rules["refund"]], Facts(knowledge.facts, given, ON, law))
    assert found.verdict == verdict
    assert found.undecided == (verdict == "need_info")
