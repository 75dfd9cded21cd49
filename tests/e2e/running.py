"""The three services on free ports, started and stopped as `make run` does."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import ExitStack
from os import environ
from pathlib import Path
from typing import Any

import httpx

from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, DEMO_KEY, ROOT, Settings
from koujing.supervisor import Service, services, supervise

START_SECONDS = 180


class _StopError(Exception):
    """Ends the supervision."""


class Running:
    """The stack on one data folder; started again, it goes on with the same data on other ports."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._thread: threading.Thread | None = None
        self.http: Any = None

    def start(self) -> None:
        """Start everything and wait until it is healthy.

        Raises:
            ProgramError: a service did not start.
        """
        desk, rasa, actions = _free_ports(3)
        settings = Settings(
            desk_port=desk,
            rasa_port=rasa,
            actions_port=actions,
            today=DEMO_DATE,
            data=self._data,
            start_seconds=START_SECONDS,
        )
        self._ready, self._stop, self._error = threading.Event(), threading.Event(), None
        # A thread of its own, since children are tied to the thread that starts them.
        self._thread = threading.Thread(target=self._supervise, args=(settings,))
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        self.http = httpx.Client(base_url=settings.desk_url, headers=headers, timeout=30, trust_env=False)

    def stop(self) -> None:
        """Stop everything and wait for its end."""
        if self._thread is not None and self._thread.is_alive():
            self.http.close()
            self._stop.set()
            self._thread.join()

    def _supervise(self, settings: Settings) -> None:
        kept = {name: value for name, value in environ.items() if not name.startswith("KOUJING_")}
        env = {**quiet_environment(kept), **settings.environment()}

        def start(service: Service) -> Child:
            log = settings.data / "logs" / f"{service.name}.log"
            return Child(service.name, [sys.executable, "-m", service.module], env, ROOT, log)

        def ready() -> None:
            self._ready.set()
            self._stop.wait()
            raise _StopError

        try:
            supervise(services(settings), start, lambda _: None, ready, start_seconds=START_SECONDS)
        except _StopError:
            pass
        except Exception as error:
            self._error = error
        finally:
            self._ready.set()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
