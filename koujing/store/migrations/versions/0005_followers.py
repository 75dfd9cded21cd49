"""Followers of a 公众号."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the followers' table."""
    op.create_table(
        "wechat_followers",
        sa.Column("appid", sa.String(64), primary_key=True),
        sa.Column("openid", sa.String(64), primary_key=True),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("human_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("wechat_followers")
