"""The wordings of `data/acts/<act>.txt`, one a line, from which it is learnt what steers a conversation; `none.txt` holds what does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

__all__ = ["load_acts"]


def load_acts(folder: Path, plain: Callable[[str], str] = str) -> list[tuple[str, str]]:
    """Each text, made plain, with its act: the name of its file."""
    return [
        (plain(line), path.stem)
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
