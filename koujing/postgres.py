"""How the programs reach PostgreSQL: a pool that outlives a restart of the server, with an end to every wait."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from koujing.errors import ProgramError

__all__ = ["PostgresError", "postgres_engine", "shown", "wait_for"]

# A thread that finds no connection waits; more than this only queue inside PostgreSQL, whose own limit is 100.
_POOL, _OVERFLOW, _POOL_SECONDS = 10, 10, 10
_RECYCLE_SECONDS = 1800
_CONNECT_SECONDS = 3
# No statement of ours takes a tenth of this; whoever waits longer for a lock waits for somebody dead.
_LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
_PAUSE_SECONDS = 0.5


class PostgresError(ProgramError):
    """The PostgreSQL of KOUJING_DATABASE cannot be used."""

    def __init__(self, url: str | URL, why: str) -> None:
        super().__init__(
            f"连不上数据库 {shown(url)}：{why}。"
            "请检查 PostgreSQL 是否在运行、KOUJING_DATABASE 里的地址、用户名、密码和库名是否正确。"
        )


def postgres_engine(url: str | URL, name: str, *, most: int = _POOL + _OVERFLOW) -> Engine:
    """An engine that has not connected yet. `name` is how its connections show in pg_stat_activity."""
    kept = min(_POOL, most)
    return create_engine(
        url,
        future=True,
        hide_parameters=True,  # an error must not carry what people said into the log
        poolclass=QueuePool,
        pool_size=kept,
        max_overflow=most - kept,
        pool_timeout=_POOL_SECONDS,
        pool_recycle=_RECYCLE_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": name,
            "options": " ".join(f"-c {key}={value}" for key, value in _LIMITS.items()),
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    )


def wait_for(
    engine: Engine,
    patience: float,
    *,
    seconds: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Until PostgreSQL takes a connection: it may be starting with us. A wrong password is not waited for.

    Raises:
        PostgresError: it does not within `patience` seconds, or refuses us.
    """
    until = seconds() + patience
    while True:
        try:
            engine.connect().close()
        except OperationalError as error:
            if _refused(error) or seconds() + _PAUSE_SECONDS >= until:
                raise PostgresError(engine.url, _reason(error)) from None
        except SQLAlchemyError as error:
            raise PostgresError(engine.url, type(error).__name__) from None
        else:
            return
        sleep(_PAUSE_SECONDS)


def shown(url: str | URL) -> str:
    """The address without its password, and without the options behind it."""
    # `URL.set` leaves alone what is None.
    return str(make_url(url)._replace(password=None, query={}))


def _refused(error: OperationalError) -> bool:
    """Whether waiting helps nothing: unknown user, wrong password, no such database."""
    told = str(error.orig)
    return any(words in told for words in ("authentication failed", "does not exist", "no pg_hba.conf entry"))


def _reason(error: OperationalError) -> str:
    """What the server or the client library said; it names host, user and database, never the password."""
    return " ".join(str(error.orig).split())[:300]
