"""Notes merged by lines: nothing that either wrote is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.store.merging import merged

LINES = st.lists(st.sampled_from(["甲", "乙", "丙", "丁", "戊", "己"]), max_size=6)


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "result"),
    [
        ("", "", "问稳岗返还", "问稳岗返还"),
        ("问稳岗", "问稳岗\n28人", "问稳岗", "问稳岗\n28人"),
        ("问稳岗", "问稳岗", "问稳岗\n28人", "问稳岗\n28人"),
        ("问稳岗", "问稳岗\n28人", "问稳岗\n裁3人", "问稳岗\n28人\n裁3人"),
        ("问稳岗", "问稳岗\n28人", "问稳岗\n28人", "问稳岗\n28人"),
        ("甲\n乙\n丙", "甲\n乙\n丙\n丁", "乙\n丙", "乙\n丙\n丁"),
        ("甲\n乙", "甲\n乙二", "甲\n乙三", "甲\n乙二\n乙三"),
    ],
)
def test_both_are_kept(base: str, theirs: str, mine: str, result: str) -> None:
    assert merged(base, theirs, mine) == result


@given(LINES, LINES, LINES)
def test_no_line_that_somebody_added_is_lost(base: list[str], theirs: list[str], mine: list[str]) -> None:
    result = merged("\n".join(base), "\n".join(theirs), "\n".join(mine)).split("\n")
    for side in (theirs, mine):
        for line in set(side) - set(base):
            assert line in result


@given(LINES, LINES)
def test_who_changes_alone_is_followed(base: list[str], changed: list[str]) -> None:
    before, after = "\n".join(base), "\n".join(changed)
    assert merged(before, before, after) == after
    assert merged(before, after, before) == after
