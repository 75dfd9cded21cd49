from __future__ import annotations

import pytest

from tests.evaluation.intervals import Share, share_of, wilson


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [
        # Newcombe (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_literature(successes: int, total: int, low: float, high: float) -> None:
    assert wilson(successes, total) == pytest.approx((low, high), abs=5e-5)


def test_all_and_none_mirror_each_other() -> None:
    assert wilson(20, 20) == pytest.approx((1 - 0.1611, 1.0), abs=5e-5)
    assert wilson(20, 20)[1] == 1.0


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Share(0, 0).value is None
    assert str(Share(0, 0)) == "—"


@pytest.mark.parametrize(("successes", "total"), [(-1, 5), (6, 5)])
def test_counts_that_cannot_be_are_refused(successes: int, total: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        wilson(successes, total)


def test_what_is_not_measured_does_not_count() -> None:
    assert share_of([True, None, False, None, True]) == Share(2, 3)


def test_a_share_is_shown_with_its_interval_and_counts() -> None:
    assert str(Share(81, 263)) == "30.8％（25.5–36.6）81/263"
