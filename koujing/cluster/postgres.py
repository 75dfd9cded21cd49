"""The cluster's own PostgreSQL: made once under the data folder, on loopback, with passwords that nobody chose."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from koujing.cluster.errors import ClusterError
from koujing.cluster.keeping import Recipe
from koujing.cluster.passwords import password
from koujing.cluster.plan import LOOPBACK
from koujing.cluster.programs import Programs
from koujing.process import quiet_environment

__all__ = ["Postgres"]

_NAME = "koujing"
_SUPERUSER = "postgres"
_INIT_SECONDS = 120
_CONNECT_SECONDS = 2
_GRACE_SECONDS = 30


class Postgres:
    """One PostgreSQL in `folder`/postgres."""

    def __init__(self, folder: Path, port: int, programs: Programs, most_connections: int) -> None:
        self._folder, self._port, self._programs = folder, port, programs
        self._data = folder / "postgres"
        self._most_connections = most_connections
        self._password = password(folder / "secrets" / "database")
        self._superuser = password(folder / "secrets" / "database-superuser")

    @property
    def url(self) -> str:
        """For KOUJING_DATABASE."""
        return f"postgresql://{_NAME}:{self._password}@{LOOPBACK}:{self._port}/{_NAME}"

    def prepare(self) -> bool:
        """Make its files where they are missing; whether they were.

        Raises:
            ClusterError: it cannot.
        """
        self._let_in()
        if (self._data / "PG_VERSION").exists():
            return False
        # Left by an attempt that was interrupted.
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700)
        user = self._programs.database_user
        with tempfile.NamedTemporaryFile("w", dir=self._folder) as file:
            file.write(self._superuser)
            file.flush()
            if user:
                for path in (self._data, file.name):
                    shutil.chown(path, user, user)
            command = [self._programs.initdb, "-D", str(self._data), "-U", _SUPERUSER, "--pwfile", file.name]
            command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
            made = subprocess.run(  # noqa: S603  # nosec B603 # our own command, no shell
                command,
                user=user,
                group=user and pwd.getpwnam(user).pw_gid,
                extra_groups=[] if user else None,
                cwd=self._folder,
                capture_output=True,
                text=True,
                timeout=_INIT_SECONDS,
                check=False,
            )
        if made.returncode != 0:
            shutil.rmtree(self._data, ignore_errors=True)
            raise ClusterError(f"建不了 PostgreSQL 的数据（{self._data}）：\n{made.stdout}{made.stderr}")
        return True

    def recipe(self) -> Recipe:
        """How it is run: asked to stop it cuts connections rather than wait for them."""
        options = {
            "listen_addresses": LOOPBACK,
            "port": self._port,
            "unix_socket_directories": "",
            "max_connections": self._most_connections,
            "password_encryption": "scram-sha-256",
            "timezone": "Asia/Shanghai",
            "log_min_error_statement": "panic",  # a failed statement would carry what people said into the log
        }
        command = [self._programs.postgres, "-D", str(self._data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Recipe(
            "postgres",
            command,
            {**quiet_environment(os.environ), "LC_ALL": "C.UTF-8"},
            self._folder,
            self._folder.parent / "logs" / "postgres.log",
            self._answers,
            user=self._programs.database_user,
            stop=signal.SIGINT,
            grace_seconds=_GRACE_SECONDS,
        )

    def settle(self) -> None:
        """The role and the database of the programs. Blocking; it must run."""
        with closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_NAME])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(f"{verb} ROLE {_NAME} LOGIN PASSWORD %s", [self._password])
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_NAME])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {_NAME} OWNER {_NAME}")

    async def _answers(self) -> bool:
        return await asyncio.to_thread(self._asked)

    def _asked(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> Any:
        return psycopg2.connect(
            host=LOOPBACK,
            port=self._port,
            user=_SUPERUSER,
            password=self._superuser,
            dbname=database,
            connect_timeout=_CONNECT_SECONDS,
        )

    def _let_in(self) -> None:
        """Its own user must be able to reach its folder; nobody else gains anything by this."""
        user = self._programs.database_user
        if user is None:
            return
        group = pwd.getpwnam(user).pw_gid
        for path in (self._folder, self._folder.parent):
            os.chown(path, -1, group)
            path.chmod(0o710)
        for path in self._folder.parents:
            mode = path.stat()
            if not (mode.st_mode & 0o001 or (mode.st_gid == group and mode.st_mode & 0o010)):
                raise ClusterError(
                    f"PostgreSQL 以用户 {user} 运行，进不了 {path}。请用 KOUJING_DATA 把数据放到它进得去的地方，如 /var/lib/koujing。"
                )
