"""Backups: one file that holds everything the programs keep, with the sums and the version by which it is checked again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.backup_databases import BackupError, Contents, database_of
from koujing.settings import Settings
from koujing.store import migrating

__all__ = ["Told", "back_up", "restore"]

_FORMAT = 1
_MANIFEST = "manifest.json"
_SECRET = "secret"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Told:
    """What a backup holds."""

    engine: str
    revision: str
    made_at: str
    rows: dict[str, int]
    secret: bool


def back_up(settings: Settings, to: Path, now: dt.datetime, *, with_secret: bool = False) -> Told:
    """Write a backup of what there is at this moment; the programs may run.

    Raises:
        BackupError: it cannot be made; a file of that name is left as it was.
    """
    if to.exists():
        raise BackupError(f"{to} 已经存在，不覆盖。请换一个文件名。")
    if with_secret and not (settings.data / _SECRET).is_file():
        raise BackupError(f"{settings.data / _SECRET} 不存在：密钥是由 KOUJING_SECRET 给的，请按单位的办法另行保管。")
    with _beside(to) as folder:
        contents = database_of(settings).dump(folder)
        names = list(contents.files)
        if with_secret:
            (folder / _SECRET).write_bytes((settings.data / _SECRET).read_bytes())
            names.append(_SECRET)
        manifest = {
            "format": _FORMAT,
            "made_at": now.isoformat(timespec="seconds"),
            "engine": contents.engine,
            "revision": contents.revision,
            "rows": contents.rows,
            "files": {name: {"size": (folder / name).stat().st_size, "sha256": _sum(folder / name)} for name in names},
        }
        (folder / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        whole = folder / "whole"
        with tarfile.open(whole, "w") as archive:
            for name in (_MANIFEST, *names):
                archive.add(folder / name, arcname=name)
        whole.chmod(0o600)
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        whole.replace(to)
    return _told(manifest)


def restore(settings: Settings, source: Path, *, force: bool = False) -> Told:
    """Put back what a backup holds, after everything in it was checked.

    Raises:
        BackupError: it must not be put back, or cannot; what was there is as it was.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _beside(settings.data / "restored") as folder:
        manifest = _unpacked(source, folder)
        known = [revision for revision, _ in migrating.revisions()]
        if manifest["revision"] not in known:
            raise BackupError(
                f"备份的表结构版本是 {manifest['revision']}，本程序只认识到 {known[-1]}：它来自更新的程序。请先升级程序，再恢复。"
            )
        secret = folder / _SECRET
        _check_secret(settings, secret, force=force)
        names = tuple(name for name in manifest["files"] if name != _SECRET)
        contents = Contents(manifest["engine"], manifest["revision"], names, manifest["rows"])
        database_of(settings).load(folder, contents, force=force)
        if secret.exists():
            secret.chmod(0o600)
            secret.replace(settings.data / _SECRET)
    return _told(manifest)


def _check_secret(settings: Settings, found: Path, *, force: bool) -> None:
    own = settings.data / _SECRET
    if found.exists() and own.exists() and own.read_bytes() != found.read_bytes() and not force:
        raise BackupError(f"备份里的密钥与 {own} 不同。确定要换成备份里的，请加 --force。")


def _unpacked(source: Path, folder: Path) -> dict[str, Any]:
    """The manifest of an archive whose every file is as it was written; they are in `folder`."""
    try:
        with tarfile.open(source, "r:") as archive:
            members = {member.name: member for member in archive.getmembers()}
            manifest: dict[str, Any] = json.loads(_read(archive, members[_MANIFEST]))
            if manifest["format"] != _FORMAT:
                raise BackupError(f"备份的格式是 {manifest['format']}，本程序只认识 {_FORMAT}。请用制作它的版本恢复。")
            for name, told in manifest["files"].items():
                if "/" in name or not members[name].isfile():
                    raise BackupError(f"备份 {source} 里有不该有的文件 {name}。")
                _copy(archive, members[name], folder / name)
                if (folder / name).stat().st_size != told["size"] or _sum(folder / name) != told["sha256"]:
                    raise BackupError(f"备份 {source} 损坏：{name} 的校验和不符。请用另一份备份。")
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise BackupError(f"{source} 不是完整的备份：{error}。请用 koujing backup 制作的文件。") from error
    return manifest


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    if file is None:
        raise tarfile.TarError(f"{member.name} is no file")
    return file.read()


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    file = archive.extractfile(member)
    if file is None:
        raise tarfile.TarError(f"{member.name} is no file")
    with to.open("wb") as out:
        while chunk := file.read(_CHUNK):
            out.write(chunk)


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder that nobody else can read, on the same disk."""
    try:
        with tempfile.TemporaryDirectory(prefix=".koujing-", dir=path.absolute().parent) as made:
            yield Path(made)
    except OSError as error:
        raise BackupError(f"{path.absolute().parent} 写不下：{error}。请检查权限和剩余空间。") from error


def _told(manifest: dict[str, Any]) -> Told:
    secret = _SECRET in manifest["files"]
    return Told(manifest["engine"], manifest["revision"], manifest["made_at"], manifest["rows"], secret)
