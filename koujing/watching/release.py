"""Which program, which knowledge and which model a process runs: read once, at start."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, disable_created_metrics

__all__ = ["describe", "digest_of"]

_SHOWN = 12


def digest_of(path: Path) -> str:
    """A short digest of a file; empty where there is none."""
    if not path.is_file():
        return ""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()[:_SHOWN]


def describe(registry: CollectorRegistry, program: str, *, knowledge: str, model: Path | None = None) -> None:
    """Add what the process runs, and its memory, processor time, open files and start (`process_…`)."""
    # When each series began is of no use to anybody and makes the page half as long again.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    ProcessCollector(registry=registry)
    labels = ["program", "version", "python", "knowledge", "model"]
    info = Gauge("koujing_build_info", "What runs here; always 1.", labels, registry=registry)
    digest = "" if model is None else digest_of(model)
    info.labels(program, _version(), platform.python_version(), knowledge[:_SHOWN], digest).set(1)


def _version() -> str:
    try:
        return version("koujing")
    except PackageNotFoundError:
        return "unknown"
