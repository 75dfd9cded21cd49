"""`koujing patches`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from koujing.clock import Clock
from koujing.patch_cli import patches
from koujing.store.database import open_database
from koujing.store.review_patches import EXAMPLE, Author, Patches, Tried

TEXT = "# 标题\n\ndiff --git a/data/x.yml b/data/x.yml\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path))
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(patches, arguments)


def make(data: Path, fits: bool = True) -> int:
    engine = open_database(data / "koujing.db")
    store, author = Patches(engine, Clock()), Author(1, "政策编辑")
    change = store.propose(EXAMPLE, {"text": "怎么办"}, "没听懂", author)
    id = store.make([change], "标题", "理由", author, TEXT, Tried(fits, "好"))
    engine.dispose()
    return id


def test_nothing_yet(data: Path) -> None:
    assert "没有待合并的补丁" in invoke("list").output
    assert "还没有补丁" in invoke("list", "--all").output


def test_patches_are_listed_and_shown_byte_for_byte(data: Path) -> None:
    make(data)
    make(data, fits=False)
    lines = invoke("list").output.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["2", "待合并", "试过，没有通过"],
        ["1", "待合并", "试过，通过"],
    ]
    assert invoke("show", "1").output == TEXT


def test_one_that_is_not_there(data: Path) -> None:
    result = invoke("show", "7")
    assert result.exit_code == 1
    assert "没有编号 7 的补丁" in result.output
