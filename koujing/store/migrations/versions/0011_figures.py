"""What figures are counted from: one row a reply, without words; filled from the receipts kept so far."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SHANGHAI = dt.timezone(dt.timedelta(hours=8))
_OLD = """
SELECT receipts.code, receipts.session_id, receipts.message_id, receipts.reply, messages.answered_at, sessions.client,
       feedback.useful
FROM receipts
JOIN messages ON messages.session_id = receipts.session_id AND messages.message_id = receipts.message_id
JOIN sessions ON sessions.id = receipts.session_id
LEFT JOIN feedback ON feedback.receipt = receipts.code
ORDER BY messages.answered_at, receipts.session_id, receipts.message_id, receipts.position
"""
# As `koujing.store.turn_rows` has it.
_OUTCOMES = """
UPDATE turns SET outcome = CASE
  WHEN status IN ('determined', 'answered', 'listed') AND useful = false THEN 'disliked'
  WHEN status IN ('determined', 'answered', 'listed') AND again = true THEN 'repeated'
  WHEN status IN ('determined', 'answered', 'listed') THEN 'settled'
  WHEN status IN ('quoted', 'referred') THEN 'pointed'
  WHEN status IN ('outside_region', 'outside_scope', 'account_data', 'signposted', 'refused', 'error') THEN 'abstained'
  WHEN status = 'clarifying' AND last = true THEN 'broken_off'
  ELSE 'none' END
"""


def upgrade() -> None:
    """Create the tables and fill them."""
    turns = op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("receipt", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("region", sa.String(64), nullable=True),
        sa.Column("matter", sa.String(64), nullable=True),
        sa.Column("aspect", sa.String(32), nullable=True),
        sa.Column("verdict", sa.String(12), nullable=True),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("last", sa.Boolean, nullable=False),
        sa.Column("said", sa.String(16), nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("took", sa.Integer, nullable=True),
        sa.Column("useful", sa.Boolean, nullable=True),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.UniqueConstraint("receipt", name="uq_turns_receipt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_session", "turns", ["session_id", "id"])
    by = ["day", "outcome", "useful", "matter", "channel", "region", "hour", "session_id"]
    op.create_index("ix_turns_day", "turns", by)
    clauses = op.create_table(
        "turn_clauses",
        sa.Column("turn_id", sa.Integer, primary_key=True),
        sa.Column("clause", sa.String(48), primary_key=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_turn_clauses_turn", ondelete="CASCADE"),
    )
    _fill(turns, clauses)
    op.execute(_OUTCOMES)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("turn_clauses")
    op.drop_table("turns")


def _fill(turns: sa.Table, clauses: sa.Table) -> None:
    """As `koujing.store.turn_rows` writes them, but for the times of answering, which nobody needs of the past."""
    connection = op.get_bind()
    newest: dict[str, tuple[str, int, list[dict[str, Any]]]] = {}
    for old in connection.execute(sa.text(_OLD)):
        at = _moment(old.answered_at)
        reply = json.loads(old.reply)
        message, asked, rows = newest.get(old.session_id, ("", 0, []))
        if message != old.message_id:
            back = [row["asked"] for row in rows if row["status"] == "clarifying"]
            asked = min(max(back) + 1, 99) if back else 0
            for row in rows:
                connection.execute(turns.update().where(turns.c.receipt == row["receipt"]).values(last=False))
            rows = []
        row = {
            "receipt": old.code, "session_id": old.session_id, "at": at, "day": at.date(), "hour": at.hour,
            "channel": _channel(old.client), "status": reply.get("status") or "error",
            **{name: reply.get(name) for name in ("kind", "region", "matter", "aspect", "verdict")},
            "asked": asked, "last": True, "again": False, "took": None,
            "said": hashlib.sha256(reply["text"].encode()).hexdigest()[:16],
            "useful": None if old.useful is None else bool(old.useful), "outcome": "none",
        }  # fmt: skip
        if row["status"] != "clarifying":
            same = turns.update().where(turns.c.session_id == old.session_id, turns.c.said == row["said"])
            connection.execute(same.where(turns.c.at >= at - dt.timedelta(hours=24)).values(again=True))
        id = connection.execute(turns.insert().values(**row)).inserted_primary_key[0]
        for clause in dict.fromkeys(cited["clause"] for cited in reply.get("citations", ()) if cited.get("clause")):
            connection.execute(clauses.insert().values(turn_id=id, clause=clause))
        newest[old.session_id] = (old.message_id, asked, [*rows, row])


def _moment(value: Any) -> dt.datetime:
    """SQLite gives text, in Shanghai time."""
    at = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(_SHANGHAI) if at.tzinfo else at.replace(tzinfo=_SHANGHAI)


def _channel(client: str) -> str:
    if client == "console":
        return "phone"
    return client if client.startswith(("web:", "wechat:")) else "api"
