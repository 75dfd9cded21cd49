"""The tables of people and order are those that the migration makes."""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from koujing.store import tables_staff


def test_the_migration_makes_the_tables(engine: Engine) -> None:
    found = inspect(engine)
    for name in tables_staff.__all__:
        table = getattr(tables_staff, name)
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}, name
        indexes = {index["name"] for index in found.get_indexes(table.name) if not index["unique"]}
        assert indexes == {index.name for index in table.indexes}, name
