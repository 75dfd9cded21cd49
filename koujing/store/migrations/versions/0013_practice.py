"""Practice: rounds of questions, and what was chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "practice_rounds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("matter", sa.String(64), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_practice_rounds_staff", "practice_rounds", ["staff_id", "id"])
    op.create_table(
        "practice_questions",
        sa.Column("round_id", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("receipt", sa.String(32), nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("region", sa.String(64), nullable=False),
        sa.Column("matter", sa.String(64), nullable=False),
        sa.Column("aspect", sa.String(32), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("answer", sa.Integer, nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
        sa.Column("chosen", sa.Integer, nullable=True),
        sa.Column("correct", sa.Boolean, nullable=True),
        sa.Column("at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["practice_rounds.id"], name="fk_practice_questions_round", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("practice_questions")
    op.drop_table("practice_rounds")
