"""The tables. A change here needs a new migration beside the others in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from koujing.store.moment import Moment

__all__ = ["callbacks", "feedback", "messages", "metadata", "receipts", "sessions", "web_events"]

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True, comment="Unguessable; Rasa knows the conversation by it."),
    Column("client", String(64), nullable=False, comment="Digest of the key that the session belongs to."),
    Column(
        "name", String(64), nullable=False, comment="Digest of what the client calls it: it may be a telephone number."
    ),
    Column("created_at", Moment, nullable=False),
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

web_events = Table(
    "web_events",
    metadata,
    Column("id", Integer, primary_key=True, comment="The cursor: rises over all sessions and is never used again."),
    Column("session_id", String(32), nullable=False),
    Column("type", String(16), nullable=False, comment="message, reply, failed or notice."),
    Column("at", Moment, nullable=False),
    Column("message_id", String(64), nullable=True, comment="Null for a notice."),
    Column("position", Integer, nullable=True, comment="Of a reply among those to its message; 0 for a message."),
    Column("receipt", String(32), nullable=True, comment="Of a reply; what is shown is made of it when it is read."),
    Column("state", String(16), nullable=True, comment="Of a message: pending, answered or failed."),
    Column("digest", String(64), nullable=True, comment="Of a message, to notice an id used twice."),
    Column("data", Text, nullable=False, comment="The rest, by type, as JSON. A message's text is masked."),
    UniqueConstraint("session_id", "type", "message_id", "position", name="uq_web_events_once"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_web_events_session", ondelete="CASCADE"),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_web_events_receipt", ondelete="CASCADE"),
    Index("ix_web_events_session", "session_id", "id"),
    Index("ix_web_events_receipt", "receipt"),
    Index("ix_web_events_state", "state"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("receipt", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("useful", Boolean, nullable=False),
    Column("reason", String(32), nullable=True),
    Column("note", Text, nullable=True, comment="Masked; removed with the conversation."),
    Column("calibers", Text, nullable=False, comment="Ids and versions of what was said, as JSON."),
    Column("at", Moment, nullable=False),
    UniqueConstraint("receipt", name="uq_feedback_receipt"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_feedback_session", ondelete="SET NULL"),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_feedback_receipt", ondelete="SET NULL"),
    Index("ix_feedback_session", "session_id"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("session_id", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("site", String(64), nullable=False),
    Column("phone", LargeBinary, nullable=False, comment="Encrypted."),
    Column("note", Text, nullable=True, comment="Masked."),
    Column("day_part", String(16), nullable=False, comment="morning, afternoon or any."),
    Column("at", Moment, nullable=False),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_callbacks_session", ondelete="SET NULL"),
    Index("ix_callbacks_session", "session_id"),
)
