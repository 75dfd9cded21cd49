"""Hashes of passwords, and what is too easy."""

from __future__ import annotations

import pytest

from koujing.desk.console.passwords import Passwords, Scrypt, generated, weakness

CHEAP = Scrypt(n=2, r=1, p=1)


def test_a_hash_tells_its_cost_and_nothing_of_the_password() -> None:
    passwords = Passwords(CHEAP)
    one, two = passwords.hash("a phrase of my own"), passwords.hash("a phrase of my own")
    assert one != two
    assert one.startswith("scrypt$2$1$1$")
    assert "phrase" not in one
    assert passwords.check("a phrase of my own", one)
    assert not passwords.check("a phrase of my owN", one)


def test_the_cost_is_what_is_recommended() -> None:
    assert Scrypt() == Scrypt(n=2**14, r=8, p=5)


def test_older_hashes_still_count_and_are_noticed() -> None:
    kept = Passwords(Scrypt(n=4, r=2, p=1)).hash("a phrase of my own")
    now = Passwords(CHEAP)
    assert now.check("a phrase of my own", kept)
    assert now.outdated(kept)
    assert not now.outdated(now.hash("a phrase of my own"))


@pytest.mark.parametrize("kept", ["", "scrypt$2$1$1$x", "scrypt$2$1$1$!$!", "md5$1$2$3$4$5x"])
def test_a_damaged_hash_opens_nothing(kept: str) -> None:
    if not kept:
        assert not Passwords(CHEAP).check("", kept)
        return
    with pytest.raises(ValueError, match="损坏"):
        Passwords(CHEAP).check("", kept)


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "9876543210", "abcdefghij", "1111111111", "password123", "wang.wang.wang", "Wang12345",
        "koujing12333", "x" * 129, "ababababab",
    ],
)  # fmt: skip
def test_what_is_too_easy(password: str) -> None:
    assert weakness(password, "wang")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "今天的雨下得真大啊二十一", "tr0ub4dor&3x", "🐎🔋📎🎹 paperclip"]
)
def test_what_is_good_enough(password: str) -> None:
    assert weakness(password, "wang") is None


def test_passwords_made_here_are_good_and_all_different() -> None:
    made = {generated() for _ in range(50)}
    assert len(made) == 50
    assert all(weakness(one, "wang") is None for one in made)
