"""Events, feedback and callback requests of the website."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the website's tables."""
    _create_events()
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("receipt", sa.String(32), nullable=True),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("calibers", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("receipt", name="uq_feedback_receipt"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_feedback_session", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_feedback_receipt", ondelete="SET NULL"),
    )
    op.create_index("ix_feedback_session", "feedback", ["session_id"])
    op.create_table(
        "callbacks",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("phone", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("day_part", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_callbacks_session", ondelete="SET NULL"),
    )
    op.create_index("ix_callbacks_session", "callbacks", ["session_id"])


def _create_events() -> None:
    op.create_table(
        "web_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=True),
        sa.Column("position", sa.Integer, nullable=True),
        sa.Column("receipt", sa.String(32), nullable=True),
        sa.Column("state", sa.String(16), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("data", sa.Text, nullable=False),
        sa.UniqueConstraint("session_id", "type", "message_id", "position", name="uq_web_events_once"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_web_events_session", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_web_events_receipt", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_web_events_session", "web_events", ["session_id", "id"])
    op.create_index("ix_web_events_receipt", "web_events", ["receipt"])
    op.create_index("ix_web_events_state", "web_events", ["state"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("callbacks")
    op.drop_table("feedback")
    op.drop_table("web_events")
