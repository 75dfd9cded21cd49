"""A point in time as a column: Shanghai time in every database, with its zone when read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator

from koujing.clock import SHANGHAI

__all__ = ["Moment"]


class Moment(TypeDecorator):  # type: ignore[misc] # SQLAlchemy 1.4 is untyped
    """`DateTime(timezone=True)`; SQLite forgets the zone, which is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else value.astimezone(SHANGHAI)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        return value.astimezone(SHANGHAI) if value.tzinfo else value.replace(tzinfo=SHANGHAI)
