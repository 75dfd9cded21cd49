"""Since when questions are answered again."""

from __future__ import annotations

import pytest

from soak.probe import Asked, Probe


def probe(*asked: tuple[float, float, bool]) -> Probe:
    made = Probe("http://nobody", {})
    made.asked = [Asked(*each) for each in asked]
    return made


def row(start: float, well: bool, count: int = 4) -> list[tuple[float, float, bool]]:
    return [(start + n, start + n + 0.5, well) for n in range(count)]


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ([], None),
        (row(0, True), 0.0),
        (row(0, True, 3), None),
        (row(0, False), None),
        ([*row(0, False), *row(4, True)], 4.5),
        ([*row(0, False), *row(4, True, 2), (6, 6.5, False), *row(7, True)], 7.5),
        # One that was sent before the fault was over and came to nothing after it.
        ([(-3, 1.0, False), *row(0, True)], 0.5),
        # Long over.
        ([(-9, -8.0, False), *row(0, True)], 0.0),
    ],
)
def test_it_is_back_when_enough_in_a_row_are_answered(
    asked: list[tuple[float, float, bool]], seconds: float | None
) -> None:
    assert probe(*asked).back_since(0) == seconds
