"""The tables by which receipts are found by caliber and withdrawn (收回). A change here needs a new migration beside the others."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, String, Table, Text

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["recalled_receipts", "recalls", "receipt_calibers"]

receipt_calibers = Table(
    "receipt_calibers",
    metadata,
    Column("receipt", String(32), primary_key=True),
    Column("caliber", String(120), primary_key=True),
    Column("version", String(64), nullable=False),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_receipt_calibers_receipt", ondelete="CASCADE"),
    Index("ix_receipt_calibers_caliber", "caliber", "version", "receipt"),
)

recalls = Table(
    "recalls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("caliber", String(120), nullable=False),
    Column("version", String(64), nullable=True, comment="Null for every version."),
    Column("region", String(64), nullable=True),
    Column("since", Date, nullable=True),
    Column("until", Date, nullable=True, comment="Included."),
    Column("note", Text, nullable=False, comment="What is wrong and what holds instead, for the public."),
    Column("corrected", String(120), nullable=True, comment="The caliber that holds instead."),
    Column("made_by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

recalled_receipts = Table(
    "recalled_receipts",
    metadata,
    Column("receipt", String(32), primary_key=True),
    Column("caliber", String(120), primary_key=True),
    Column("recall_id", Integer, nullable=False),
    Column("told_at", Moment, nullable=True, comment="When the person was told; nobody is told twice."),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_recalled_receipts_receipt", ondelete="CASCADE"),
    ForeignKeyConstraint(["recall_id"], ["recalls.id"], name="fk_recalled_receipts_recall"),
)
