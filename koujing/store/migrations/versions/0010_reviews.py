"""Review (复核): turns to look at, changes and patches made of them; open points (待明确事项); doubtful readings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_index("ix_messages_answered", "messages", ["answered_at"])
    op.create_table(
        "readings",
        sa.Column("session_id", sa.String(32), primary_key=True),
        sa.Column("message_id", sa.String(64), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_readings_session", ondelete="CASCADE"),
    )
    op.create_table(
        "review_turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("receipt", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(32), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("matter", sa.String(64), nullable=True),
        sa.Column("aspect", sa.String(32), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("share", sa.Integer, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("label", sa.String(32), nullable=True),
        sa.Column("right_matter", sa.String(64), nullable=True),
        sa.Column("right_aspect", sa.String(32), nullable=True),
        sa.Column("right_caliber", sa.String(160), nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("changed_at", _MOMENT, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.UniqueConstraint("receipt", name="uq_review_turns_receipt"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_review_turns_call", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_review_turns_receipt", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_review_turns_session", ondelete="CASCADE"),
    )
    op.create_index("ix_review_turns_at", "review_turns", ["at"])
    op.create_index("ix_review_turns_call", "review_turns", ["call_id"])
    op.create_index("ix_review_turns_session", "review_turns", ["session_id"])
    op.create_index("ix_review_turns_state", "review_turns", ["state", "at"])
    op.create_table(
        "review_reasons",
        sa.Column("turn_id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.ForeignKeyConstraint(["turn_id"], ["review_turns.id"], name="fk_review_reasons_turn", ondelete="CASCADE"),
    )
    op.create_index("ix_review_reasons_kind", "review_reasons", ["kind", "turn_id"])
    op.create_table(
        "review_marks",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "review_patches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("fits", sa.Integer, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("closed_by", sa.Integer, nullable=True),
        sa.Column("closed_for", sa.Text, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "open_points",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("region", sa.String(64), nullable=False),
        sa.Column("matter", sa.String(64), nullable=False),
        sa.Column("aspect", sa.String(32), nullable=False),
        sa.Column("clause", sa.String(80), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("office", sa.String(64), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("answer", sa.Text, nullable=True),
        sa.Column("answer_source", sa.String(120), nullable=True),
        sa.Column("answer_on", sa.Date, nullable=True),
        sa.Column("answer_by", sa.String(64), nullable=True),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.UniqueConstraint("key", name="uq_open_points_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_open_points_state", "open_points", ["state"])
    op.create_table(
        "open_point_hits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("point_id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("receipt", sa.String(32), nullable=True),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("ticket", sa.String(32), nullable=True),
        sa.UniqueConstraint("point_id", "receipt", name="uq_open_point_hits_receipt"),
        sa.UniqueConstraint("point_id", "ticket", name="uq_open_point_hits_ticket"),
        sa.ForeignKeyConstraint(["point_id"], ["open_points.id"], name="fk_open_point_hits_point", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_open_point_hits_receipt", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_open_point_hits_session", ondelete="CASCADE"),
    )
    op.create_index("ix_open_point_hits_point", "open_point_hits", ["point_id", "at"])
    op.create_index("ix_open_point_hits_receipt", "open_point_hits", ["receipt"])
    op.create_index("ix_open_point_hits_session", "open_point_hits", ["session_id"])
    op.create_table(
        "review_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("turn_id", sa.Integer, nullable=True),
        sa.Column("point_id", sa.Integer, nullable=True),
        sa.Column("patch_id", sa.Integer, nullable=True),
        sa.ForeignKeyConstraint(
            ["patch_id"], ["review_patches.id"], name="fk_review_changes_patch", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["point_id"], ["open_points.id"], name="fk_review_changes_point", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["turn_id"], ["review_turns.id"], name="fk_review_changes_turn", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_changes_patch", "review_changes", ["patch_id"])
    op.create_index("ix_review_changes_point", "review_changes", ["point_id"])
    op.create_index("ix_review_changes_state", "review_changes", ["state"])
    op.create_index("ix_review_changes_turn", "review_changes", ["turn_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_messages_answered", "messages")
    for name in (
        "review_changes",
        "open_point_hits",
        "open_points",
        "review_patches",
        "review_marks",
        "review_reasons",
        "review_turns",
        "readings",
    ):
        op.drop_table(name)
