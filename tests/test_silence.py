"""When silence is too long."""

from __future__ import annotations

from koujing.silence import Silence


def test_silence_counts_from_the_first_miss_and_ends_with_any_answer() -> None:
    clock = iter([0.0, 0.0, 30.0, 59.9, 60.0, 100.0, 100.0, 160.0])
    silence = Silence(60, lambda: next(clock))
    assert [silence.missed() for _ in range(3)] == [False, False, False]
    assert silence.missed()
    silence.heard()
    assert not silence.missed()
    assert silence.missed()


def test_with_none_it_is_never_too_long() -> None:
    clock = iter(range(0, 10**9, 10**6))
    silence = Silence(0, lambda: float(next(clock)))
    assert not any(silence.missed() for _ in range(50))
