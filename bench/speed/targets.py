"""The three that are measured, each started whole and by itself: processes, address, and how a message is put to it."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from bench.speed.client import Body, Load
from bench.speed.peer_actions import READINGS
from bench.speed.peer_files import ASKED, FIXED
from bench.speed.questions import REGION
from bench.web import UNLIMITED
from koujing.errors import ServiceFailedError
from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, DEMO_KEY, ROOT
from tests.e2e.running import Running

__all__ = ["Target", "asking", "start_ours", "start_peer"]

_START_SECONDS, _POLL_SECONDS = 180, 0.1
_WEBHOOK = "/webhooks/rest/webhook"


@dataclass(frozen=True)
class Target:
    """One that runs: how to ask it, its processes by name, and how long it took to be ready."""

    name: str
    load: Load
    pids: Mapping[str, int]
    start_seconds: float


def start_ours(stack: ExitStack, folder: Path, texts: Sequence[str]) -> Target:
    """The whole of this project, as `make run` starts it."""
    running = Running(folder, **UNLIMITED)
    stack.callback(running.stop)
    began = time.monotonic()
    running.start()
    load = asking(httpx.URL(running.url).port or 0, texts)
    return Target("koujing", load, running.pids(), time.monotonic() - began)


def asking(port: int, texts: Sequence[str]) -> Load:
    """Questions to the ask API at a port of this machine."""

    def body(session: str, n: int) -> bytes:
        ask = {"text": texts[n % len(texts)], "session": f"bench-{session}", "region": REGION, "message_id": f"m-{n}"}
        return json.dumps(ask, ensure_ascii=False).encode()

    return Load(port, "/api/v1/ask", body, b'"receipt":', f"Authorization: Bearer {DEMO_KEY}\r\n")


def start_peer(
    stack: ExitStack, name: str, project: Path, model: Path, texts: Sequence[str], readings: Path | None
) -> Target:
    """A Rasa as it comes, with its own action server where `readings` are given for it."""
    rasa, actions = _free_port(), _free_port()
    env = quiet_environment({key: value for key, value in os.environ.items() if not key.startswith("KOUJING_")})
    children, began = {}, time.monotonic()
    endpoints = project / "endpoints.yml"
    endpoints.write_text("{}\n" if readings is None else yaml.safe_dump(_endpoints(actions)), encoding="utf-8")
    if readings is not None:
        command = ["run", "actions", "--actions", "bench.speed.peer_actions", "--port", str(actions)]
        given = {**env, READINGS: str(readings), "SANIC_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)}
        children["actions"] = _start(stack, f"{name}-actions", command, given, ROOT, project)
    options = {
        "--model": str(model), "--interface": "127.0.0.1", "--port": str(rasa),
        "--credentials": str(project / "credentials.yml"), "--endpoints": str(endpoints),
    }  # fmt: skip
    command = ["run", *(part for option in options.items() for part in option)]
    children["rasa"] = _start(stack, f"{name}-rasa", command, env, project, project)
    _wait(children["rasa"], f"http://127.0.0.1:{rasa}/")
    if readings is not None:
        _wait(children["actions"], f"http://127.0.0.1:{actions}/health")
    holds = json.dumps(FIXED) if readings is None else '"custom"'
    load = Load(rasa, _WEBHOOK, _webhook_body(texts if readings else [ASKED]), holds.strip('"').encode())
    return Target(name, load, {key: child.pid for key, child in children.items()}, time.monotonic() - began)


def _webhook_body(texts: Sequence[str]) -> Body:
    """What the desk posts to Rasa, here posted by the client."""

    def body(session: str, n: int) -> bytes:
        metadata = {"message_id": f"m-{n}", "region": REGION, "on": DEMO_DATE.isoformat(), "facts": {}}
        message: dict[str, Any] = {"sender": f"bench-{session}", "message": texts[n % len(texts)], "metadata": metadata}
        return json.dumps(message, ensure_ascii=False).encode()

    return body


def _endpoints(port: int) -> dict[str, Any]:
    return {"action_endpoint": {"url": f"http://127.0.0.1:{port}/webhook"}}


def _start(stack: ExitStack, name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path, logs: Path) -> Child:
    child = Child(name, [sys.executable, "-m", "rasa", *command], env, cwd, logs / f"{name}.log")

    def stop() -> None:
        child.ask_to_stop()
        child.stop(10)

    stack.callback(stop)
    return child


def _wait(child: Child, url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False, timeout=2) as http:
        while time.monotonic() < until and child.exit_code is None:
            try:
                if http.get(url).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(_POLL_SECONDS)
    raise ServiceFailedError(f"对照 {child.name} 没有启动。最后的输出：\n{child.tail()}")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
