"""The supervisor with tiny real servers."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from koujing.errors import PortBusyError, ServiceFailedError
from koujing.process import Child
from koujing.settings import Settings
from koujing.supervisor import Service, check_ports, services, supervise

SERVER = "import sys; from http.server import *; HTTPServer(('127.0.0.1', int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()"
ENDS = "import sys, time; time.sleep(0.3); print('坏了'); sys.exit(7)"
DEAF = "import time; print('还没好', flush=True); time.sleep(60)"


class Starter:
    """Starts each service with the code named for it, and remembers the children."""

    def __init__(self, folder: Path, **code: str) -> None:
        self.folder, self.code = folder, code
        self.children: list[Child] = []

    def __call__(self, service: Service) -> Child:
        command = [sys.executable, "-c", self.code.get(service.name, SERVER), str(service.port)]
        child = Child(service.name, command, os.environ, self.folder, self.folder / f"{service.name}.log")
        self.children.append(child)
        return child


def service(name: str) -> Service:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    return Service(name, "", "127.0.0.1", port, f"KOUJING_{name.upper()}_PORT", url, url)


def test_all_are_started_announced_and_stopped_on_interrupt(tmp_path: Path) -> None:
    start, said = Starter(tmp_path), []

    def ready() -> None:
        assert [child.exit_code for child in start.children] == [None, None]
        said.append("ready")
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        supervise([service("a"), service("b")], start, said.append, ready, start_seconds=20)
    assert "ready" in said
    assert all(child.exit_code is not None for child in start.children)


def test_one_that_ends_at_once_stops_all_and_shows_what_it_said(tmp_path: Path) -> None:
    start = Starter(tmp_path, b=ENDS)
    with pytest.raises(ServiceFailedError, match=r"b 意外退出（代码 7）[\s\S]*坏了"):
        supervise([service("a"), service("b")], start, print, pytest.fail, start_seconds=20)
    assert all(child.exit_code is not None for child in start.children)


def test_one_that_dies_later_stops_all(tmp_path: Path) -> None:
    start = Starter(tmp_path)
    with pytest.raises(ServiceFailedError, match="a 意外退出"):
        supervise(
            [service("a"), service("b")],
            start,
            print,
            lambda: os.kill(start.children[0].pid, signal.SIGKILL),
            start_seconds=20,
        )
    assert all(child.exit_code is not None for child in start.children)


def test_one_that_falls_silent_stops_all(tmp_path: Path) -> None:
    start = Starter(tmp_path)

    def freeze() -> None:
        os.kill(start.children[1].pid, signal.SIGSTOP)

    with pytest.raises(ServiceFailedError, match=r"b 还在运行，却 0\.2 秒没有任何应答"):
        supervise(
            [service("a"), service("b")], start, print, freeze,
            start_seconds=20, silent_seconds=0.2, listen_seconds=0.1,
        )  # fmt: skip
    assert all(child.exit_code is not None for child in start.children)


def test_one_that_never_gets_well_is_given_up(tmp_path: Path) -> None:
    start = Starter(tmp_path, a=DEAF)
    began = time.monotonic()
    with pytest.raises(ServiceFailedError, match=r"没有就绪：a（[\s\S]*还没好"):
        supervise([service("a")], start, print, pytest.fail, start_seconds=1)
    assert time.monotonic() - began < 10
    assert start.children[0].exit_code is not None


def test_a_busy_port_is_named_with_its_variable() -> None:
    busy = service("rasa")
    check_ports([busy])
    with socket.socket() as holder:
        holder.bind((busy.host, busy.port))
        holder.listen()
        with pytest.raises(PortBusyError, match="KOUJING_RASA_PORT"):
            check_ports([busy])


def test_only_the_desk_leaves_loopback() -> None:
    hosts = {s.name: s.host for s in services(Settings(host="0.0.0.0", api_keys=frozenset({"k" * 16})))}
    assert hosts == {"actions": "127.0.0.1", "rasa": "127.0.0.1", "desk": "0.0.0.0"}
