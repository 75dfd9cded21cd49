"""Which receipt carried which caliber, filled from the receipts kept so far; and receipts withdrawn (收回)."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_AT_ONCE = 2000


def upgrade() -> None:
    """Create the tables and fill the first."""
    carried = op.create_table(
        "receipt_calibers",
        sa.Column("receipt", sa.String(32), primary_key=True),
        sa.Column("caliber", sa.String(120), primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_receipt_calibers_receipt", ondelete="CASCADE"),
    )
    op.create_index("ix_receipt_calibers_caliber", "receipt_calibers", ["caliber", "version", "receipt"])
    op.create_table(
        "recalls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("caliber", sa.String(120), nullable=False),
        sa.Column("version", sa.String(64), nullable=True),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("since", sa.Date, nullable=True),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("corrected", sa.String(120), nullable=True),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recalled_receipts",
        sa.Column("receipt", sa.String(32), primary_key=True),
        sa.Column("caliber", sa.String(120), primary_key=True),
        sa.Column("recall_id", sa.Integer, nullable=False),
        sa.Column("told_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipts.code"], name="fk_recalled_receipts_receipt", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.id"], name="fk_recalled_receipts_recall"),
    )
    _fill(carried)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recalled_receipts")
    op.drop_table("recalls")
    op.drop_table("receipt_calibers")


def _fill(carried: sa.Table) -> None:
    """In pieces: there may be hundreds of thousands, each with its text."""
    connection, last = op.get_bind(), ""
    some = sa.text("SELECT code, reply FROM receipts WHERE code > :last ORDER BY code LIMIT :most")
    while found := connection.execute(some, {"last": last, "most": _AT_ONCE}).all():
        last = found[-1].code
        rows = [
            {"receipt": row.code, "caliber": caliber, "version": version}
            for row in found
            for caliber, version in {
                each["id"]: each["version"] for each in json.loads(row.reply).get("calibers", ())
            }.items()
        ]
        if rows:
            connection.execute(carried.insert(), rows)
