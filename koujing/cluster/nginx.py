"""nginx in front of the desks, and on loopback before Rasa and the actions: its file is written from those that serve now."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any, ClassVar

from koujing.cluster.errors import ClusterError
from koujing.cluster.keeping import Kept, Recipe
from koujing.cluster.plan import KINDS, LOOPBACK, Member, Plan
from koujing.cluster.programs import Programs
from koujing.process import quiet_environment
from koujing.settings import ROOT

__all__ = ["Nginx", "rendered"]

_FILES = ROOT / "ops" / "nginx"
_POLL_SECONDS = 0.05
_RELOAD_SECONDS = 10
_SHUTTING_DOWN = "shutting down"


class _AtTemplate(Template):
    """`@name@`: nginx's own variables begin with a dollar."""

    delimiter = "@"
    pattern: ClassVar[Any] = r"@(?:(?P<escaped>@)|(?P<named>[a-z_]+)@|(?P<braced>(?!))|(?P<invalid>))"


def rendered(template: str, plan: Plan, serving: Iterable[Member], user: str | None = None) -> str:
    """The file of nginx: `serving` get requests, nobody else."""
    servers = dict.fromkeys(KINDS, "")
    for member in serving:
        servers[member.kind] += f"    server {LOOPBACK}:{member.port} max_fails=2 fail_timeout=2s;\n"
    host = plan.settings.host
    values: Mapping[str, str] = {
        "user": f"user {user};" if user else "",
        "listen": f"{f'[{host}]' if ':' in host else host}:{plan.settings.desk_port}",
        "rasa_port": str(plan.rasa_port),
        "actions_port": str(plan.actions_port),
        **{f"{kind}_servers": text for kind, text in servers.items()},
    }
    return _AtTemplate(template).substitute(values)


class Nginx:
    """One nginx with its files in `folder`/nginx."""

    def __init__(self, folder: Path, plan: Plan, programs: Programs) -> None:
        self._folder, self._plan, self._programs = folder / "nginx", plan, programs
        self._config = self._folder / "nginx.conf"

    def write(self, serving: Iterable[Member]) -> None:
        """Write its files, checked by nginx itself before they stand.

        Raises:
            ClusterError: nginx does not take them.
        """
        shared = self._folder / "koujing"
        shared.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder.parent.parent / "logs").mkdir(mode=0o700, exist_ok=True)
        for path in (_FILES / "koujing").glob("*.conf"):
            (shared / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        template = (_FILES / "cluster.conf.template").read_text(encoding="utf-8")
        fresh = self._config.with_name("nginx.conf.new")
        fresh.write_text(rendered(template, self._plan, serving, self._programs.web_user), encoding="utf-8")
        checked = subprocess.run(  # noqa: S603  # nosec B603 # our own command, no shell
            [*self._command(fresh), "-t", "-q"], capture_output=True, text=True, check=False
        )
        if checked.returncode != 0:
            raise ClusterError(f"nginx 不接受它的配置 {fresh}：\n{checked.stderr}")
        fresh.replace(self._config)

    def recipe(self) -> Recipe:
        """How it is run: asked to stop it ends what it has begun."""
        return Recipe(
            "nginx",
            [*self._command(self._config), "-g", "daemon off;"],
            quiet_environment(os.environ),
            self._folder,
            self._folder.parent.parent / "logs" / "nginx.log",
            self._answers,
            stop=signal.SIGQUIT,
            grace_seconds=3,
        )

    async def use(self, kept: Kept, serving: Iterable[Member]) -> None:
        """Let these serve from now on; when it returns, no new request goes to any other.

        Raises:
            ClusterError: nginx does not take the new file, or does not read it in time.
        """
        self.write(serving)
        if kept.pid is None:
            return  # its keeper starts it with the new file
        before = _workers(kept.pid)
        os.kill(kept.pid, signal.SIGHUP)
        end = time.monotonic() + _RELOAD_SECONDS
        while not (_workers(kept.pid) - before) or any(_serves(worker) for worker in before):
            if time.monotonic() > end:
                raise ClusterError("nginx 没有换用新的配置。日志见 logs/nginx.log")
            await asyncio.sleep(_POLL_SECONDS)

    def _command(self, config: Path) -> list[str]:
        return [self._programs.nginx, "-p", str(self._folder), "-c", str(config), "-e", "stderr"]

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, self._plan.rasa_port)
        except OSError:
            return False
        writer.close()
        return True


def _workers(master: int) -> set[int]:
    try:
        return {int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()}
    except FileNotFoundError:
        return set()


def _serves(worker: int) -> bool:
    try:
        return _SHUTTING_DOWN.encode() not in Path(f"/proc/{worker}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
