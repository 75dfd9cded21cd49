"""The tables of calls (来电). A change here needs a new migration beside the others in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["call_notes", "call_said", "call_sentences", "call_turns", "calls"]

calls = Table(
    "calls",
    metadata,
    Column("id", String(32), primary_key=True, comment="Unguessable; the name of its conversation too."),
    Column("staff_id", Integer, nullable=True, comment="Who took it; null while nobody has."),
    Column("client", String(64), nullable=True, comment="Digest of the key of the call centre that announced it."),
    Column("external", String(64), nullable=True, comment="Digest of what the call centre calls it."),
    Column("opened_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("region", String(64), nullable=True),
    Column("as_of", Date, nullable=True, comment="The day asked for; null is the day of the question."),
    Column("wrap_up", String(32), nullable=True, comment="How it ended, by its code."),
    Column("sheet", Text, nullable=False, comment="What is known of the caller, as JSON."),
    Column("note", Text, nullable=False, comment="Masked; as it stands now."),
    Column("note_version", Integer, nullable=False),
    Column(
        "revision", Integer, nullable=False, comment="Rises with every change of the call or of what belongs to it."
    ),
    UniqueConstraint("client", "external", name="uq_calls_external"),
    Index("ix_calls_staff", "staff_id", "ended_at"),
)

call_turns = Table(
    "call_turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", String(32), nullable=False),
    Column("message_id", String(64), nullable=False, comment="Of the page: a question sent twice is asked once."),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False, comment="What was asked, masked."),
    Column("picked", Text, nullable=True, comment="The suggestion that was picked, as JSON."),
    Column("replies", Text, nullable=False, comment="With their receipts and facts, as JSON."),
    UniqueConstraint("call_id", "message_id", name="uq_call_turns_message"),
    ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_turns_call", ondelete="CASCADE"),
    sqlite_autoincrement=True,
)

call_notes = Table(
    "call_notes",
    metadata,
    Column("call_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False, comment="Masked."),
    ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_notes_call", ondelete="CASCADE"),
)

call_said = Table(
    "call_said",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("receipt", String(32), nullable=False, comment="Of the reply that was read out."),
    Column("matter", String(64), nullable=True),
    Column("aspect", String(32), nullable=True),
    Column("calibers", Text, nullable=False, comment="Ids and versions, as JSON."),
    Column("text", Text, nullable=False, comment="The approved sentence."),
    Column("deviates", Boolean, nullable=False),
    Column("worded", Text, nullable=True, comment="What was said instead, masked."),
    Column("reason", String(32), nullable=True, comment="Why, by its code."),
    Column("remark", Text, nullable=True, comment="Masked."),
    UniqueConstraint("call_id", "receipt", "deviates", name="uq_call_said_once"),
    ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_said_call", ondelete="CASCADE"),
    Index("ix_call_said_deviates", "deviates", "at"),
)

call_sentences = Table(
    "call_sentences",
    metadata,
    Column("call_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, comment="As the call centre counts them."),
    Column("at", Moment, nullable=False),
    Column("speaker", String(16), nullable=False, comment="caller or operator."),
    Column("text", Text, nullable=False, comment="Masked."),
    Column("digest", String(64), nullable=False, comment="Of what was sent, to notice a number used twice."),
    ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_sentences_call", ondelete="CASCADE"),
)
