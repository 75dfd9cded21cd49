"""Session tokens."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.web.secret import derived
from koujing.desk.web.tokens import Session, Tokens

TOKENS = Tokens(derived("s" * 32, "web sessions 1"))
SESSION = Session("a" * 32, 1_700_000_000, "demo", "huludao")
TOKEN = TOKENS.issue(SESSION)
ALPHABET = string.ascii_letters + string.digits + "-_.=+/ \n\0é"


def test_a_token_says_what_was_put_in() -> None:
    assert TOKENS.read(TOKEN) == SESSION
    assert TOKEN.startswith("v1.")
    assert len(TOKEN) < 250


@given(place=st.integers(0, len(TOKEN) - 1), character=st.sampled_from(ALPHABET))
def test_every_changed_character_is_refused(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    assert TOKENS.read(changed) == (SESSION if changed == TOKEN else None)


def test_every_character_changed_to_every_other_is_refused() -> None:
    """As above, without leaving it to chance."""
    for place, old in enumerate(TOKEN):
        for new in ALPHABET.replace(old, ""):
            assert TOKENS.read(TOKEN[:place] + new + TOKEN[place + 1 :]) is None


@given(start=st.integers(0, len(TOKEN)), end=st.integers(0, len(TOKEN)), between=st.text(ALPHABET, max_size=3))
def test_pieces_taken_out_or_put_in_are_refused(start: int, end: int, between: str) -> None:
    changed = TOKEN[:start] + between + TOKEN[max(start, end) :]
    assert changed == TOKEN or TOKENS.read(changed) is None


@given(st.text(max_size=200))
def test_anything_else_is_refused(token: str) -> None:
    assert TOKENS.read(token) is None
    assert TOKENS.read(f"v1.{token}") is None


@pytest.mark.parametrize(
    "token", ["", "v1", "v1..", "v2" + TOKEN[2:], TOKEN + ".", TOKEN + "=", "v1." * 1000, TOKEN * 9]
)
def test_odd_shapes_are_refused(token: str) -> None:
    assert TOKENS.read(token) is None


def test_another_key_s_token_is_refused() -> None:
    assert Tokens(derived("t" * 32, "web sessions 1")).read(TOKEN) is None
    assert Tokens(derived("s" * 32, "telephone numbers 1")).read(TOKEN) is None
