"""Brings the tables up to date, and back; one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

__all__ = ["current", "downgrade", "migrate", "newest", "revisions"]

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that nothing else in the database takes: the letters "koujing".
_LOCK = 0x6B6F756A696E67
_PATIENCE = "SET LOCAL lock_timeout = '600s'"
_NO_HURRY = "SET LOCAL statement_timeout = 0"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that the database still lacks."""
    with engine.begin() as connection:
        _alone(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to an earlier revision, `base` for none: what the later ones keep is lost."""
    with engine.begin() as connection:
        _alone(connection)
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision of the database; None where there are no tables yet."""
    with engine.connect() as connection:
        found: str | None = MigrationContext.configure(connection).get_current_revision()
    return found


def newest() -> str:
    """The revision that this program is written for."""
    return str(_scripts().get_current_head())


def revisions() -> list[tuple[str, str]]:
    """Every revision with what it is for, oldest first."""
    return [(each.revision, each.doc) for each in reversed(list(_scripts().walk_revisions()))]


def _alone(connection: Connection) -> None:
    """Several desks start at once: the first migrates, the others wait and find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_NO_HURRY))
        connection.execute(text(_PATIENCE))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    elif not connection.connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
