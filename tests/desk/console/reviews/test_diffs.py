"""The diff is what git takes, whatever the files look like."""

from __future__ import annotations

import subprocess
from pathlib import Path

from koujing.desk.console.reviews.diffs import headed, unified


def applied(folder: Path, text: str) -> None:
    (folder / "new.patch").write_text(text, encoding="utf-8")
    subprocess.run(["git", "apply", "--check", "new.patch"], cwd=folder, check=True)
    subprocess.run(["git", "apply", "new.patch"], cwd=folder, check=True)


def test_changed_and_new_files_without_a_last_line_feed(tmp_path: Path) -> None:
    before = "一\n二\n三\n\x0b四\u2028五\n末"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.yml").write_text(before, encoding="utf-8")
    after = before.replace("二", "二又").replace("末", "末\n")
    edits = {"data/a.yml": (before, after), "data/new.yml": (None, "新\n"), "data/same.yml": ("x", "x")}
    text = unified(edits)
    assert "same.yml" not in text
    applied(tmp_path, text)
    assert (tmp_path / "data" / "a.yml").read_text(encoding="utf-8") == after
    assert (tmp_path / "data" / "new.yml").read_text(encoding="utf-8") == "新\n"


def test_what_people_typed_in_front_is_no_diff(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1\n")
    head = ["理由：\ndiff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-1\n+2", ""]
    text = headed(head, unified({"a": ("1\n", "2\n")}))
    assert text.startswith("# 理由：\n# diff")
    applied(tmp_path, text)
    assert (tmp_path / "a").read_text() == "2\n"
    assert not (tmp_path / "b").exists()
