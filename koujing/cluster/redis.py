"""The cluster's own Redis: on loopback, with a password. It keeps nothing over a restart: what must last is in PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

from redis import asyncio as redis
from redis.exceptions import RedisError

from koujing.cluster.keeping import Recipe
from koujing.cluster.passwords import password
from koujing.cluster.plan import LOOPBACK
from koujing.cluster.programs import Programs
from koujing.process import quiet_environment

__all__ = ["Redis"]

_TIMEOUT_SECONDS = 2.0
# Locks must not be thrown out for room; what is kept here lives for seconds to days and is small.
_SETTINGS = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
"""


class Redis:
    """One Redis with its file in `folder`."""

    def __init__(self, folder: Path, port: int, programs: Programs) -> None:
        self._folder, self._port, self._programs = folder, port, programs
        self._password = password(folder / "secrets" / "redis")

    @property
    def url(self) -> str:
        """For KOUJING_REDIS."""
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"

    def prepare(self) -> None:
        """Write its settings."""
        path = self._folder / "redis.conf"
        path.touch(mode=0o600)
        path.write_text(_SETTINGS.format(host=LOOPBACK, port=self._port, password=self._password, folder=self._folder))

    def recipe(self) -> Recipe:
        """How it is run."""
        return Recipe(
            "redis",
            [self._programs.redis, str(self._folder / "redis.conf")],
            quiet_environment(os.environ),
            self._folder,
            self._folder.parent / "logs" / "redis.log",
            self._answers,
        )

    async def _answers(self) -> bool:
        client = redis.Redis.from_url(
            self.url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        try:
            return bool(await client.ping())
        except (RedisError, OSError):
            return False
        finally:
            await client.close()
            await client.connection_pool.disconnect()
