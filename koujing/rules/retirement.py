"""Statutory retirement age (法定退休年龄) as dated law outside the notices; figures come from `policies/sources.yml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["RetirementGroup", "RetirementLaw", "months_to_retirement"]


@dataclass(frozen=True)
class RetirementGroup:
    """Ages in months: `base_age` before the reform, delayed by one month for every `step_months` of birth to `final_age`."""

    base_age: int
    first_birth: dt.date
    step_months: int
    final_age: int


@dataclass(frozen=True)
class RetirementLaw:
    """The groups (`male`, `female_worker`, `female_cadre`) and the day from which the gradual delay is in force."""

    reform: dt.date
    groups: Mapping[str, RetirementGroup]


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def retirement_age(law: RetirementLaw, group: str, birth: dt.date, on: dt.date) -> int:
    """The retirement age in months that the law in force on `on` gives to someone born in `birth`'s month."""
    rule = law.groups[group]
    if on < law.reform or birth < rule.first_birth:
        return rule.base_age
    delay = (_months(birth) - _months(rule.first_birth)) // rule.step_months + 1
    return min(rule.base_age + delay, rule.final_age)


def months_to_retirement(law: RetirementLaw, sex: str, post: str | None, birth: dt.date, on: dt.date) -> int | None:
    """Whole months from `on`'s month to the month of retirement; negative when past. None when the post is needed.

    Women's ages differ by kind of post (`worker` or `cadre`); men's do not.
    """
    if sex != "male" and post is None:
        return None
    group = "male" if sex == "male" else f"female_{post}"
    return _months(birth) + retirement_age(law, group, birth, on) - _months(on)
