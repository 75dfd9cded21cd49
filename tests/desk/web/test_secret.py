"""The secret and what derives from it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken

from koujing.desk.web.secret import PhoneCipher, derived, secret
from koujing.errors import ProgramError

GIVEN = "s" * 32


def test_what_is_set_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert secret(GIVEN, tmp_path) == GIVEN
    assert list(tmp_path.iterdir()) == []


def test_else_one_is_made_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    data = tmp_path / "var"
    made = secret(None, data)
    assert len(made) >= 32
    assert secret(None, data) == made
    assert [path.name for path in data.iterdir()] == ["secret"]
    assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600
    assert secret(None, tmp_path / "other") != made


def test_processes_that_start_together_share_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: secret(None, tmp_path), range(16)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_a_spoilt_file_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ProgramError, match="KOUJING_SECRET"):
        secret(None, tmp_path)
    assert (tmp_path / "secret").read_bytes() == content


def test_each_purpose_has_its_own_key() -> None:
    keys = {derived(GIVEN, "a"), derived(GIVEN, "b"), derived("t" * 32, "a")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_a_number_comes_back_with_the_same_secret_only() -> None:
    cipher = PhoneCipher(GIVEN)
    kept = cipher.encrypt("13812345678")
    assert b"13812345678" not in kept
    assert kept != cipher.encrypt("13812345678")
    assert PhoneCipher(GIVEN).decrypt(kept) == "13812345678"
    with pytest.raises(InvalidToken):
        PhoneCipher("t" * 32).decrypt(kept)
