from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.rules.windows import bounds, state_on, window_states

OPENS, CLOSES = dt.date(2021, 1, 1), dt.date(2021, 12, 31)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "state"),
    [(OPENS - DAY, "not_yet"), (OPENS, "open"), (CLOSES, "open"), (CLOSES + DAY, "closed")],
)
def test_both_ends_belong_to_a_window(day: dt.date, state: str) -> None:
    assert state_on(OPENS, CLOSES, day) == state


@given(st.dates())
def test_an_open_end_never_closes(day: dt.date) -> None:
    assert state_on(None, None, day) == "open"
    assert state_on(OPENS, None, day) == ("open" if day >= OPENS else "not_yet")
    assert state_on(None, CLOSES, day) == ("open" if day <= CLOSES else "closed")


def test_the_clocks_of_unemployment_assistance(knowledge: Knowledge) -> None:
    provision = knowledge.provisions["huludao", "unemployment_assistance"]
    states = window_states(provision, dt.date(2022, 1, 1))
    assert {name: state.state for name, state in states.items()} == {
        "expired": "open", "unemployed": "open", "application": "closed", "payout": "open",
    }  # fmt: skip
    assert states["payout"].closes == dt.date(2022, 6, 30)
    assert window_states(provision, dt.date(2022, 7, 1))["payout"].state == "closed"


def test_every_window_has_an_end_and_opens_before_it_closes(knowledge: Knowledge) -> None:
    for provision in knowledge.provisions.values():
        for window in provision.windows.values():
            opens, closes = bounds(provision, window)
            assert opens or closes
            assert not opens or not closes or opens <= closes
