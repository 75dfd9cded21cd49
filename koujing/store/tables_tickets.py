"""The tables of tickets (工单). A change here needs a new migration beside the others in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["ticket_events", "ticket_numbers", "tickets"]

ticket_numbers = Table(
    "ticket_numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False, comment="The serial number given last; none is given twice."),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False, comment="With the year, its number: 2026-000123."),
    Column("code", String(12), nullable=False, comment="Unguessable, for the person concerned to look it up by."),
    Column("key", String(64), nullable=False, comment="Of the form: what is sent twice is opened once."),
    Column("source", String(12), nullable=False, comment="talk, call, callback or manual."),
    Column("session_id", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("channel", String(80), nullable=True, comment="Of the conversation."),
    Column("call_id", String(32), nullable=True),
    Column("callback", String(32), nullable=True, comment="The request's code; the number stays with the request."),
    Column("phone", LargeBinary, nullable=True, comment="Encrypted."),
    Column("receipt", String(32), nullable=True, comment="Of the reply that was given before."),
    Column("title", Text, nullable=False, comment="Masked."),
    Column("question", Text, nullable=False, comment="The citizen's words, masked."),
    Column("region", String(64), nullable=True),
    Column("matter", String(64), nullable=True),
    Column("aspect", String(32), nullable=True),
    Column("clause", String(64), nullable=True),
    Column("kind", String(40), nullable=False),
    Column("priority", String(12), nullable=False, comment="normal or urgent."),
    Column("office", String(40), nullable=True, comment="Which owes the answer."),
    Column("staff_id", Integer, nullable=True, comment="Who works on it."),
    Column("state", String(12), nullable=False),
    Column("made_by", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("counted_from", Moment, nullable=False, comment="Its days count from then: made, or last reopened."),
    Column("due_on", Date, nullable=False),
    Column("due_unsure", String(40), nullable=False, comment="Years whose holidays were not known, by commas."),
    Column("reply", Text, nullable=True),
    Column("replied_by", Integer, nullable=True),
    Column("replied_at", Moment, nullable=True),
    Column("delivery", String(8), nullable=True, comment="Of the reply: failed, handed, sent or told."),
    Column("delivery_key", String(64), nullable=True, comment="Of what was said on the channel."),
    Column("delivery_note", Text, nullable=True, comment="Why it did not get there, or how it was told."),
    Column("delivered_at", Moment, nullable=True),
    Column("closed_at", Moment, nullable=True),
    Column("version", Integer, nullable=False, comment="Rises with every change; who changes an older one is told."),
    Column("touched_at", Moment, nullable=False),
    UniqueConstraint("year", "serial", name="uq_tickets_number"),
    UniqueConstraint("code", name="uq_tickets_code"),
    UniqueConstraint("key", name="uq_tickets_key"),
    UniqueConstraint("callback", name="uq_tickets_callback"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_tickets_session", ondelete="SET NULL"),
    Index("ix_tickets_session", "session_id"),
    Index("ix_tickets_call", "call_id"),
    Index("ix_tickets_state", "state", "due_on"),
    Index("ix_tickets_made", "made_at"),
    sqlite_autoincrement=True,
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, nullable=True, comment="Null for the system."),
    Column("kind", String(12), nullable=False, comment="The act, or opened, note, handed, delivered, failed."),
    Column("key", String(64), nullable=False, comment="Of the form: what is sent twice is done once."),
    Column("text", Text, nullable=False, comment="A note, or a reason; masked."),
    Column("data", Text, nullable=False, comment="What changed: {field: [before, after]}, as JSON."),
    UniqueConstraint("ticket_id", "key", name="uq_ticket_events_once"),
    ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_events_ticket", ondelete="CASCADE"),
    sqlite_autoincrement=True,
)
