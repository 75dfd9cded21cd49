from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.templates import bare, filled, placeholders

TEMPLATE = "参保{fact:insured_headcount}，超过{small_unit_headcount}，{fact:insured_headcount}"


def test_placeholders() -> None:
    assert placeholders(TEMPLATE) == [
        ("fact", "insured_headcount"), ("parameter", "small_unit_headcount"), ("fact", "insured_headcount"),
    ]  # fmt: skip
    assert placeholders("没有 { } {A} {1} {fact:} {a b}") == []


def test_bare_is_what_was_typed() -> None:
    assert bare(TEMPLATE) == "参保，超过，"


def test_filled() -> None:
    words = filled(TEMPLATE, {"small_unit_headcount": "30人"}.__getitem__, {"insured_headcount": "31人"}.__getitem__)
    assert words == "参保31人，超过30人，31人"


@given(st.text())
def test_what_is_filled_in_is_not_filled_again(value: str) -> None:
    assert filled("前{a}后", lambda _: "{b}" + value, str) == "前{b}" + value + "后"


@given(st.text(st.characters(exclude_characters="{}")))
def test_a_text_without_placeholders_stays(text: str) -> None:
    assert filled(text, lambda _: "x", lambda _: "y") == bare(text) == text
