"""Secrets from files: read, refused, never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from koujing.cli import program
from koujing.errors import SettingsError
from koujing.settings import SECRETS, Settings

SECRET = "k3y-" * 10


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


def test_every_secret_may_come_from_a_file(file: Path) -> None:
    for variable in SECRETS:
        address = {
            "KOUJING_REDIS": "redis://:pw@h",
            "KOUJING_WECHAT_TOKEN_URL": "https://h/t",
            "KOUJING_DATABASE": "postgresql://u:pw@h/d",
        }
        file.write_text(address.get(variable, SECRET) + "\n")
        told = Settings.from_env({f"{variable}_FILE": str(file)}).environment()
        assert told[variable] == address.get(variable, SECRET)
        assert told[f"{variable}_FILE"] == "", "a child does not read the file again"


def test_one_that_its_group_may_read_is_taken(file: Path) -> None:
    file.chmod(0o440)
    assert Settings.from_env({"KOUJING_SECRET_FILE": str(file)}).secret == SECRET


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o601, 0o620, 0o666])
def test_one_that_others_may_read_or_change_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    refused(file, "chmod 600")


def test_one_that_cannot_be_read_is_refused(file: Path, tmp_path: Path) -> None:
    refused(tmp_path / "none", "读不出")
    refused(tmp_path, "读不出")
    os.mkfifo(tmp_path / "pipe", 0o600)
    refused(tmp_path / "pipe", "不是普通文件")
    file.write_bytes(b" \n")
    refused(file, "空的")
    file.write_bytes(b"\xff" * 40)
    refused(file, "不是文字")
    file.write_text("s" * 70_000)
    refused(file, "太长")


def test_not_both_the_value_and_the_file(file: Path) -> None:
    with pytest.raises(SettingsError, match="KOUJING_SECRET 也设了"):
        Settings.from_env({"KOUJING_SECRET_FILE": str(file), "KOUJING_SECRET": "t" * 40})


def test_what_is_no_secret_has_no_file(file: Path) -> None:
    with pytest.raises(SettingsError, match="没有这个设置"):
        Settings.from_env({"KOUJING_HOST_FILE": str(file)})


def test_a_bad_secret_from_a_file_is_not_shown(file: Path) -> None:
    for variable in ("KOUJING_REDIS", "KOUJING_API_KEYS", "KOUJING_SECRET", "KOUJING_WECHAT_TOKEN_URL"):
        file.write_text("hunter2:x y")
        with pytest.raises(SettingsError) as caught:
            Settings.from_env({f"{variable}_FILE": str(file)})
        assert "hunter2" not in str(caught.value)


def test_help_shows_no_secret() -> None:
    told = CliRunner(env={"KOUJING_SECRET": SECRET, "KOUJING_API_KEYS": SECRET}).invoke(program, ["--help"])
    assert told.exit_code == 0
    assert SECRET not in told.output


def refused(path: Path, says: str) -> None:
    with pytest.raises(SettingsError, match="KOUJING_SECRET_FILE") as caught:
        Settings.from_env({"KOUJING_SECRET_FILE": str(path)})
    assert says in str(caught.value)
    assert SECRET not in str(caught.value)
