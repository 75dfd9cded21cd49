"""Messages of a 公众号, each answered once, and the parts of their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the delivery."""
    op.create_table(
        "wechat_queues",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("openid", sa.String(64), nullable=True),
        sa.Column("forgotten", sa.BigInteger, nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("appid", "name", name="uq_wechat_queues_name"),
    )
    op.create_index("ix_wechat_queues_touched", "wechat_queues", ["touched_at"])
    _create_messages()
    _create_parts()


def _create_messages() -> None:
    op.create_table(
        "wechat_messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("queue_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("says", sa.Text, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deliveries", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("released", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=True),
        sa.Column("handed", sa.String(8), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("push_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offers", sa.Text, nullable=True),
        sa.UniqueConstraint("queue_id", "key", name="uq_wechat_messages_key"),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["wechat_queues.id"], name="fk_wechat_messages_queue", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    for column in ("state", "released", "handed", "at"):
        op.create_index(f"ix_wechat_messages_{column}", "wechat_messages", [column])


def _create_parts() -> None:
    op.create_table(
        "wechat_parts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carrier", sa.Integer, nullable=True),
        sa.Column("owner", sa.String(32), nullable=True),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.UniqueConstraint("message_id", "position", name="uq_wechat_parts_position"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["wechat_messages.id"], name="fk_wechat_parts_message", ondelete="CASCADE"
        ),
    )
    for column in ("state", "carrier"):
        op.create_index(f"ix_wechat_parts_{column}", "wechat_parts", [column])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("wechat_parts")
    op.drop_table("wechat_messages")
    op.drop_table("wechat_queues")
