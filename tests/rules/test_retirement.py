"""The ages of the law: 国发〔1978〕104号 to 2024, the gradual delay from 2025-01-01 (`policies/sources.yml`)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.rules.retirement import RetirementLaw, months_to_retirement, retirement_age

BEFORE, AFTER = dt.date(2024, 12, 31), dt.date(2025, 1, 1)


def month(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{text}-01")


def years(y: int, m: int = 0) -> int:
    return 12 * y + m


# From the tables annexed to the law: month of birth, age, month of retirement.
DELAYED = [
    *(("male", birth, years(y, m), left) for birth, y, m, left in [
        ("1960-03", 60, 0, "2020-03"), ("1964-12", 60, 0, "2024-12"),
        ("1965-01", 60, 1, "2025-02"), ("1965-04", 60, 1, "2025-05"),
        ("1965-05", 60, 2, "2025-07"), ("1965-08", 60, 2, "2025-10"), ("1965-09", 60, 3, "2025-12"),
        ("1966-10", 60, 6, "2027-04"), ("1970-01", 61, 4, "2031-05"),
        ("1976-08", 62, 11, "2039-07"), ("1976-09", 63, 0, "2039-09"), ("1976-12", 63, 0, "2039-12"), ("1990-01", 63, 0, "2053-01"),
    ]),
    *(("female_cadre", birth, years(y, m), left) for birth, y, m, left in [
        ("1969-12", 55, 0, "2024-12"), ("1970-01", 55, 1, "2025-02"), ("1970-04", 55, 1, "2025-05"), ("1970-05", 55, 2, "2025-07"),
        ("1981-08", 57, 11, "2039-07"), ("1981-09", 58, 0, "2039-09"), ("1995-06", 58, 0, "2053-06"),
    ]),
    *(("female_worker", birth, years(y, m), left) for birth, y, m, left in [
        ("1974-12", 50, 0, "2024-12"), ("1975-01", 50, 1, "2025-02"), ("1975-02", 50, 1, "2025-03"), ("1975-03", 50, 2, "2025-05"),
        ("1984-10", 54, 11, "2039-09"), ("1984-11", 55, 0, "2039-11"), ("2000-01", 55, 0, "2055-01"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("group", "birth", "age", "left"), DELAYED)
def test_ages_from_2025(law: RetirementLaw, group: str, birth: str, age: int, left: str) -> None:
    assert retirement_age(law, group, month(birth), AFTER) == age
    sex, _, post = group.partition("_")
    assert months_to_retirement(law, sex, post or None, month(birth), max(month(left), AFTER)) == min(
        0, (month(left).year - 2025) * 12 + month(left).month - 1
    )


@pytest.mark.parametrize(
    ("sex", "post", "age"),
    [("male", None, 60), ("male", "worker", 60), ("female", "worker", 50), ("female", "cadre", 55)],
)
@pytest.mark.parametrize("birth", ["1961-05", "1965-01", "1975-01", "1985-12"])
def test_ages_to_2024(law: RetirementLaw, sex: str, post: str | None, age: int, birth: str) -> None:
    expected = (month(birth).year + age - BEFORE.year) * 12 + month(birth).month - BEFORE.month
    assert months_to_retirement(law, sex, post, month(birth), BEFORE) == expected


def test_the_day_the_law_changes(law: RetirementLaw) -> None:
    birth = month("1966-10")
    assert months_to_retirement(law, "male", None, birth, BEFORE) == 22
    assert months_to_retirement(law, "male", None, birth, AFTER) == 27
    assert months_to_retirement(law, "male", None, month("1964-12"), AFTER) == -1


def test_five_years_on_the_demo_date(law: RetirementLaw) -> None:
    on = dt.date(2021, 9, 15)
    assert months_to_retirement(law, "male", None, month("1966-09"), on) == 60
    assert months_to_retirement(law, "male", None, month("1966-10"), on) == 61
    assert months_to_retirement(law, "female", "worker", month("1976-09"), on) == 60
    assert months_to_retirement(law, "female", "cadre", month("1971-09"), on) == 60


def test_a_woman_s_post_is_needed(law: RetirementLaw) -> None:
    assert months_to_retirement(law, "female", None, month("1975-01"), AFTER) is None


@given(st.dates(dt.date(1940, 1, 1), dt.date(2010, 12, 31)), st.dates(dt.date(2025, 1, 1), dt.date(2040, 1, 1)))
def test_the_delay_never_falls_with_a_later_birth(law: RetirementLaw, birth: dt.date, on: dt.date) -> None:
    birth = birth.replace(day=1)
    later = (birth + dt.timedelta(days=31)).replace(day=1)
    for group, rule in law.groups.items():
        age = retirement_age(law, group, birth, on)
        assert rule.base_age <= age <= retirement_age(law, group, later, on) <= rule.final_age
        assert retirement_age(law, group, later, on) - age <= 1
        assert retirement_age(law, group, birth, BEFORE) == rule.base_age
