"""The tables. A change here needs a new migration beside the others in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Integer, MetaData, String, Table, Text, UniqueConstraint

__all__ = ["messages", "metadata", "receipts", "sessions"]

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True, comment="Unguessable; Rasa knows the conversation by it."),
    Column("client", String(64), nullable=False, comment="Digest of the key that the session belongs to."),
    Column(
        "name", String(64), nullable=False, comment="Digest of what the client calls it: it may be a telephone number."
    ),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("client", "name", name="uq_sessions_client_name"),
)

messages = Table(
    "messages",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, comment="Of what was asked, to notice an id used twice."),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_messages_session", ondelete="CASCADE"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("position", Integer, nullable=False, comment="Of the reply among those to its message."),
    Column("reply", Text, nullable=False, comment="The public view, as JSON."),
    Column("private", Text, nullable=False, comment="What the public view leaves out, as JSON."),
    UniqueConstraint("session_id", "message_id", "position", name="uq_receipts_message"),
    ForeignKeyConstraint(
        ["session_id", "message_id"],
        ["messages.session_id", "messages.message_id"],
        name="fk_receipts_message",
        ondelete="CASCADE",
    ),
)
