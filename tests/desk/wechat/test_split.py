"""A text in parts: none too long, none cut where it hurts, nothing lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from koujing.desk.wechat.links import LINK, tap_link
from koujing.desk.wechat.split import LIMIT, joined, size, split

NUMBER = re.compile(r"\n（(\d+)/(\d+)）$")
characters = st.characters(blacklist_categories=("Cs",))
text = st.text(characters, max_size=400)
link = st.builds(tap_link, st.text("失业补助金是否<>&", min_size=1, max_size=6), st.integers(1, 9))
prose = st.lists(
    st.sampled_from(["失业补助金", "可以申领", "，", "。", "；", "\n", "\n\n", "12333", "👩‍👩‍👧‍👦", "🇨🇳", "é", " "])
    | link,
    max_size=120,
)


def bare(parts: list[str]) -> str:
    """The parts joined again, without their numbers and without white space."""
    return "".join("".join((NUMBER.sub("", part) if len(parts) > 1 else part).split()) for part in parts)


def whole(words: str) -> str:
    return "".join(words.split())


@given(text | prose.map("".join), st.integers(320, 900))
@example("字" * 4000, 1900)
@example("e\u0301" * 900, 320)
@example("\u0301" * 900, 320)
@example("👩‍👩‍👧‍👦" * 90, 320)
def test_no_part_is_too_long_and_nothing_is_lost(words: str, limit: int) -> None:
    parts = split(words, limit)
    assert all(size(part) <= limit for part in parts)
    assert bare(parts) == whole(words)
    if len(parts) > 1:
        assert [NUMBER.search(part) and NUMBER.search(part)[0] for part in parts] == [  # type: ignore[index]
            f"\n（{n}/{len(parts)}）" for n in range(1, len(parts) + 1)
        ]


@given(prose.map("".join), st.integers(400, 900))
def test_a_link_is_never_cut(words: str, limit: int) -> None:
    parts = split(words, limit)
    assert [link[0] for part in parts for link in LINK.finditer(part)] == [link[0] for link in LINK.finditer(words)]
    assert all("<" not in LINK.sub("", part) for part in parts)


@given(prose.map("".join), st.integers(320, 900))
def test_it_is_cut_in_a_sentence_only_where_the_sentence_has_no_room(words: str, limit: int) -> None:
    at = 0
    for part in split(words, limit)[:-1]:
        body = NUMBER.sub("", part)
        at = words.index(body, at) + len(body)
        if body[-1] not in "。；" and not words[at:].lstrip(" ").startswith("\n"):
            assert not set("。；\n") & set(LINK.sub("字", body))


@given(st.lists(st.sampled_from(["👩‍👩‍👧‍👦", "🇨🇳", "e\u0301", "👍🏽", "字"]), min_size=60, max_size=200))
def test_a_character_stays_whole(clusters: list[str]) -> None:
    found = "".join(NUMBER.sub("", part) for part in split("".join(clusters), 320))
    parts = split("".join(clusters), 320)
    assert found == "".join(clusters)
    # Flags side by side cannot be told apart by their neighbours alone, so a part may begin in a run of them.
    assert not any(NUMBER.sub("", part)[0] in "\u200d\u0301🏽" for part in parts)


def test_the_limit_is_of_bytes_with_the_number() -> None:
    assert split("字" * 633) == ["字" * 633]
    assert size("字" * 633) <= LIMIT < size("字" * 634)
    first, second = split("字" * 634)
    assert first == "字" * 630 + "\n（1/2）"
    assert second == "字" * 4 + "\n（2/2）"


def test_a_pause_is_preferred_in_order() -> None:
    def first(pause: str, other: str) -> str:
        return NUMBER.sub("", split("甲" * 40 + pause + "乙" * 20 + other + "丙" * 100, 320)[0])

    assert first("\n\n", "。").endswith("甲")
    assert first("\n", "。").endswith("甲")
    assert first("。", "，").endswith("甲。")
    assert first("，", "、").endswith("乙、")
    assert first("。", "。").endswith("乙。")
    assert first("。”", "，").endswith("甲。”")


def test_a_part_is_not_left_near_empty_for_a_better_pause() -> None:
    assert NUMBER.sub("", split("甲\n\n" + "乙" * 50 + "。" + "丙" * 100, 320)[0]).endswith("乙。")


def test_blocks_are_kept_together() -> None:
    question = "请问？\n\n" + "\n\n".join(f"{n}. 是" for n in range(16))
    parts = joined(["甲" * 60, question, "乙" * 30], 320)
    assert [NUMBER.sub("", part) for part in parts] == ["甲" * 60, question + "\n\n" + "乙" * 30]


def test_more_than_nine_parts_are_numbered_within_the_limit() -> None:
    parts = split("字" * 1500, 320)
    assert len(parts) > 9
    assert all(size(part) <= 320 for part in parts)


def test_a_link_that_no_part_could_hold_is_written_as_its_words() -> None:
    parts = split(tap_link("失业补助金" * 10, 1) + "。" + "字" * 200, 320)
    assert bare(parts) == "失业补助金" * 10 + "。" + "字" * 200


def test_without_room_it_refuses() -> None:
    with pytest.raises(ValueError, match="63 bytes"):
        split("字", 63)
