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

Try = Callable[[Path], None]


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

    def make(self, check: Try, prove: Try) -> Path:
        """A release of the project as it is now; the one there is where nothing has changed.

        `check` looks at its policies, `prove` lets its model answer (`koujing.cluster.proof`).

        Raises:
            ReleaseError: it must not be used; nothing of it is kept.
        """
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=self.folder) as made:
            fresh = Path(made)
            release = self.folder / _digest(self._copy(fresh))
            if release.is_dir():
                return release
            check(fresh)
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
        """The name that a release of the project as it is now would have.

        Raises:
            ReleaseError: something that belongs to it is not there.
        """
        return _digest(self._sources())

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

    def _copy(self, to: Path) -> dict[str, Path]:
        made = {}
        for name, path in self._sources().items():
            made[name] = to / name
            made[name].parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, made[name])
            except OSError as error:
                raise ReleaseError(f"抄不下这次发布：{error}。请检查剩余空间和权限。") from error
        return made

    def _sources(self) -> dict[str, Path]:
        """Every file of a release by its name there, and where it is now."""
        settings = self._settings
        own = {"policies": settings.policies, "sites.yml": settings.sites, "wechat.yml": settings.wechat}
        own |= {MODEL.as_posix(): settings.model, DIGEST.as_posix(): settings.model.with_name(DIGEST.name)}
        found = {name: own.get(name, self._root / name) for name in (*_FILES, *_MODEL_FILES)}
        missing = [str(path) for path in found.values() if not path.is_file()]
        if missing:
            raise ReleaseError(f"缺少 {'、'.join(missing)}。没有模型时请先运行 make train。")
        for name in _FOLDERS:
            folder = own.get(name, self._root / name)
            found |= {f"{name}/{path.relative_to(folder).as_posix()}": path for path in _files(folder)}
        return found

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


def _digest(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(files[name].read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in inside):
            yield path
