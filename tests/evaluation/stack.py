"""The three services for the length of an evaluation: on free ports, with a data folder that is thrown away."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, ROOT, Settings
from koujing.supervisor import Service, services, supervise
from koujing.training import ensure_model

__all__ = ["with_own_stack"]

_START_SECONDS = 300
_PER_MINUTE = 1_000_000

Result = TypeVar("Result")


class _DoneError(Exception):
    """Ends the supervision when the work is done."""


def with_own_stack(
    environ: Mapping[str, str], say: Callable[[str], None], work: Callable[[Settings], Result]
) -> Result:
    """Train if needed, start everything, do the work and stop everything.

    The settings are those of the demo whatever the developer's environment says, so that results can be compared.

    Raises:
        ProgramError: a service did not start.
    """
    results: list[Result] = []

    def ready() -> None:
        results.append(work(settings))
        raise _DoneError

    with tempfile.TemporaryDirectory(prefix="koujing-eval-") as folder:
        settings = _settings(Path(folder))
        env = {name: value for name, value in environ.items() if not name.startswith("KOUJING_")}
        env = {**quiet_environment(env), **settings.environment()}
        logs = settings.data / "logs"
        ensure_model(ROOT, logs / "train.log", say)

        def start(service: Service) -> Child:
            command = [sys.executable, "-m", service.module]
            return Child(service.name, command, env, ROOT, logs / f"{service.name}.log")

        try:
            supervise(services(settings), start, say, ready, start_seconds=settings.start_seconds)
        except _DoneError:
            return results[0]
    raise AssertionError("the supervision ended before the work")


def _settings(data: Path) -> Settings:
    desk, rasa, actions = _free_ports(3)
    return Settings(
        desk_port=desk,
        rasa_port=rasa,
        actions_port=actions,
        today=DEMO_DATE,
        data=data,
        requests_per_minute=_PER_MINUTE,
        start_seconds=_START_SECONDS,
    )


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
