"""`koujing database` on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from koujing.cli import program
from koujing.errors import ProgramError
from koujing.store.migrating import newest


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_the_tables_go_up_and_down(
    on: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path / "data"))
    if on == "postgresql":
        monkeypatch.setenv("KOUJING_DATABASE", request.getfixturevalue("new_postgres_url"))

    def run(*words: str, typed: str = "", code: int = 0) -> str:
        done = CliRunner().invoke(program, ["database", *words], input=typed)
        assert done.exit_code == code, done.output
        assert "p@ss" not in done.output
        assert "p%40ss" not in done.output
        return done.output

    assert "还没有建表" in run("current")
    assert newest() in run("upgrade")
    assert "已是最新" in run("current")
    assert "0013" in run("downgrade", "0012", typed="n\n", code=1)
    assert "已是最新" in run("current")
    assert "已退回到 0012" in run("downgrade", "0012", "--yes")
    assert "koujing database upgrade" in run("current")
    assert "已升级到 0012" in run("upgrade", "0012")
    assert "已退回到 base" in run("downgrade", "base", "--yes")


def test_a_version_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path))
    with pytest.raises(ProgramError, match=r"没有版本 9999.*0013"):
        CliRunner().invoke(program, ["database", "upgrade", "9999"], catch_exceptions=False)
