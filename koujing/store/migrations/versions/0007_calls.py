"""Calls of the operators' console: what was asked, said, noted and heard in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables of calls."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("client", sa.String(64), nullable=True),
        sa.Column("external", sa.String(64), nullable=True),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("as_of", sa.Date, nullable=True),
        sa.Column("wrap_up", sa.String(32), nullable=True),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("note_version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.UniqueConstraint("client", "external", name="uq_calls_external"),
    )
    op.create_index("ix_calls_staff", "calls", ["staff_id", "ended_at"])
    _create_turns_and_notes()
    _create_said_and_sentences()


def _create_turns_and_notes() -> None:
    op.create_table(
        "call_turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("picked", sa.Text, nullable=True),
        sa.Column("replies", sa.Text, nullable=False),
        sa.UniqueConstraint("call_id", "message_id", name="uq_call_turns_message"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_turns_call", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "call_notes",
        sa.Column("call_id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_notes_call", ondelete="CASCADE"),
    )


def _create_said_and_sentences() -> None:
    op.create_table(
        "call_said",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("receipt", sa.String(32), nullable=False),
        sa.Column("matter", sa.String(64), nullable=True),
        sa.Column("aspect", sa.String(32), nullable=True),
        sa.Column("calibers", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("deviates", sa.Boolean, nullable=False),
        sa.Column("worded", sa.Text, nullable=True),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("remark", sa.Text, nullable=True),
        sa.UniqueConstraint("call_id", "receipt", "deviates", name="uq_call_said_once"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_said_call", ondelete="CASCADE"),
    )
    op.create_index("ix_call_said_deviates", "call_said", ["deviates", "at"])
    op.create_table(
        "call_sentences",
        sa.Column("call_id", sa.String(32), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_sentences_call", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("call_sentences", "call_said", "call_notes", "call_turns", "calls"):
        op.drop_table(table)
