"""The tables that figures are counted from. A change here needs a new migration beside the others.

They hold no word of anyone and have no foreign key: what was asked about is still counted when a conversation is cleared.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Index, Integer, String, Table, UniqueConstraint

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["turn_clauses", "turns"]

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("receipt", String(32), nullable=False),
    Column("session_id", String(32), nullable=False, comment="Names nothing once the conversation is cleared."),
    Column("at", Moment, nullable=False),
    Column("day", Date, nullable=False, comment="In Shanghai."),
    Column("hour", Integer, nullable=False),
    Column("channel", String(80), nullable=False, comment="web:<site>, wechat:<appid>, api or phone."),
    Column("status", String(16), nullable=False),
    Column("kind", String(32), nullable=True),
    Column("region", String(64), nullable=True),
    Column("matter", String(64), nullable=True),
    Column("aspect", String(32), nullable=True),
    Column("verdict", String(12), nullable=True),
    Column("asked", Integer, nullable=False, comment="How many questions back (追问) led to it."),
    Column("last", Boolean, nullable=False, comment="It answers the newest message of its session."),
    Column("said", String(16), nullable=False, comment="Digest of the text."),
    Column("again", Boolean, nullable=False, comment="The same text was given again within 24 hours."),
    Column("took", Integer, nullable=True, comment="Milliseconds from message to answer; null where not known."),
    Column("useful", Boolean, nullable=True, comment="As the citizen rated it; null for not rated."),
    Column("outcome", String(10), nullable=False, comment="What it counts as, of the columns above; see turn_rows."),
    UniqueConstraint("receipt", name="uq_turns_receipt"),
    Index("ix_turns_session", "session_id", "id"),
    # Holds all that the days' figures are grouped by, so that they are counted without the table.
    Index("ix_turns_day", "day", "outcome", "useful", "matter", "channel", "region", "hour", "session_id"),
    sqlite_autoincrement=True,
)

turn_clauses = Table(
    "turn_clauses",
    metadata,
    Column("turn_id", Integer, primary_key=True),
    Column("clause", String(48), primary_key=True),
    ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_turn_clauses_turn", ondelete="CASCADE"),
)
