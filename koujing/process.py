"""A child process that ends with us, writes to a log file, and knows how to be stopped."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["Child", "keep_private", "quiet_environment"]

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_TAIL_LINES = 20


class Child:
    """One running child, in a session of its own so that the terminal's Ctrl-C reaches only us."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        log: Path,
        *,
        user: str | None = None,
        stop: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Start it; as another user, where root names one, and with another signal that asks it to stop."""
        self.name, self.log, self._stop = name, log, stop
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # nosec B603 # our own commands, no shell
                list(command),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **(_identity(user) if user else {}),
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one call into libc
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def tail(self) -> str:
        """The last lines it wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_TAIL_LINES:])

    def ask_to_stop(self) -> None:
        """Send SIGTERM, or the signal it was started with for this; does not wait."""
        self._signal(self._stop)

    def stop(self, grace_seconds: float) -> None:
        """Wait for it to end after `ask_to_stop`, then end it and all its own children by force."""
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def quiet_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for programs built on Rasa: no telemetry, no GPU, no chatter of TensorFlow, no proxy.

    Bytecode is kept, since TensorFlow takes a quarter of a minute to import without.
    """
    kept = {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "RASA_TELEMETRY_ENABLED": "false",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def keep_private() -> None:
    """What this process and its children write from now on, nobody else can read (0600, folders 0700)."""
    os.umask(0o077)


def _identity(user: str) -> dict[str, Any]:
    """For a new process: the user, with the groups that are theirs and no others."""
    entry = pwd.getpwnam(user)
    return {"user": user, "group": entry.pw_gid, "extra_groups": os.getgrouplist(user, entry.pw_gid)}


def _die_with_parent() -> None:
    """In the child, before it becomes its program: be stopped should the parent vanish without stopping us."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
