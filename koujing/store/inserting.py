"""Rows that may be there already."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, text
from sqlalchemy.sql.elements import TextClause

__all__ = ["insert_new"]


def insert_new(table: Table, *columns: str) -> TextClause:
    """An INSERT that adds nothing where a key of the row is taken; on PostgreSQL it waits until that is sure.

    As text, which both databases understand: SQLAlchemy would write its own for it anew each time.
    """
    values = ", ".join(f":{name}" for name in columns)
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608  # nosec B608 # our own names
    return text(statement).bindparams(*(bindparam(name, type_=table.c[name].type) for name in columns))
