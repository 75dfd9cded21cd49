"""Conversations as operators see them: who holds them, who waits, and what a person said in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
# Conversations of before are in the list too.
_FILL = """
INSERT INTO talks (session_id, channel, touched_at, revision, state)
SELECT sessions.id,
       CASE WHEN sessions.client LIKE 'web:%' OR sessions.client LIKE 'wechat:%' THEN sessions.client ELSE 'api' END,
       MAX(messages.answered_at), 0, 'bot'
FROM sessions JOIN messages ON messages.session_id = sessions.id
WHERE sessions.client <> 'console'
GROUP BY sessions.id, sessions.client
"""


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "talks",
        sa.Column("session_id", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("why", sa.String(16), nullable=True),
        sa.Column("waiting_since", _MOMENT, nullable=True),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("office", sa.String(40), nullable=True),
        sa.Column("held_at", _MOMENT, nullable=True),
        sa.Column("acted_at", _MOMENT, nullable=True),
        sa.Column("told", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_talks_session", ondelete="CASCADE"),
    )
    op.create_index("ix_talks_touched", "talks", ["touched_at"])
    op.create_index("ix_talks_state", "talks", ["state", "waiting_since"])
    op.create_index("ix_talks_staff", "talks", ["staff_id"])
    op.create_table(
        "talk_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=True),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.UniqueConstraint("session_id", "kind", "key", name="uq_talk_lines_once"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_talk_lines_session", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_talk_lines_staff", "talk_lines", ["staff_id", "session_id"])
    op.execute(_FILL)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("talk_lines")
    op.drop_table("talks")
