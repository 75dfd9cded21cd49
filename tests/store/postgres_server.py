"""A PostgreSQL of the tests' own on a free port: nothing waits for the disk, nothing else uses it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

_START_SECONDS = 30
_USER, _PASSWORD = "koujing", "p%40ss-word"
_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "warning",
}
_EMPTY = """
DO $$ DECLARE this record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR this IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                                             AND relname <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', this.relname);
  END LOOP;
  FOR this IN SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', this.relname);
  END LOOP;
END $$
"""


class PostgresServer:
    """Runs as the user `postgres`, which root must become: the server refuses root."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        bins = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        assert bins, "PostgreSQL is missing: apt-get install postgresql"
        self._bin = bins[-1]
        self._names = 0
        password = folder / "password"
        password.write_text("p@ss-word\n")
        if os.getuid() == 0:
            for path in (folder, password):
                shutil.chown(path, "postgres", "postgres")
        subprocess.run(
            [*self._as_postgres, self._bin / "initdb", "-D", self._data, "-U", _USER, "-A", "password",
             f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    def url(self, database: str = "postgres") -> str:
        """As KOUJING_DATABASE takes it; the password needs escaping, as many do."""
        return f"postgresql://{_USER}:{_PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, or start it again with what it kept."""
        options = [f"-c{name}={value}" for name, value in {**_FAST, "port": str(self.port)}.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_postgres, self._bin / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd="/",
            )
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg2.connect(self.url()).close()
            except psycopg2.OperationalError:
                assert self._process.poll() is None, self._log.read_text()
                assert time.monotonic() < end, "PostgreSQL does not answer"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """At once, as when the machine fails: connections are cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=_START_SECONDS)
            self._process = None

    def do(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        connection = psycopg2.connect(self.url(database))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def create(self, template: str = "template0") -> str:
        """A new database; its URL."""
        self._names += 1
        name = f"test_{self._names}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def empty(self, database: str) -> None:
        """Every row gone and every number counted anew: ten times as fast as a new database."""
        self.do(_EMPTY, database)

    @property
    def _as_postgres(self) -> list[str]:
        if os.getuid() != 0:
            return []
        user = pwd.getpwnam("postgres")
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """For a fixture: one that runs, in a folder that its user can reach, whoever runs the tests."""
    with tempfile.TemporaryDirectory(prefix="koujing-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
