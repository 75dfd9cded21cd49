"""Results as files, one for each benchmark, with the machine and the date; docs/performance.md is written from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from koujing.settings import ROOT

__all__ = ["RESULTS", "keep", "kept"]

RESULTS = ROOT / "var" / "bench" / "results"


def keep(name: str, machine: dict[str, Any], found: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write what a benchmark found."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(
        json.dumps({"machine": machine, **found}, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    return path


def kept(name: str, folder: Path = RESULTS) -> dict[str, Any] | None:
    """What a benchmark found when it was run last; None where it was not."""
    path = folder / f"{name}.json"
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
