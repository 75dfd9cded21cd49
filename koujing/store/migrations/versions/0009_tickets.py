"""Tickets: their numbers, what they are about, and everything that was done with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ticket_numbers",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("channel", sa.String(80), nullable=True),
        sa.Column("call_id", sa.String(32), nullable=True),
        sa.Column("callback", sa.String(32), nullable=True),
        sa.Column("phone", sa.LargeBinary, nullable=True),
        sa.Column("receipt", sa.String(32), nullable=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("matter", sa.String(64), nullable=True),
        sa.Column("aspect", sa.String(32), nullable=True),
        sa.Column("clause", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("priority", sa.String(12), nullable=False),
        sa.Column("office", sa.String(40), nullable=True),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("made_by", sa.Integer, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("counted_from", _MOMENT, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_unsure", sa.String(40), nullable=False),
        sa.Column("reply", sa.Text, nullable=True),
        sa.Column("replied_by", sa.Integer, nullable=True),
        sa.Column("replied_at", _MOMENT, nullable=True),
        sa.Column("delivery", sa.String(8), nullable=True),
        sa.Column("delivery_key", sa.String(64), nullable=True),
        sa.Column("delivery_note", sa.Text, nullable=True),
        sa.Column("delivered_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("year", "serial", name="uq_tickets_number"),
        sa.UniqueConstraint("code", name="uq_tickets_code"),
        sa.UniqueConstraint("key", name="uq_tickets_key"),
        sa.UniqueConstraint("callback", name="uq_tickets_callback"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_tickets_session", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_session", "tickets", ["session_id"])
    op.create_index("ix_tickets_call", "tickets", ["call_id"])
    op.create_index("ix_tickets_state", "tickets", ["state", "due_on"])
    op.create_index("ix_tickets_made", "tickets", ["made_at"])
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.UniqueConstraint("ticket_id", "key", name="uq_ticket_events_once"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_events_ticket", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ticket_events")
    op.drop_table("tickets")
    op.drop_table("ticket_numbers")
