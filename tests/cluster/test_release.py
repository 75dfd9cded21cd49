"""Releases: whole, named by content, proven before they stand, pointed at in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from koujing.cluster.errors import ReleaseError
from koujing.cluster.release import Releases
from koujing.settings import Settings
from koujing.training import DIGEST, MODEL, inputs_digest

FILES = ("config.yml", "domain.yml", "credentials.yml", "endpoints.yml", "requirements.txt", "sites.yml", "wechat.yml")
FOLDERS = ("koujing/a.py", "actions/b.py", "widget/c.js", "config/d.yml", "data/nlu/e.yml", "policies/f.yml")


def fine(_release: Path) -> None:
    """A release that proves well."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in (*FILES, *FOLDERS):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}\n")
    train(root)
    return root


def train(root: Path) -> None:
    (root / MODEL).parent.mkdir(exist_ok=True)
    (root / MODEL).write_text(f"model of {inputs_digest(root)}")
    (root / DIGEST).write_text(inputs_digest(root))


@pytest.fixture
def releases(root: Path, tmp_path: Path) -> Releases:
    settings = Settings(
        data=tmp_path / "data",
        policies=root / "policies",
        model=root / MODEL,
        sites=root / "sites.yml",
        wechat=root / "wechat.yml",
    )
    return Releases(settings, root)


def test_it_holds_everything_and_is_made_once(root: Path, releases: Releases) -> None:
    release = releases.make(fine, fine)
    for name in (*FILES, *FOLDERS, MODEL.as_posix(), DIGEST.as_posix()):
        assert (release / name).read_bytes() == (root / name).read_bytes()
    assert releases.source() == release.name

    def never(_release: Path) -> None:
        raise AssertionError("what is proven is not proven again")

    assert releases.make(never, never) == release
    assert [path for path in releases.folder.iterdir() if path.name.startswith(".")] == []


def test_any_edit_makes_another_and_leaves_the_first_as_it_was(root: Path, releases: Releases) -> None:
    first = releases.make(fine, fine)
    (root / "policies/f.yml").write_text("changed")
    train(root)
    second = releases.make(fine, fine)
    assert second != first
    assert (first / "policies/f.yml").read_text() == "# policies/f.yml\n"


def test_a_model_of_other_inputs_is_refused(root: Path, releases: Releases) -> None:
    (root / "policies/f.yml").write_text("changed")
    with pytest.raises(ReleaseError, match="make train"):
        releases.make(fine, fine)


def test_one_that_does_not_prove_well_leaves_nothing(root: Path, releases: Releases) -> None:
    def bad(release: Path) -> None:
        assert (release / "policies/f.yml").is_file()
        raise ReleaseError("第3行不对")

    for first, second in ((bad, fine), (fine, bad)):
        with pytest.raises(ReleaseError, match="第3行不对"):
            releases.make(first, second)
    assert list(releases.folder.iterdir()) == []
    (root / MODEL).unlink()
    with pytest.raises(ReleaseError, match="make train"):
        releases.make(fine, fine)


def test_the_current_one_is_recorded_and_the_one_before_it_kept_for_the_way_back(
    root: Path, releases: Releases
) -> None:
    made = []
    for number in range(7):
        (root / "config/d.yml").write_text(str(number))
        made.append(releases.make(fine, fine))
        releases.record(made[-1])
        assert releases.current == made[-1]
    assert releases.previous == made[-2]
    kept = {path for path in releases.folder.iterdir() if not path.is_symlink()}
    assert {made[-1], made[-2]} <= kept
    assert len(kept) <= 4, "old ones go"
    releases.record(made[-2])
    assert (releases.current, releases.previous) == (made[-2], made[-1])


@pytest.mark.parametrize("name", ["../x", "current", "0123", ""])
def test_only_releases_that_are_there_have_names(name: str, root: Path, releases: Releases) -> None:
    releases.record(releases.make(fine, fine))
    if name == "current":
        assert releases.current is not None
    else:
        with pytest.raises(ReleaseError, match="没有发布"):
            releases.named(name)
