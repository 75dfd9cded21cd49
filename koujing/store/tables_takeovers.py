"""The tables of conversations as operators see them. A change here needs a new migration beside the others."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["talk_lines", "talks"]

talks = Table(
    "talks",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("channel", String(80), nullable=False, comment="web:<site>, wechat:<appid> or api."),
    Column("touched_at", Moment, nullable=False, comment="When anything last happened in it."),
    Column("revision", Integer, nullable=False, comment="Rises with everything that happens in it."),
    Column("said", Text, nullable=True, comment="What the citizen said last, masked."),
    Column("state", String(8), nullable=False, comment="bot, waiting or held (a person answers, the bot is silent)."),
    Column("why", String(16), nullable=True, comment="Of one who waits: asked, callback, transfer or lapsed."),
    Column("waiting_since", Moment, nullable=True),
    Column("staff_id", Integer, nullable=True, comment="Who holds it; null while an office is to take it."),
    Column("office", String(40), nullable=True, comment="The office that it was passed to."),
    Column("held_at", Moment, nullable=True, comment="When the bot fell silent."),
    Column("acted_at", Moment, nullable=True, comment="When an operator last did anything in it."),
    Column("told", Text, nullable=True, comment="Facts told to a person that the bot does not know yet, as JSON."),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_talks_session", ondelete="CASCADE"),
    Index("ix_talks_touched", "touched_at"),
    Index("ix_talks_state", "state", "waiting_since"),
    Index("ix_talks_staff", "staff_id"),
)

talk_lines = Table(
    "talk_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(12), nullable=False, comment="heard, operator, note, taken, back or transferred."),
    Column("staff_id", Integer, nullable=True, comment="Null for the citizen and for the system."),
    Column("key", String(80), nullable=False, comment="Of the message or the form: what comes twice is kept once."),
    Column("text", Text, nullable=False),
    Column("data", Text, nullable=False, comment="The rest, by kind, as JSON."),
    UniqueConstraint("session_id", "kind", "key", name="uq_talk_lines_once"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_talk_lines_session", ondelete="CASCADE"),
    Index("ix_talk_lines_staff", "staff_id", "session_id"),
    sqlite_autoincrement=True,
)
