"""One desk a data folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from koujing.desk.alone import alone, alone_on
from koujing.errors import ProgramError
from koujing.settings import ROOT
from koujing.store.database import connect_database

HOLDS = "import sys; from pathlib import Path; from koujing.desk.alone import alone; f = alone(Path(sys.argv[1])); print('in', flush=True); sys.stdin.read()"


def test_the_second_is_told_what_to_do_and_a_dead_one_stands_in_nobodys_way(tmp_path: Path) -> None:
    data = tmp_path / "var"
    command = [sys.executable, "-c", HOLDS, str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(ProgramError, match="KOUJING_REDIS"):
            alone(data)
        other.kill()
        other.wait()
    alone(data).close()


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProgramError, match="KOUJING_DATA"):
        alone(tmp_path / "file" / "var")


def test_on_a_postgresql_without_redis_a_second_desk_is_told_what_to_do(postgres_url: str) -> None:
    first, second = (connect_database(postgres_url) for _ in range(2))
    with alone_on(first):
        with pytest.raises(ProgramError, match="KOUJING_REDIS") as caught:
            alone_on(second)
        assert "p%40ss" not in str(caught.value)
    first.dispose()
    alone_on(second).close()
    second.dispose()
