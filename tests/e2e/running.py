"""The three services on free ports, started and stopped as `make run` does; the desk can also be ended by itself."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
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
    """The stack on one data folder; started again, it goes on with the same data on other ports.

    `given` settings stand in place of their defaults.
    """

    def __init__(self, data: Path, **given: Any) -> None:
        self._data, self._given = data, given
        self._inner: _Supervised | None = None
        self._desk: _Supervised | None = None
        self.http: Any = None
        self.url = ""

    @property
    def rasa_url(self) -> str:
        """Where the desk finds Rasa."""
        return self._settings.rasa_url

    @property
    def logs(self) -> Path:
        """Where the services' logs are."""
        return self._data / "logs"

    def environment(self) -> dict[str, str]:
        """The settings of the services, for another program."""
        return self._settings.environment()

    def urls(self) -> tuple[str, str, str]:
        """Of the desk, Rasa and the action server."""
        return self._settings.desk_url, self._settings.rasa_url, self._settings.actions_url

    def pids(self) -> dict[str, int]:
        """The processes of the three services."""
        return {child.name: child.pid for part in (self._inner, self._desk) if part for child in part.children}

    def start(self) -> None:
        """Start everything and wait until it is healthy.

        Raises:
            ProgramError: a service did not start.
        """
        desk, rasa, actions = _free_ports(3)
        self._settings = Settings(
            desk_port=desk,
            rasa_port=rasa,
            actions_port=actions,
            today=DEMO_DATE,
            data=self._data,
            start_seconds=START_SECONDS,
            **self._given,
        )
        *inner, last = services(self._settings)
        self._inner, self._desk = _Supervised(inner, self._settings), _Supervised([last], self._settings)
        self._inner.wait()
        self._desk.wait()
        self.url = self._settings.desk_url
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        self.http = httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def stop(self) -> None:
        """Stop everything and wait for its end."""
        if self.http is not None:
            self.http.close()
        for part in (self._desk, self._inner):
            if part is not None:
                part.stop()

    def kill(self) -> None:
        """End every service by SIGKILL."""
        self.http.close()
        for part in (self._desk, self._inner):
            assert part is not None
            part.kill()

    def stop_desk(self) -> None:
        """Stop the desk alone, as a keeper would."""
        assert self._desk is not None
        self._desk.stop()

    def kill_desk(self) -> None:
        """End the desk alone by SIGKILL: nothing of it can be put in order."""
        assert self._desk is not None
        self._desk.kill()

    def start_desk(self) -> None:
        """Start the desk again, at the same address.

        Raises:
            ProgramError: it did not start.
        """
        self._desk = _Supervised([services(self._settings)[-1]], self._settings)
        self._desk.wait()


class _Supervised:
    """Services under one supervisor."""

    def __init__(self, wanted: Sequence[Service], settings: Settings) -> None:
        self._wanted, self._settings = wanted, settings
        self.children: list[Child] = []
        self._ready, self._end = threading.Event(), threading.Event()
        self._error: Exception | None = None
        # A thread of its own, since children are tied to the thread that starts them.
        self._thread = threading.Thread(target=self._supervise)
        self._thread.start()

    def wait(self) -> None:
        """Wait until all are healthy.

        Raises:
            ProgramError: one did not start.
        """
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error

    def stop(self) -> None:
        """Stop them and wait for their end."""
        self._end.set()
        self._thread.join()

    def kill(self) -> None:
        """End them by force."""
        for child in self.children:
            os.killpg(child.pid, signal.SIGKILL)
        self.stop()

    def _supervise(self) -> None:
        kept = {name: value for name, value in environ.items() if not name.startswith("KOUJING_")}
        env = {**quiet_environment(kept), **self._settings.environment()}

        def start(service: Service) -> Child:
            log = self._settings.data / "logs" / f"{service.name}.log"
            child = Child(service.name, [sys.executable, "-m", service.module], env, ROOT, log)
            self.children.append(child)
            return child

        def ready() -> None:
            self._ready.set()
            self._end.wait()
            raise _StopError

        try:
            supervise(self._wanted, start, lambda _: None, ready, start_seconds=START_SECONDS)
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
