"""Rows that may be there already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

__all__ = ["insert_new"]


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that adds nothing where a key of the row is taken; on PostgreSQL it waits until that is sure."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
