"""The servers that a cluster brings itself, where the settings name no others."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from koujing.cluster.errors import NotRunningError
from koujing.cluster.plan import Plan
from koujing.cluster.postgres import Postgres
from koujing.cluster.programs import find_programs
from koujing.cluster.redis import Redis
from koujing.settings import Settings

__all__ = ["Own", "addresses", "own_servers"]

_CONNECTIONS_EACH = 20
_SPARE_CONNECTIONS = 20


@dataclasses.dataclass(frozen=True)
class Own:
    """The servers, None where the settings name another, and the settings with the addresses of both."""

    database: Postgres | None
    redis: Redis | None
    settings: Settings


def own_servers(settings: Settings, *, database_only: bool = False) -> Own:
    """Those that this cluster needs; their passwords are made where they are missing.

    Raises:
        MissingProgramsError: a program is not installed.
    """
    plan, folder = Plan(settings), _folder(settings)
    programs = find_programs(
        database=settings.database is None, redis=settings.redis is None and not database_only, nginx=not database_only
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = redis = None
    if settings.database is None:
        database = Postgres(folder, plan.database_port, programs, _connections(settings))
        settings = dataclasses.replace(settings, database=database.url)
    if settings.redis is None and not database_only:
        redis = Redis(folder, plan.redis_port, programs)
        settings = dataclasses.replace(settings, redis=redis.url)
    return Own(database, redis, settings)


def addresses(settings: Settings) -> dict[str, str]:
    """What other commands need to reach the same servers.

    Raises:
        NotRunningError: there has been no cluster on this data folder.
    """
    if not (_folder(settings) / "secrets").is_dir():
        raise NotRunningError(settings.data)
    found = own_servers(settings).settings
    return {
        "KOUJING_DATA": str(settings.data),
        "KOUJING_DATABASE": found.database or "",
        "KOUJING_REDIS": found.redis or "",
    }


def _folder(settings: Settings) -> Path:
    return settings.data / "cluster"


def _connections(settings: Settings) -> int:
    """Every desk and Rasa holds a pool; during an update there is one of each more."""
    return 2 * (settings.cluster_size + 1) * _CONNECTIONS_EACH + _SPARE_CONNECTIONS
