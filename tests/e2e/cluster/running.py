"""A real cluster for the tests: PostgreSQL, Redis, nginx and two of each of our processes, started by the command itself."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from koujing.cluster.control import ask
from koujing.settings import DEMO_DATE, DEMO_KEY, ROOT

_COMMAND = [sys.executable, "-c", "from koujing.cli import main; main()"]
_START_SECONDS = 900


class ClusterUnderTest:
    """On ports and a data folder of its own."""

    def __init__(self) -> None:
        # PostgreSQL has a user of its own, who cannot reach the folders of pytest; a socket's path must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="kj-"))
        self.folder.chmod(0o711)
        self.data = self.folder / "data"
        desk, ports = _free_ports()
        self.url = f"http://127.0.0.1:{desk}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")} | {
            "KOUJING_DATA": str(self.data),
            "KOUJING_DESK_PORT": str(desk),
            "KOUJING_CLUSTER_PORTS": str(ports),
            "KOUJING_TODAY": DEMO_DATE.isoformat(),
            "KOUJING_START_SECONDS": "600",
            "KOUJING_POLICIES": str(self.folder / "policies"),
        }
        # The tests edit policies; not the project's own.
        shutil.copytree(ROOT / "policies", self.folder / "policies")
        self._log = self.folder / "run.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {DEMO_KEY}"}, timeout=30, trust_env=False
        )

    @property
    def said(self) -> str:
        """What it has told its operator."""
        return self._log.read_text(encoding="utf-8")

    def logs(self) -> str:
        """The end of what each process has written, for who looks into a failure: the files are removed."""
        files = sorted((self.data / "logs").glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(encoding='utf-8')[-2000:]}" for file in files)

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        begun = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_COMMAND, "cluster", "run"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.until(lambda: "口径集群已启动".encode() in self._log.read_bytes()[begun:], _START_SECONDS)

    @contextmanager
    def database_alone(self) -> Iterator[None]:
        """Its PostgreSQL without anybody in it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_COMMAND, "cluster", "run", "--database-only"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.until(lambda: "没有别的进程" in self.said)
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """As Ctrl-C; nothing of it may be left."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(90)

    def remove(self) -> None:
        """Stop it if it runs, and remove its files."""
        self.http.close()
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `koujing …` with its settings."""
        return subprocess.run(
            [*_COMMAND, *words],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def settings(self) -> dict[str, str]:
        """What `koujing cluster env` tells a shell."""
        return dict(re.findall(r"^export (\w+)='(.*)'$", self.command("cluster", "env").stdout, flags=re.MULTILINE))

    def processes(self) -> dict[str, dict[str, Any]]:
        """What runs, by name."""
        state = ask(self.data, {"do": "status"}, lambda _: None)
        return {one["name"]: {**one, "current": state["release"]} for one in state["processes"]}

    def served(self, log: str) -> list[str]:
        """The ports that nginx handed requests to, from one of its logs, in order."""
        text = (self.data / "cluster" / "nginx" / log).read_text(encoding="utf-8")
        return [port for line in re.findall(r'"upstream":"([^"]*)"', text) for port in re.findall(r":(\d+)", line)]

    def until(self, true: Any, seconds: float = 60) -> None:
        """Wait for it.

        Raises:
            AssertionError: it does not come, or the cluster has ended.
        """
        end = time.monotonic() + seconds
        while not true():
            assert self._process is not None
            assert self._process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.1)


def _free_ports() -> tuple[int, int]:
    """One for the desk, and the first of a hundred that nobody listens on."""
    for first in range(21_000, 31_000, 100):
        with ExitStack() as stack:
            try:
                for port in range(first, first + 100):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first + 99, first
    raise AssertionError("no free ports")
