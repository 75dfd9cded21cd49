"""Passwords of the cluster's own servers: made once, readable by nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["password"]


def password(path: Path) -> str:
    """The password in this file, made there where it is missing. It needs no quoting anywhere."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(24))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return path.read_text(encoding="ascii").strip()
