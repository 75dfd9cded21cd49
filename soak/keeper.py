"""Keeps processes running, as a service manager does: one that ends is started again."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping

from koujing.process import Child

__all__ = ["Keeper"]

_LOOK_SECONDS = 0.2
_GRACE_SECONDS = 10


class Keeper:
    """Starts all in one thread of its own, since children end with the thread that starts them."""

    def __init__(self, wanted: Mapping[str, Callable[[], Child]]) -> None:
        self._wanted, self._children = dict(wanted), dict[str, Child]()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self.started: dict[str, int] = dict.fromkeys(wanted, 0)

    def start(self) -> None:
        """Start all; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop all and wait for their end."""
        self._end.set()
        self._thread.join()

    def pids(self) -> dict[str, int]:
        """Those that run."""
        return {name: child.pid for name, child in list(self._children.items()) if child.exit_code is None}

    def tail(self) -> str:
        """The last words of each."""
        return "\n".join(f"—— {name} ——\n{child.tail()}" for name, child in self._children.items())

    def _keep(self) -> None:
        try:
            while not self._end.is_set():
                for name, start in self._wanted.items():
                    child = self._children.get(name)
                    if child is None or child.exit_code is not None:
                        self._children[name] = start()
                        self.started[name] += 1
                self._end.wait(_LOOK_SECONDS)
        finally:
            self._stop()

    def _stop(self) -> None:
        for child in self._children.values():
            child._signal(signal.SIGCONT)
            child.ask_to_stop()
        until = time.monotonic() + _GRACE_SECONDS
        for child in self._children.values():
            child.stop(max(0.1, until - time.monotonic()))
