"""How many messages were pushed to each follower of a 公众号."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the ledger."""
    op.create_table(
        "wechat_quota",
        sa.Column("follower", sa.String(64), primary_key=True),
        sa.Column("message_made", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_open", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_used", sa.Integer, nullable=False),
        sa.Column("event_made", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_open", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_used", sa.Integer, nullable=False),
        sa.Column("flying", sa.Integer, nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("wechat_quota")
