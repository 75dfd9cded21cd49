"""Releases: everything that the processes run from, copied once, named by its content, never changed afterwards."""

from __future__ import annotations

import compileall
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from koujing.cluster.errors import ReleaseError
from koujing.settings import ROOT, Settings
from koujing.training import DIGEST, MODEL, fits

__all__ = ["Releases"]

_FOLDERS = ("koujing", "actions", "widget", "config", "data", "policies")
_FILES = ("config.yml", "domain.yml", "credentials.yml", "endpoints.yml", "requirements.txt", "sites.yml", "wechat.yml")
_MODEL_FILES = (MODEL.as_posix(), DIGEST.as_posix())
_CURRENT, _PREVIOUS = "current", "previous"
_KEPT = 4

Prove = Callable[[Path], None]


class Releases:
    """The folder `<data>/releases`: a folder a release, and `current` and `previous`, which name two of them."""

    def __init__(self, settings: Settings, root: Path = ROOT) -> None:
        self._settings, self._root = settings, root
        self.folder = settings.data / "releases"

    @property
    def current(self) -> Path | None:
        """What the processes are started from."""
        return self._named(_CURRENT)

    @property
    def previous(self) -> Path | None:
        """What they were started from before."""
        return self._named(_PREVIOUS)

    def make(self, prove: Prove) -> Path:
        """A release of the project as it is now; the one there is where nothing has changed.

        Raises:
            ReleaseError: it must not be used; nothing of it is kept.
        """
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=self.folder) as made:
            fresh = Path(made)
            self._copy(fresh)
            release = self.folder / _digest(fresh)
            if release.is_dir():
                return release
            if not fits(fresh):
                raise ReleaseError(
                    "模型与政策、例句或代码不符（models/koujing.inputs 记着它由什么训练而来）。请先运行 make train，再更新。"
                )
            prove(fresh)
            compileall.compile_dir(fresh / "koujing", quiet=2)
            compileall.compile_dir(fresh / "actions", quiet=2)
            fresh.chmod(0o750)
            fresh.rename(release)
            # The temporary folder removes what is left of it: nothing.
            fresh.mkdir()
        return release

    def source(self) -> str:
        """The name that a release of the project as it is now would have."""
        with tempfile.TemporaryDirectory() as made:
            self._copy(Path(made))
            return _digest(Path(made))

    def record(self, release: Path) -> None:
        """From now on processes are started from this one."""
        before = self.current
        if before != release:
            if before is not None:
                self._point(_PREVIOUS, before)
            self._point(_CURRENT, release)
        self._prune()

    def named(self, name: str) -> Path:
        """The release of this name.

        Raises:
            ReleaseError: there is none.
        """
        found = self.folder / name
        if not name.isalnum() or not found.is_dir():
            raise ReleaseError(f"没有发布 {name}。现有：{'、'.join(path.name for path in self._all()) or '无'}。")
        return found

    def _named(self, name: str) -> Path | None:
        link = self.folder / name
        return link.resolve() if link.exists() else None

    def _point(self, name: str, release: Path) -> None:
        """Whole or not at all: a link is made beside and moved in."""
        fresh = self.folder / f".{name}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(release.name)
        fresh.replace(self.folder / name)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _copy(self, to: Path) -> None:
        own = {"policies": self._settings.policies, "sites.yml": self._settings.sites}
        own |= {"wechat.yml": self._settings.wechat, MODEL.as_posix(): self._settings.model}
        own[DIGEST.as_posix()] = self._settings.model.with_name(DIGEST.name)
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
        try:
            for name in _FOLDERS:
                shutil.copytree(own.get(name, self._root / name), to / name, ignore=ignore)
            for name in (*_FILES, *_MODEL_FILES):
                (to / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(own.get(name, self._root / name), to / name)
        except (OSError, shutil.Error) as error:
            raise ReleaseError(f"抄不下这次发布：{error}。没有模型时请先运行 make train。") from error

    def _all(self) -> list[Path]:
        found = [
            path for path in self.folder.iterdir() if path.is_dir() and not path.is_symlink() and path.name.isalnum()
        ]
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)

    def _prune(self) -> None:
        kept = {self.current, self.previous}
        for path in self._all()[_KEPT:]:
            if path not in kept:
                shutil.rmtree(path, ignore_errors=True)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(folder):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
