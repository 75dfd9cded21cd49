"""Words at home under any topic."""

from __future__ import annotations

import pytest

from koujing.search.hollow import HollowWords

# Sixty topics that all ask 多少 of something of their own; 领 is asked of twelve, and of nothing by name too.
QUESTIONS = [
    *((["多少", f"事{number}"], f"topic{number}") for number in range(60)),
    *((["领", "多少", f"事{number}"], f"topic{number}") for number in range(12)),
    *((["失业", f"事{number}"], f"topic{number}") for number in range(12)),
    (["那", "领", "几回"], "unnamed"),
]


@pytest.fixture(scope="module")
def hollow() -> HollowWords:
    words = HollowWords(["unnamed"])
    words.fit(QUESTIONS)
    return words


@pytest.mark.parametrize(
    ("words", "only"),
    [
        (["多少"], True),
        (["领", "多少", "?"], True),
        # as widely spread as 领, but nobody asks with it who names no subject
        (["失业", "多少"], False),
        (["事3", "多少"], False),
        # never seen, and seen only where no subject is named
        (["没见过"], False),
        (["几回"], False),
        ([], False),
        (["?", " "], False),
    ],
)
def test_hollow_words(hollow: HollowWords, words: list[str], only: bool) -> None:
    assert hollow.only(words) is only


def test_nothing_is_hollow_before_learning() -> None:
    assert not HollowWords([]).only(["多少"])
