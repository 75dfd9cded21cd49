"""Statements that every message takes, written as SQL once for each kind of database and run on its driver.

SQLAlchemy looks a statement up, dresses its parameters and its rows anew each time it runs, which takes several times what
the database does for it. Connections, transactions and the errors to catch stay its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2.extras import execute_batch
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Select
from sqlalchemy.sql.elements import ClauseElement

__all__ = ["Prepared"]

Given = Mapping[str, Any]
Row = tuple[Any, ...]
_Process = Callable[[Any], Any] | None
# Takes the driver's cursor, the SQL and the parameters.
_How = Callable[[Any, str, Any], None]


class Prepared:
    """One statement for all databases. Of an INSERT the columns that are given are named; their defaults are not filled in.

    To be run in a transaction that has begun, or to read alone.

    Raises:
        sqlalchemy.exc.DBAPIError: from every method, the same as from `Connection.execute`.
    """

    def __init__(self, statement: ClauseElement, *columns: str) -> None:
        self._statement, self._columns = statement, columns
        self._written: dict[str, _Written] = {}

    def all(self, connection: Connection, given: Given) -> list[Row]:
        """The rows of a SELECT."""
        written = self._for(connection.dialect)
        rows = _run(connection, written, _once, written.dressed(given)).fetchall()
        return rows if written.results is None else [written.undressed(row) for row in rows]

    def first(self, connection: Connection, given: Given) -> Row | None:
        """The first row of a SELECT that has one at most."""
        return next(iter(self.all(connection, given)), None)

    def run(self, connection: Connection, given: Given) -> int:
        """Run what gives no rows; how many it touched."""
        written = self._for(connection.dialect)
        return int(_run(connection, written, _once, written.dressed(given)).rowcount)

    def each(self, connection: Connection, several: Sequence[Given]) -> None:
        """Run it for each of these."""
        written = self._for(connection.dialect)
        _run(connection, written, _each(connection.dialect), [written.dressed(given) for given in several])

    def _for(self, dialect: Dialect) -> _Written:
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _write(self._statement, self._columns, dialect)
        return written


@dataclass(frozen=True)
class _Written:
    """A statement for one kind of database: how each parameter is given to its driver, and what is made of the rows' values."""

    sql: str
    constants: Given
    parameters: tuple[tuple[str, _Process], ...]
    by_place: bool
    results: tuple[_Process, ...] | None

    def dressed(self, given: Given) -> Any:
        """The parameters as the driver takes them."""
        values = {**self.constants, **given}
        if self.by_place:
            return [values[name] if dress is None else dress(values[name]) for name, dress in self.parameters]
        return {name: values[name] if dress is None else dress(values[name]) for name, dress in self.parameters}

    def undressed(self, row: Row) -> Row:
        """A row as SQLAlchemy would give it."""
        return tuple(
            value if undress is None else undress(value) for value, undress in zip(row, self.results or (), strict=True)
        )


def _write(statement: ClauseElement, columns: Sequence[str], dialect: Dialect) -> _Written:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)
    dress = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in compiled.bind_names.items()
    }
    results: tuple[_Process, ...] = ()
    if isinstance(statement, Select):
        results = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns
        )
    return _Written(
        compiled.string,
        # Those that the statement itself brings, such as the 1 in revision + 1.
        {name: bind.effective_value for bind, name in compiled.bind_names.items() if not bind.required},
        tuple((name, dress[name]) for name in (compiled.positiontup if compiled.positional else dress)),
        compiled.positional,
        results if any(results) else None,
    )


def _once(cursor: Any, sql: str, parameters: Any) -> None:
    cursor.execute(sql, parameters)


def _each(dialect: Dialect) -> _How:
    """The driver of PostgreSQL would wait for the server after every row."""
    return execute_batch if dialect.name == "postgresql" else _one_by_one


def _one_by_one(cursor: Any, sql: str, several: Any) -> None:
    cursor.executemany(sql, several)


def _run(connection: Connection, written: _Written, how: _How, parameters: Any) -> Any:
    """A cursor of the driver on which the statement was run."""
    dialect = connection.dialect
    driver = connection.connection
    cursor = driver.cursor()
    try:
        how(cursor, written.sql, parameters)
    except dialect.dbapi.Error as error:
        lost = bool(dialect.is_disconnect(error, driver, cursor))
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            written.sql,
            None,
            error,
            dialect.dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
    return cursor
