"""The embedded profile (one of each process, SQLite), with each process kept by itself."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, ROOT, Settings
from koujing.supervisor import Service, services
from soak.disk import SmallDisk
from soak.keeper import Keeper
from tests.e2e.running import _free_ports

__all__ = ["Embedded"]

_START_SECONDS = 600


class Embedded:
    """Its data folder is a file system of its own where that is possible."""

    profile = "embedded"

    def __init__(self, folder: Path, **given: Any) -> None:
        desk, rasa, actions = _free_ports(3)
        self._folder = folder
        self.disk: SmallDisk | None = SmallDisk(folder / "data")
        if not self.disk.mounted:
            self.disk = None
        ports = {"desk_port": desk, "rasa_port": rasa, "actions_port": actions}
        self.settings = Settings(**ports, today=DEMO_DATE, data=folder / "data", **given)
        self.url = self.settings.desk_url
        self.callbacks = [f"{self.url}/wechat"]
        self._services = {service.name: service for service in services(self.settings)}
        self._keeper = Keeper({name: self._starter(service) for name, service in self._services.items()})

    def start(self) -> None:
        """Start everything and wait until it is healthy."""
        self._keeper.start()
        until = time.monotonic() + _START_SECONDS
        with httpx.Client(trust_env=False, timeout=3) as http:
            while not self._well(http):
                if time.monotonic() > until:
                    raise RuntimeError(self._keeper.tail())
                time.sleep(0.3)

    def stop(self) -> None:
        """Stop everything; the data goes with its file system."""
        self._keeper.stop()
        if self.disk is not None:
            self.disk.close()

    def pids(self) -> dict[str, int]:
        """The processes that run now."""
        return self._keeper.pids()

    def health(self) -> dict[str, str]:
        """By process."""
        return {name: service.health for name, service in self._services.items()}

    def kill(self, name: str) -> None:
        """SIGKILL."""
        os.killpg(self.pids()[name], signal.SIGKILL)

    def end(self, name: str) -> None:
        """SIGTERM."""
        os.kill(self.pids()[name], signal.SIGTERM)

    def databases(self) -> tuple[str, str]:
        """The desk's, and Rasa's."""
        data = self.settings.data
        return f"sqlite:///{data}/koujing.db", f"sqlite:///{data}/conversations.db"

    def servers(self) -> dict[str, str]:
        """A file is locked in place of a server that is stopped."""
        return {"sqlite": str(self.settings.data / "koujing.db")}

    def logs(self) -> Path:
        """Outside the data folder, so that a full disk can be read about."""
        return self._folder / "logs"

    def _well(self, http: httpx.Client) -> bool:
        try:
            return all(http.get(url).is_success for url in self.health().values())
        except httpx.HTTPError:
            return False

    def _starter(self, service: Service) -> Callable[[], Child]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")}
        env = {**quiet_environment(kept), **self.settings.environment()}

        def start() -> Child:
            log = self.logs() / f"{service.name}-{self._keeper.started[service.name]}.log"
            return Child(service.name, [sys.executable, "-m", service.module], env, ROOT, log)

        return start
