"""Secrets that come from a file: `KOUJING_<NAME>_FILE` names it, as systemd's credentials and a container's secrets do."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from koujing.errors import SettingsError

__all__ = ["SUFFIX", "secrets_from_files"]

SUFFIX = "_FILE"
_MOST_BYTES = 65_536
# Anybody else may neither read nor write it, and its group may not write. A group may read: so systemd hands a credential over.
_OTHERS = stat.S_IRWXO | stat.S_IWGRP


def secrets_from_files(given: Mapping[str, str], secret: Collection[str]) -> dict[str, str]:
    """The settings with every `<variable>_FILE` of a secret one replaced by `<variable>` with what the file holds.

    Raises:
        SettingsError: a file cannot be read, holds nothing, or others may read it; or the variable is given as well.
    """
    values = dict(given)
    for variable in secret:
        path = values.pop(variable + SUFFIX, None)
        if path is None:
            continue
        if variable in given:
            raise SettingsError(variable + SUFFIX, f"{variable} 也设了，不知道用哪个。请去掉其中一个。")
        values[variable] = _held(variable + SUFFIX, Path(path))
    return values


def _held(variable: str, path: Path) -> str:
    """What the file holds. No error tells any of it."""
    try:
        # Opened first and asked then: what is looked at is what is read. A pipe would wait for somebody who writes.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise SettingsError(variable, f"{path} 不是普通文件。")
            if about.st_mode & _OTHERS:
                mode = stat.S_IMODE(about.st_mode)
                raise SettingsError(variable, f"{path} 别人也能读或改（权限 {mode:04o}）。请运行 chmod 600 {path}。")
            raw = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "路径里有不能用的字符"
        raise SettingsError(variable, f"{ascii(str(path))[1:-1]} 读不出：{why}。请检查路径和权限。") from error
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(raw) > _MOST_BYTES:
        raise SettingsError(variable, f"{path} 里应是这个密钥本身（文字，不超过 64 KiB），现在是空的、太长或不是文字。")
    return text
