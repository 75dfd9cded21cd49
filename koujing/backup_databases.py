"""How each kind of database is copied while it is in use, and put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg2
from sqlalchemy.engine.url import make_url

from koujing.desk.alone import alone
from koujing.errors import ProgramError
from koujing.postgres import shown
from koujing.settings import Settings

__all__ = ["BackupError", "Contents", "Database", "database_of"]

# The desk's tables first: of a turn, Rasa's events are written before its receipt, so no receipt is without its events.
_FILES = ("koujing.db", "conversations.db")
_DUMP = "database.dump"
_BESIDE = ("-wal", "-shm")
_COUNTED = ("sessions", "messages", "receipts", "turns", "tickets", "callbacks", "feedback", "staff", "calls", "events")
_CONNECT_SECONDS = 5


class BackupError(ProgramError):
    """A backup cannot be made or put back; nothing was changed."""


@dataclass(frozen=True)
class Contents:
    """What was copied: of which kind of database, with which tables, in which files, and how much of what."""

    engine: str
    revision: str
    files: tuple[str, ...]
    rows: dict[str, int]


class Database(Protocol):
    """One that can be copied and put back."""

    def dump(self, folder: Path) -> Contents:
        """Copy it into a folder."""
        ...

    def load(self, folder: Path, contents: Contents, *, force: bool) -> None:
        """Put it back; with `force` in place of what is there."""
        ...


def database_of(settings: Settings) -> Database:
    """The database of the settings."""
    return _Postgres(settings.database) if settings.database else _Sqlite(settings.data)


class _Sqlite:
    """Two files, each copied by SQLite itself page by page, as it stood at one moment."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def dump(self, folder: Path) -> Contents:
        if not (self._data / _FILES[0]).is_file():
            raise BackupError(f"{self._data} 里没有数据库。KOUJING_DATA 或 KOUJING_DATABASE 设对了吗？")
        rows: dict[str, int] = {}
        found = tuple(name for name in _FILES if (self._data / name).is_file())
        for name in found:
            try:
                with (
                    closing(sqlite3.connect(self._data / name)) as source,
                    closing(sqlite3.connect(folder / name)) as copy,
                ):
                    source.backup(copy)
                    # A copy is one file.
                    copy.execute("PRAGMA journal_mode=DELETE")
                    rows |= _counts(copy)
            except sqlite3.Error as error:
                raise BackupError(f"数据库 {self._data / name} 读不出：{error}") from error
        with closing(sqlite3.connect(folder / _FILES[0])) as copy:
            revision = _revision(copy)
        return Contents("sqlite", revision, found, rows)

    def load(self, folder: Path, contents: Contents, *, force: bool) -> None:
        if contents.engine != "sqlite":
            raise BackupError("这是 PostgreSQL 的备份。请设置 KOUJING_DATABASE，指明恢复到哪个库。")
        with ExitStack() as stack:
            # Nobody may write meanwhile.
            stack.enter_context(alone(self._data))
            for name in contents.files:
                with closing(sqlite3.connect(folder / name)) as copy:
                    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                        raise BackupError(f"备份里的 {name} 没有通过 SQLite 的完整性检查。请用另一份备份。")
            if not force and any(self._holds_anything(name) for name in _FILES):
                raise BackupError(
                    f"{self._data} 里已有数据，不覆盖。确定要换成备份里的，请加 --force（原来的改名保留在旁边）。"
                )
            stamp = time.strftime("%Y%m%d-%H%M%S")
            for name in _FILES:
                for end in ("", *_BESIDE):
                    with suppress(FileNotFoundError):
                        (self._data / (name + end)).rename(self._data / f"{name}.before-{stamp}{end}")
            for name in contents.files:
                (folder / name).chmod(0o600)
                shutil.move(folder / name, self._data / name)

    def _holds_anything(self, name: str) -> bool:
        path = self._data / name
        if not path.is_file():
            return False
        with closing(sqlite3.connect(path)) as database:
            return any(_counts(database).values())


class _Postgres:
    """pg_dump and pg_restore in their own format: one snapshot of all tables."""

    def __init__(self, url: str) -> None:
        self._url, parts = url, make_url(url)
        self._name = str(parts.database)
        self._env = {
            **os.environ,
            "PGHOST": parts.host or "127.0.0.1",
            "PGPORT": str(parts.port or 5432),
            "PGUSER": parts.username or "",
            "PGPASSWORD": parts.password or "",
            "PGDATABASE": self._name,
            "PGCONNECT_TIMEOUT": str(_CONNECT_SECONDS),
        }

    def dump(self, folder: Path) -> Contents:
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            revision, rows = self._revision(cursor), self._rows(cursor)
        if revision is None:
            raise BackupError(f"数据库 {shown(self._url)} 里还没有口径的表。KOUJING_DATABASE 设对了吗？")
        self._run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(folder / _DUMP)])
        return Contents("postgresql", revision, (_DUMP,), rows)

    def load(self, folder: Path, contents: Contents, *, force: bool) -> None:
        if contents.engine != "postgresql":
            raise BackupError("这是 SQLite 的备份。请去掉 KOUJING_DATABASE，恢复到数据文件夹。")
        self._run(["pg_restore", "--list", str(folder / _DUMP)])
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            self._nobody_uses_it(cursor)
            if not force and any(self._rows(cursor).values()):
                raise BackupError(f"数据库 {shown(self._url)} 里已有数据，不覆盖。确定要换成备份里的，请加 --force。")
            aside = f"before_restore_{time.strftime('%Y%m%d%H%M%S')}"
            # What is there goes only after all of the other has come.
            cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}")
            cursor.execute("CREATE SCHEMA public")
            try:
                options = [
                    "--no-owner",
                    "--no-privileges",
                    "--exit-on-error",
                    "--single-transaction",
                    "--schema=public",
                ]
                self._run(["pg_restore", *options, "--dbname", self._name, str(folder / _DUMP)])
            except BackupError:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute(f"ALTER SCHEMA {aside} RENAME TO public")
                raise
            cursor.execute(f"DROP SCHEMA {aside} CASCADE")

    def _nobody_uses_it(self, cursor: Any) -> None:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (others,) = cursor.fetchone()
        if others:
            raise BackupError(f"还有 {others} 个程序连着数据库 {shown(self._url)}。请先停掉 desk 和 Rasa，再恢复。")

    def _revision(self, cursor: Any) -> str | None:
        cursor.execute("SELECT to_regclass('public.alembic_version')")
        if cursor.fetchone() == (None,):
            return None
        cursor.execute("SELECT version_num FROM alembic_version")
        return str(cursor.fetchone()[0])

    def _rows(self, cursor: Any) -> dict[str, int]:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = sorted({name for (name,) in cursor.fetchall()} & set(_COUNTED))
        found = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM public."{name}"')  # noqa: S608  # nosec B608 # a name of the closed list
            found[name] = int(cursor.fetchone()[0])
        return found

    def _connect(self) -> Any:
        try:
            return psycopg2.connect(self._url, connect_timeout=_CONNECT_SECONDS)
        except psycopg2.OperationalError as error:
            raise BackupError(f"连不上数据库 {shown(self._url)}：{error}") from error

    def _run(self, command: list[str]) -> None:
        program = shutil.which(command[0])
        if program is None:
            raise BackupError(f"缺少程序 {command[0]}。请执行：sudo apt-get install -y postgresql-client")
        done = subprocess.run(  # noqa: S603  # nosec B603 # our own command, no shell
            [program, *command[1:]], env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BackupError(f"{command[0]} 没有成功：\n{done.stderr.strip()[-2000:]}")


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    query = "SELECT count(*) FROM {}"
    return {name: int(database.execute(query.format(name)).fetchone()[0]) for name in sorted(tables & set(_COUNTED))}


def _revision(database: sqlite3.Connection) -> str:
    try:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise BackupError(f"{_FILES[0]} 里没有口径的表：{error}") from error
