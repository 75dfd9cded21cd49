"""A small file system of its own for the data folder, which can be filled to the last byte."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["SmallDisk"]

_MEGABYTE = 1 << 20
_BLOCK = 4096
_MNT_DETACH = 2


class SmallDisk:
    """A tmpfs. `mounted` is false where this user may not mount one: then nothing can be filled."""

    def __init__(self, folder: Path, megabytes: int = 256) -> None:
        self.folder = folder
        self._filler = folder / "full"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._libc = ctypes.CDLL(None, use_errno=True)
        options = f"size={megabytes}m,mode=0700".encode()
        self.mounted = self._libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options) == 0

    def fill(self) -> None:
        """Write until there is no room."""
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * _MEGABYTE)
        with self._filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * _BLOCK)

    def free(self) -> None:
        """Remove what was written."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Take the file system away, with all that is on it."""
        if self.mounted:
            self._libc.umount2(os.fsencode(self.folder), _MNT_DETACH)
            self.mounted = False
