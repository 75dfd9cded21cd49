"""The programs of Debian that a cluster stands on, and the user each runs as."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from koujing.cluster.errors import MissingProgramsError

__all__ = ["Programs", "find_programs"]

_PACKAGES = {"nginx": "nginx", "redis-server": "redis-server", "initdb": "postgresql", "postgres": "postgresql"}
# Where administrators' programs are, and people's PATH often does not lead.
_ALSO = "/usr/sbin:/usr/local/sbin:/sbin"
_DATABASE_USER, _WEB_USER = "postgres", "www-data"


@dataclass(frozen=True)
class Programs:
    """Where each is."""

    nginx: str
    redis: str
    initdb: str
    postgres: str
    # None: as whoever starts the cluster.
    database_user: str | None
    web_user: str | None


def find_programs(
    *,
    database: bool = True,
    redis: bool = True,
    nginx: bool = True,
    path: str | None = None,
    postgresql: Path = Path("/usr/lib/postgresql"),
) -> Programs:
    """All that are needed.

    Raises:
        MissingProgramsError: some are not there; it names the packages that bring them.
    """
    path = f"{os.environ.get('PATH', '')}:{_ALSO}" if path is None else path
    newest = _newest(postgresql) or path
    found = {
        "nginx": shutil.which("nginx", path=path) if nginx else "",
        "redis-server": shutil.which("redis-server", path=path) if redis else "",
        "initdb": shutil.which("initdb", path=newest) if database else "",
        "postgres": shutil.which("postgres", path=newest) if database else "",
    }
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise MissingProgramsError(missing, sorted({_PACKAGES[name] for name in missing}))
    nginx_at, redis_at, initdb, postgres = (str(path) for path in found.values())
    users = (_DATABASE_USER, _WEB_USER) if os.geteuid() == 0 else (None, None)
    return Programs(nginx_at, redis_at, initdb, postgres, *users)


def _newest(postgresql: Path) -> str | None:
    """Debian keeps each version in a folder of its own; one installed otherwise is found on the PATH."""
    versions = [path for path in postgresql.glob("*/bin") if path.parent.name.isdigit()]
    newest = max(versions, key=lambda path: int(path.parent.name), default=None)
    return str(newest) if newest else None
