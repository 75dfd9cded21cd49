"""A change is in one patch at most; a patch closed once stays closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.review_patches import EXAMPLE, Author, Patches, PatchGoneError, PatchStateError, Tried

ME, FINE = Author(1, "政策编辑"), Tried(True, "好")


@pytest.fixture
def patches(engine: Engine, clock: Clock) -> Patches:
    return Patches(engine, clock)


def propose(patches: Patches, text: str = "怎么办") -> int:
    return patches.propose(EXAMPLE, {"text": text}, "没听懂", ME)


def test_of_many_at_once_one_patch_takes_a_change(patches: Patches) -> None:
    change = propose(patches)

    def make(n: int) -> bool:
        try:
            patches.make([change], str(n), "理由", ME, "文", FINE)
        except PatchStateError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(16))).count(True) == 1
    assert len(patches.all()) == 1


def test_nothing_is_half_taken(patches: Patches) -> None:
    first, second = propose(patches), propose(patches)
    patches.make([first], "一", "理由", ME, "文", FINE)
    with pytest.raises(PatchStateError):
        patches.make([first, second], "二", "理由", ME, "文", FINE)
    with pytest.raises(PatchStateError):
        patches.make([], "三", "理由", ME, "文", FINE)
    assert [change.id for change in patches.ready()] == [second]


def test_withdrawn_merged_and_dropped(patches: Patches) -> None:
    first, second = propose(patches), propose(patches, "在哪办")
    assert patches.withdraw(first).state == "withdrawn"
    for wrong, error in ((first, PatchStateError), (99, PatchGoneError)):
        with pytest.raises(error):
            patches.withdraw(wrong)
    id = patches.make([second], "一", "理由", ME, "文", Tried(False, "不行"))
    patches.tried(id, FINE)
    assert (patches.get(id).fits, patches.get(id).told) == (True, "好")
    patches.drop(id, 1, "再想想")
    with pytest.raises(PatchStateError):
        patches.merge(id, 1, "abc")
    assert [change.data for change in patches.ready()] == [{"text": "在哪办"}]
    again = patches.make([second], "二", "理由", ME, "文", FINE)
    patches.merge(again, 1, "abc")
    assert [change.state for change in patches.of_patch(again)] == ["merged"]
    assert patches.get(again).closed_for == "abc"
    with pytest.raises(PatchGoneError):
        patches.get(99)
