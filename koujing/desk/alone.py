"""One desk a data folder, unless several share a Redis: what they must know in common would else be known to one only."""

from __future__ import annotations

import fcntl
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from koujing.errors import ProgramError
from koujing.postgres import shown

__all__ = ["alone", "alone_on"]

_FILE = "desk.lock"
# Any number that nothing else in the database takes.
_LOCK = text("SELECT pg_try_advisory_lock(8606216600190023278)")


def alone(data: Path) -> IO[bytes]:
    """Claim the data folder for as long as the returned file is open, which ends with the process however it ends.

    Raises:
        ProgramError: another desk has claimed it, or the folder cannot be written.
    """
    with ExitStack() as stack:
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = stack.enter_context((data / _FILE).open("ab"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgramError(
                f"另一个 desk 正在用数据文件夹 {data}。请先停掉它；要几个 desk 一起运行，请给它们设同一个 KOUJING_REDIS。"
            ) from None
        except OSError as error:
            raise ProgramError(f"数据文件夹 {data} 不能写：{error}。请检查权限，或用 KOUJING_DATA 换一个。") from error
        stack.pop_all()
        return file


def alone_on(engine: Engine) -> Connection:
    """Claim a PostgreSQL for as long as the returned connection is open.

    Raises:
        ProgramError: another desk has claimed it.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.execute(_LOCK).scalar():
        return connection
    connection.close()
    raise ProgramError(
        f"另一个 desk 正在用数据库 {shown(engine.url)}。请先停掉它；要几个 desk 一起运行，请给它们设同一个 KOUJING_REDIS。"
    )
