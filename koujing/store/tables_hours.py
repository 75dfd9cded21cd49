"""The table of the office hours (人工服务时间). A change here needs a new migration beside the others."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["hours_changes"]

hours_changes = Table(
    "hours_changes",
    metadata,
    Column("id", Integer, primary_key=True, comment="The last one holds."),
    Column("days", String(7), nullable=True, comment="Of the week, 1 is Monday. Null: as sites.yml says."),
    Column("begin", String(5), nullable=True, comment="HH:MM in Shanghai; so is the end."),
    Column("end", String(5), nullable=True),
    Column("holidays", Boolean, nullable=False, comment="On public holidays too."),
    Column("text", String(60), nullable=True, comment="As citizens read it."),
    Column("reason", String(200), nullable=False),
    Column("staff_id", Integer, nullable=True),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
