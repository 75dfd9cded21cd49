"""Debian's programs, and what to do where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from koujing.cluster.errors import MissingProgramsError
from koujing.cluster.programs import find_programs


def program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_all_that_are_missing_are_named_with_the_command_that_brings_them(tmp_path: Path) -> None:
    with pytest.raises(MissingProgramsError) as caught:
        find_programs(path=str(tmp_path), postgresql=tmp_path)
    assert "apt-get install -y nginx postgresql redis-server" in str(caught.value)
    program(tmp_path / "nginx")
    with pytest.raises(MissingProgramsError, match="install -y postgresql redis-server"):
        find_programs(path=str(tmp_path), postgresql=tmp_path)


def test_what_others_run_is_not_needed(tmp_path: Path) -> None:
    program(tmp_path / "nginx")
    assert find_programs(database=False, redis=False, path=str(tmp_path), postgresql=tmp_path).nginx


def test_of_several_postgresqls_the_newest_is_used(tmp_path: Path) -> None:
    for version in ("9", "15", "13"):
        for name in ("initdb", "postgres"):
            program(tmp_path / "lib" / version / "bin" / name)
    found = find_programs(redis=False, nginx=False, path=str(tmp_path), postgresql=tmp_path / "lib")
    assert found.postgres == str(tmp_path / "lib/15/bin/postgres")
