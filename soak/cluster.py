"""The cluster profile as `make cluster` runs it: two of each process behind nginx, PostgreSQL and Redis of its own."""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import redis

from koujing.cluster.control import ask
from koujing.cluster.errors import ClusterError
from koujing.cluster.plan import LOOPBACK, Plan, ports_in_use
from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, ROOT, Settings
from soak.disk import SmallDisk

__all__ = ["Cluster"]

_START_SECONDS = 900
_SERVERS = ("postgres", "redis", "nginx")
_DISK_MEGABYTES = 1024
_COMMAND = "from koujing.cli import main; main()"
_FIRST_BASE, _LAST_BASE, _BASES = 20_000, 30_000, 100


class Cluster:
    """Its own keeper starts again what ends. The data folder is a file system of its own where that is possible."""

    profile = "cluster"

    def __init__(self, folder: Path, **given: Any) -> None:
        self._folder = folder
        self.disk: SmallDisk | None = SmallDisk(folder / "data", _DISK_MEGABYTES)
        if not self.disk.mounted:
            self.disk = None
        common = {"today": DEMO_DATE, "data": folder / "data", "start_seconds": _START_SECONDS, **given}
        base = _free_base(Settings(**common))
        self.settings = Settings(desk_port=base - 1, cluster_ports=base, **common)
        self.url = self.settings.desk_url
        self.callbacks = [f"{self.url}/wechat"]
        self._members = {member.name: member for member in Plan(self.settings).members(ROOT)}
        self._child: Child | None = None

    def start(self) -> None:
        """Start everything and wait until it is healthy."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")}
        env = {**quiet_environment(kept), **self.settings.environment()}
        command = [sys.executable, "-c", _COMMAND, "cluster", "run"]
        self._child = Child("cluster", command, env, ROOT, self._folder / "cluster.log")
        until = time.monotonic() + _START_SECONDS
        while not self._well():
            if self._child.exit_code is not None or time.monotonic() > until:
                raise RuntimeError(self._child.tail())
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything; the data goes with its file system."""
        if self._child is not None:
            for pid in self.pids().values():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            self._child.ask_to_stop()
            self._child.stop(60)
        if self.disk is not None:
            self.disk.close()

    def pids(self) -> dict[str, int]:
        """Ours and the servers, as the cluster's own keeper tells."""
        try:
            state = ask(self.settings.data, {"do": "status"}, lambda _: None)
        except (ClusterError, OSError):
            return {}
        return {each["name"]: each["pid"] for each in state["processes"] if each["pid"]}

    def health(self) -> dict[str, str]:
        """By process, each at its own port; and the public door."""
        return {**{name: member.health for name, member in self._members.items()}, "nginx": f"{self.url}/health"}

    def kill(self, name: str) -> None:
        """SIGKILL."""
        os.kill(self.pids()[name], signal.SIGKILL)

    def end(self, name: str) -> None:
        """SIGTERM."""
        os.kill(self.pids()[name], signal.SIGTERM)

    def databases(self) -> tuple[str, str]:
        """One for both."""
        url = f"postgresql://koujing:{self._secret('database')}@{LOOPBACK}:{Plan(self.settings).database_port}/koujing"
        return url, url

    def servers(self) -> dict[str, str]:
        """Those that the cluster keeps."""
        return dict.fromkeys(_SERVERS, str(self.settings.data / "cluster"))

    def logs(self) -> Path:
        """Of every process."""
        return self.settings.data / "logs"

    def postgres_fast(self) -> None:
        """Stop it so that it cuts connections and writes everything; its keeper starts it again."""
        os.kill(self.pids()["postgres"], signal.SIGINT)

    def postgres_immediate(self) -> None:
        """Stop it as a power cut would."""
        os.kill(self.pids()["postgres"], signal.SIGQUIT)

    def redis_restart(self) -> None:
        """End it with all that it holds."""
        self.kill("redis")

    def redis_flush(self) -> None:
        """Empty it while it runs."""
        with redis.Redis(LOOPBACK, Plan(self.settings).redis_port, password=self._secret("redis")) as client:
            client.flushall()

    def nginx_reload(self) -> None:
        """New workers take over from the old ones."""
        os.kill(self.pids()["nginx"], signal.SIGHUP)

    def nginx_kill(self) -> None:
        """The master and its workers at once."""
        os.killpg(self.pids()["nginx"], signal.SIGKILL)

    def _secret(self, name: str) -> str:
        return (self.settings.data / "cluster" / "secrets" / name).read_text(encoding="ascii").strip()

    def _well(self) -> bool:
        with httpx.Client(trust_env=False, timeout=3) as http:
            try:
                return all(http.get(url).is_success for url in self.health().values())
            except httpx.HTTPError:
                return False


def _free_base(settings: Settings) -> int:
    """A first port, so that all that a cluster needs are free."""
    for base in random.sample(range(_FIRST_BASE, _LAST_BASE, _BASES), 40):
        trying = dataclasses.replace(settings, desk_port=base - 1, cluster_ports=base)
        with suppress(ClusterError):
            ports_in_use(Plan(trying).all_ports(database=True, redis=True))
            return base
    raise RuntimeError("找不到一段空闲的端口。")
