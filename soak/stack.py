"""What a fault needs to know of the running system, whichever profile it has."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

__all__ = ["Disk", "Stack", "freeze", "kind_of", "memory", "thaw"]

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Disk(Protocol):
    """The file system of the data folder."""

    def fill(self) -> None:
        """Leave no room at all."""

    def free(self) -> None:
        """Give the room back."""


class Stack(Protocol):
    """The processes by name: `desk`, `rasa`, `actions`, with a number behind a hyphen where there are several."""

    profile: str
    url: str
    callbacks: Sequence[str]
    disk: Disk | None

    def start(self) -> None:
        """Start everything and wait until it is healthy."""

    def stop(self) -> None:
        """Stop everything."""

    def pids(self) -> Mapping[str, int]:
        """The processes that run now."""

    def health(self) -> Mapping[str, str]:
        """The address of each process that answers 200 when it is well."""

    def kill(self, name: str) -> None:
        """End a process by SIGKILL. Its keeper starts it again."""

    def end(self, name: str) -> None:
        """End a process by SIGTERM, as an update does. Its keeper starts it again."""

    def databases(self) -> tuple[str, str]:
        """The addresses for SQLAlchemy of the desk's database and of Rasa's conversations."""

    def servers(self) -> Mapping[str, str]:
        """What else can be hurt, and where: `postgres`, `redis`, `nginx`, each with its folder or address."""

    def logs(self) -> Path:
        """Where the processes write."""


def kind_of(name: str) -> str:
    """`rasa-2` → `rasa`."""
    return name.partition("-")[0]


def freeze(pid: int) -> None:
    """Stop a process where it stands: it holds its connections and says nothing."""
    os.kill(pid, signal.SIGSTOP)


def thaw(pid: int) -> None:
    """Let it go on."""
    os.kill(pid, signal.SIGCONT)


def memory(pid: int) -> int:
    """Bytes of it that are in memory; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
