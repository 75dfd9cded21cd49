"""Child processes, real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from koujing.process import Child, quiet_environment

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
WITH_A_CHILD = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"


def start(tmp_path: Path, code: str) -> Child:
    return Child("child", [sys.executable, "-c", code], os.environ, tmp_path, tmp_path / "logs" / "child.log")


def wait_for_output(child: Child) -> str:
    for _ in range(200):
        if child.tail():
            return child.tail()
        time.sleep(0.05)
    raise AssertionError("the child said nothing")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_output_goes_to_the_log_and_the_end_is_seen(tmp_path: Path) -> None:
    child = start(tmp_path, "import sys; print('\\n'.join(map(str, range(50)))); sys.exit(3)")
    child.stop(10)
    assert child.exit_code == 3
    assert child.tail().splitlines()[-1] == "49"
    assert len(child.tail().splitlines()) == 20


def test_a_child_that_ignores_the_request_is_ended_by_force(tmp_path: Path) -> None:
    child = start(tmp_path, STUBBORN)
    wait_for_output(child)
    child.ask_to_stop()
    child.stop(0.2)
    assert child.exit_code == -signal.SIGKILL


def test_its_own_children_end_too(tmp_path: Path) -> None:
    child = start(tmp_path, WITH_A_CHILD)
    grandchild = int(wait_for_output(child))
    child.ask_to_stop()
    child.stop(5)
    for _ in range(100):
        if not is_alive(grandchild):
            return
        time.sleep(0.05)
    raise AssertionError("the grandchild lives on")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent death signal is Linux's own")
def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from koujing.process import Child\n"
        f"log = Path({str(tmp_path / 'child.log')!r})\n"
        "child = Child('child', ['sleep', '60'], os.environ, Path('.'), log)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    for _ in range(100):
        if not is_alive(child):
            return
        time.sleep(0.05)
    raise AssertionError("the child lives on")


def test_the_environment_is_quiet_and_keeps_what_was_there() -> None:
    quiet = quiet_environment({"PATH": "/bin", "RASA_TELEMETRY_ENABLED": "true"})
    assert (quiet["PATH"], quiet["RASA_TELEMETRY_ENABLED"]) == ("/bin", "false")
