"""The office hours as a setting of the console, with its history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "hours_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("days", sa.String(7), nullable=True),
        sa.Column("begin", sa.String(5), nullable=True),
        sa.Column("end", sa.String(5), nullable=True),
        sa.Column("holidays", sa.Boolean, nullable=False),
        sa.Column("text", sa.String(60), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("hours_changes")
